using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XenoCrm.AppHost.Running;

/// <summary>
/// Stops the services one after the other: first what lets new work in, then who answers it, then who still works it off,
/// then what that needs. The orchestrator would stop them all at once.
/// </summary>
internal sealed partial class OrderlyStop(
    DistributedApplicationModel model, ResourceCommandService commands, ResourceNotificationService states, ILogger<OrderlyStop> logger)
    : IHostedLifecycleService
{
    /// <summary>A little more than a service gives itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    private static readonly string[] Order = ["api", "vendor", "worker", "redis"];

    // The latest of each replica, which has a name of its own.
    private readonly ConcurrentDictionary<string, ResourceEvent> replicas = new();
    private bool stopped;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A test stops the application, and the program that it runs in does so again.
        if (Interlocked.Exchange(ref stopped, true))
        {
            return;
        }

        foreach (var resource in model.Resources
            .Where(IsProcess)
            .OrderBy(resource => Array.FindIndex(Order, name => resource.Name.StartsWith(name, StringComparison.Ordinal))))
        {
            var running = replicas.Values.Where(replica => replica.Resource == resource && IsRunning(replica));
            await Task.WhenAll(running.Select(replica => StopAsync(replica, cancellationToken)));
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = WatchAsync();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WatchAsync()
    {
        // Until the service that is watched is disposed of.
        await foreach (var change in states.WatchAsync())
        {
            replicas[change.ResourceId] = change;
        }
    }

    private async Task StopAsync(ResourceEvent replica, CancellationToken cancellationToken)
    {
        try
        {
            var asked = await commands.ExecuteCommandAsync(replica.ResourceId, KnownResourceCommands.StopCommand, cancellationToken);
            if (asked.Success)
            {
                await states
                    .WaitForResourceAsync(
                        replica.Resource.Name, change => change.ResourceId == replica.ResourceId && HasEnded(change), cancellationToken)
                    .WaitAsync(Patience, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            Log.Late(logger, replica.ResourceId, Patience);
        }
    }

    private static bool IsRunning(ResourceEvent replica) => replica.Snapshot.State?.Text == KnownResourceStates.Running;

    private static bool HasEnded(ResourceEvent replica) => KnownResourceStates.TerminalStates.Contains(replica.Snapshot.State?.Text);

    private static bool IsProcess(IResource resource) => resource is ProjectResource or RedisServerResource;

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "{Service} has not stopped within {Patience}; it is killed when the application ends.")]
        public static partial void Late(ILogger logger, string service, TimeSpan patience);
    }
}
