using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Running;

/// <summary>Before anything starts: the data folder is nobody else's, and every port is free. Said in one sentence if not.</summary>
internal sealed class Groundwork(IConfiguration configuration, DistributedApplicationModel model, DistributedApplicationOptions options)
    : IHostedLifecycleService, IDisposable
{
    private DataFolder? folder;

    /// <exception cref="StartFailure">Another application runs on the folder, or a port is taken.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        folder = DataFolder.Open(LocalEnvironment.DataFolder(configuration));

        // A test may ask for any ports instead.
        if (!configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            foreach (var (name, port) in ServicePorts().Concat(options.DisableDashboard ? [] : DashboardPorts()))
            {
                Ports.RequireFree(name, port, LocalPorts.First(configuration));
            }
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => folder?.Dispose();

    private IEnumerable<(string Name, int Port)> ServicePorts() =>
        from resource in model.Resources
        where resource is ProjectResource or RedisServerResource
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.Port > 0
        select (resource.Name, (int)endpoint.Port!);

    private IEnumerable<(string Name, int Port)> DashboardPorts() =>
        from setting in AppHostOptions.DashboardAddresses
        where Uri.TryCreate(configuration[setting], UriKind.Absolute, out _)
        select ("dashboard", new Uri(configuration[setting]!).Port);
}
