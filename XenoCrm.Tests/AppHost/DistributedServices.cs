using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.AppHost;
using XenoCrm.AppHost.Distributed;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

/// <summary>The application as Aspire's orchestrator runs it from the AppHost's own model.</summary>
internal sealed class DistributedServices(params (string Key, string Value)[] settings) : IAsyncDisposable
{
    private const string ProcessId = "executable.pid";

    // What the orchestrator says of a process that it has stopped.
    private const int UnknownExitCode = -1;

    private readonly TempFolder folder = new();
    private readonly int port = FreePorts.Row(LocalEnvironment.RedisOffset);
    private readonly ConcurrentDictionary<string, (string Service, CustomResourceSnapshot State)> states = new();
    private readonly CancellationTokenSource end = new();
    private DistributedApplication? app;
    private Task watching = Task.CompletedTask;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Its orchestrator came with its packages, for this machine.</summary>
    public static void Require()
    {
        var orchestrator = typeof(StartFailure).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(data => data.Key == "dcpclipath")?.Value;
        Assert.SkipWhen(!File.Exists(orchestrator), "Aspire's orchestrator is not among this machine's packages.");
    }

    public IRunningService Service(string name, int offset) => new DistributedService(this, name, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port + offset}")));

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await end.CancelAsync();
            await watching;
            await app.DisposeAsync();
        }

        end.Dispose();
        folder.Dispose();
    }

    private async Task StartAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.XenoCrm_AppHost>(
            ["DcpPublisher:RandomizePorts=false", string.Create(CultureInfo.InvariantCulture, $"XENOCRM_PORT={port}"), $"XENOCRM_DATA={folder.Path}"], Cancellation);
        foreach (var resource in builder.Resources.ToList())
        {
            // Nothing of an earlier run, and nothing for a later one.
            foreach (var mount in resource.Annotations.OfType<ContainerMountAnnotation>().ToList())
            {
                resource.Annotations.Remove(mount);
            }

            if (resource is ProjectResource service)
            {
                foreach (var (key, value) in settings)
                {
                    builder.CreateResourceBuilder(service).WithEnvironment(key, value);
                }
            }
        }

        app = await builder.BuildAsync(Cancellation);
        watching = WatchAsync(app.ResourceNotifications, end.Token);
        await app.StartAsync(Cancellation);
    }

    private async Task WatchAsync(ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                states[change.ResourceId] = (change.Resource.Name, change.Snapshot);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>Each replica's own name and what is known of it, from the first time that it had a process.</summary>
    private IReadOnlyList<KeyValuePair<string, CustomResourceSnapshot>> Replicas(string service) =>
    [
        .. states.Where(state => state.Value.Service == service && state.Value.State.Properties.Any(property => property.Name == ProcessId))
            .Select(state => KeyValuePair.Create(state.Key, state.Value.State)),
    ];

    private static bool HasEnded(CustomResourceSnapshot state) => KnownResourceStates.TerminalStates.Contains(state.State?.Text);

    private sealed class DistributedService(DistributedServices all, string name, Uri address) : IRunningService
    {
        // One after the other: Aspire refuses to start what waits for something that has ended.
        private static readonly SemaphoreSlim Starting = new(1);

        public Uri Address => address;

        public async Task StartAsync()
        {
            await Starting.WaitAsync(Cancellation);
            try
            {
                if (all.app is null)
                {
                    await all.StartAsync();
                }

                foreach (var (replica, _) in all.Replicas(name).Where(replica => HasEnded(replica.Value)))
                {
                    await CommandAsync(replica, KnownResourceCommands.StartCommand);
                    await Poll.UntilAsync(() => !HasEnded(all.states[replica].State), $"{replica} to be seen as started");
                }
            }
            finally
            {
                Starting.Release();
            }

            await Poll.UntilAsync(
                () => all.Replicas(name) is { Count: > 0 } replicas && replicas.All(replica => replica.Value is { HealthStatus: HealthStatus.Healthy } state && state.State?.Text == KnownResourceStates.Running),
                $"{name} to be healthy; there is {string.Join(", ", all.states.Select(state => $"{state.Key}: {state.Value.State.State?.Text} {state.Value.State.HealthStatus}"))}");
        }

        public void Kill()
        {
            foreach (var (replica, state) in all.Replicas(name))
            {
                // With what it has started: Aspire runs "dotnet run".
                var id = state.Properties.Single(property => property.Name == ProcessId).Value!;
                using var process = Process.GetProcessById(Convert.ToInt32(id, CultureInfo.InvariantCulture));
                process.Kill(entireProcessTree: true);
                Assert.True(SpinWait.SpinUntil(() => HasEnded(all.states[replica].State), Poll.Limit), $"{replica} to be seen as ended");
            }
        }

        public async Task<int?> StopAsync()
        {
            foreach (var (replica, _) in all.Replicas(name))
            {
                await CommandAsync(replica, KnownResourceCommands.StopCommand);
            }

            await Poll.UntilAsync(() => all.Replicas(name).All(replica => HasEnded(replica.Value)), $"{name} to stop");
            return all.Replicas(name).Select(replica => replica.Value.ExitCode).Where(code => code != UnknownExitCode).Max();
        }

        public void Dispose()
        {
            // The application stops it.
        }

        private async Task CommandAsync(string replica, string command)
        {
            var result = await all.app!.ResourceCommands.ExecuteCommandAsync(replica, command, Cancellation);
            Assert.True(result.Success, $"{command} {replica}: {result.Message}");
        }
    }
}
