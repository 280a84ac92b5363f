using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using XenoCrm.AppHost;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The application as Aspire's orchestrator runs it from the AppHost's own model.</summary>
internal sealed class DistributedServices : IAsyncDisposable
{
    /// <summary>With which the vendor and the API sign what they tell each other.</summary>
    public const string Secret = "the-secret-of-the-graphs-tests";

    private const string ProcessId = "executable.pid";

    // What the orchestrator says of a process that it has stopped.
    private const int UnknownExitCode = -1;

    private readonly ConcurrentDictionary<string, (string Resource, CustomResourceSnapshot State)> states = new();
    private readonly ConcurrentDictionary<int, string> processes = new();
    private readonly ConcurrentQueue<string> ends = new();
    private readonly CancellationTokenSource end = new();
    private readonly DistributedApplication app;
    private readonly Task watching;

    private DistributedServices(DistributedApplication app)
    {
        this.app = app;
        watching = WatchAsync(end.Token);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The resources in the order in which their processes ended, each as often as it did.</summary>
    public IReadOnlyCollection<string> Ends => ends;

    /// <summary>Of all processes that it has had.</summary>
    public IEnumerable<int> ProcessIds => processes.Keys;

    /// <param name="folder">The data folder.</param>
    /// <param name="arguments">Settings of the AppHost, as its command line has them: <c>XENOCRM_REDIS=off</c>.</param>
    /// <param name="change">What is to be otherwise in the model.</param>
    /// <param name="settings">Environment of the services.</param>
    public static async Task<DistributedServices> StartAsync(
        string folder,
        string[] arguments,
        Action<IDistributedApplicationTestingBuilder>? change = null,
        params (string Key, string Value)[] settings)
    {
        var port = FreePorts.Row(LocalPorts.Count);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.XenoCrm_AppHost>(
            [
                "DcpPublisher:RandomizePorts=false",
                string.Create(CultureInfo.InvariantCulture, $"XENOCRM_PORT={port}"),
                $"XENOCRM_DATA={folder}",

                // Else it would be looked for, and kept, among the user's own secrets.
                $"Parameters:webhook-secret={Secret}",
                .. arguments,
            ],
            Cancellation);
        foreach (var resource in builder.Resources.ToList())
        {
            // In containers, nothing of an earlier run, and nothing for a later one.
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

        change?.Invoke(builder);
        var services = new DistributedServices(await builder.BuildAsync(Cancellation));
        try
        {
            await services.app.StartAsync(Cancellation);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of its resources, all replicas of it.</summary>
    public DistributedService this[string name] => new(this, name);

    /// <summary>Asks it to stop, as Ctrl+C does, and waits for its end.</summary>
    public async Task StopAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await Poll.UntilAsync(() => !Left().Any(), () => $"these to be gone: {string.Join(", ", Left())}");

        IEnumerable<string> Left() =>
            processes.Where(process => !HasEnded(process.Key)).Select(process => $"{process.Value} ({process.Key})");
    }

    /// <summary>A line of a resource's log, of now or of before.</summary>
    public async Task UntilLoggedAsync(string name, string text)
    {
        var (replica, _) = Assert.Single(Replicas(name));
        var logs = app.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var lines in logs.WatchAsync(replica).WithCancellation(Cancellation))
        {
            if (lines.Any(line => line.Content.Contains(text, StringComparison.Ordinal)))
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await end.CancelAsync();
        await watching;
        await app.DisposeAsync();
        end.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in app.ResourceNotifications.WatchAsync(cancellationToken))
            {
                if (HasEnded(change.Snapshot) && states.TryGetValue(change.ResourceId, out var before) && !HasEnded(before.State))
                {
                    ends.Enqueue(change.Resource.Name);
                }

                if (Id(change.Snapshot) is { } id)
                {
                    processes[id] = change.ResourceId;
                }

                states[change.ResourceId] = (change.Resource.Name, change.Snapshot);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>Each replica's own name and what is known of it, from the first time that it had a process.</summary>
    private IReadOnlyList<KeyValuePair<string, CustomResourceSnapshot>> Replicas(string name) =>
    [
        .. from state in states
           where state.Value.Resource == name && (processes.Values.Contains(state.Key) || state.Value.State.ResourceType == "Container")
           orderby state.Key
           select KeyValuePair.Create(state.Key, state.Value.State),
    ];

    // Zero where the orchestrator has started none, or none yet.
    private static int? Id(CustomResourceSnapshot state) =>
        state.Properties.FirstOrDefault(property => property.Name == ProcessId)?.Value is { } value
        && Convert.ToInt32(value, CultureInfo.InvariantCulture) is var id and not 0
            ? id
            : null;

    private static bool HasEnded(CustomResourceSnapshot state) => KnownResourceStates.TerminalStates.Contains(state.State?.Text);

    private static bool HasEnded(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    internal sealed class DistributedService(DistributedServices all, string name) : IRunningService
    {
        // One after the other: Aspire refuses to start what waits for something that has ended.
        private static readonly SemaphoreSlim Starting = new(1);

        public Uri Address => all.app.GetEndpoint(name, "http");

        public int Count => all.Replicas(name).Count;

        /// <summary>Starts what has ended of it, as the dashboard's button does.</summary>
        public async Task StartAsync()
        {
            await Starting.WaitAsync(Cancellation);
            try
            {
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
                () => all.Replicas(name) is { Count: > 0 } replicas && replicas.All(replica => IsHealthy(replica.Value)),
                () =>
                    $"{name} to be healthy; there is "
                        + $"{string.Join(", ", all.states.Select(state => $"{state.Key}: {Words(state.Value.State)}"))}");
        }

        public void Kill()
        {
            for (var replica = 0; replica < Count; replica++)
            {
                Kill(replica);
            }
        }

        /// <summary>Ends one replica at once, and waits until that is seen.</summary>
        public void Kill(int replica)
        {
            var (id, state) = all.Replicas(name)[replica];
            using var process = Process.GetProcessById(Id(state)!.Value);
            process.Kill();
            Assert.True(SpinWait.SpinUntil(() => HasEnded(all.states[id].State), Poll.Limit), $"{id} to be seen as ended");
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

        private static bool IsHealthy(CustomResourceSnapshot state) =>
            state.HealthStatus == HealthStatus.Healthy && state.State?.Text == KnownResourceStates.Running;

        private static string Words(CustomResourceSnapshot state) => $"{state.State?.Text} {state.HealthStatus}";

        private async Task CommandAsync(string replica, string command)
        {
            var result = await all.app.ResourceCommands.ExecuteCommandAsync(replica, command, Cancellation);
            Assert.True(result.Success, $"{command} {replica}: {result.Message}");
        }
    }
}
