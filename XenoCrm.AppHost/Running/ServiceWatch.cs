using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace XenoCrm.AppHost.Running;

/// <summary>
/// Says on the console what the dashboard's logs say of trouble, and nothing else: each service's warnings and errors, and
/// the last words of one that has ended by itself.
/// </summary>
internal sealed class ServiceWatch(
    ResourceNotificationService states, ResourceLoggerService logs, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int RememberedLines = 20;

    // Lines of a log of one line an entry: "warn: XenoCrm.Api.Vendor.VendorGate[3] …".
    private static readonly string[] Trouble = ["warn: ", "fail: ", "crit: "];

    private readonly ConcurrentDictionary<string, Queue<string>> lastLines = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = new Dictionary<string, string?>();
        try
        {
            await foreach (var change in states.WatchAsync(stoppingToken))
            {
                if (change.Resource is not (ProjectResource or RedisServerResource))
                {
                    continue;
                }

                if (lastLines.TryAdd(change.ResourceId, new Queue<string>(RememberedLines)))
                {
                    _ = FollowAsync(change, stoppingToken);
                }

                var state = change.Snapshot.State?.Text;
                if (state != before.GetValueOrDefault(change.ResourceId)
                    && EndedByItself(state, before.GetValueOrDefault(change.ResourceId)))
                {
                    Tell(change);
                }

                before[change.ResourceId] = state;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private bool EndedByItself(string? state, string? before) =>
        KnownResourceStates.TerminalStates.Contains(state)
            && before != KnownResourceStates.Stopping
            && !lifetime.ApplicationStopping.IsCancellationRequested;

    private void Tell(ResourceEvent change)
    {
        string[] lines;
        lock (lastLines[change.ResourceId])
        {
            lines = [.. lastLines[change.ResourceId]];
        }

        var code = change.Snapshot.ExitCode is >= 0 and var number
            ? string.Create(CultureInfo.InvariantCulture, $" with exit code {number}")
            : "";
        var words = lines.Length == 0
            ? "It said nothing."
            : $"Its last words:{string.Concat(lines.Select(line => $"{Environment.NewLine}  {line}"))}";
        Console.Error.WriteLine($"{change.ResourceId} ended by itself{code}; it can be started again on the dashboard. {words}");
    }

    private async Task FollowAsync(ResourceEvent resource, CancellationToken cancellationToken)
    {
        var remembered = lastLines[resource.ResourceId];
        try
        {
            await foreach (var lines in logs.WatchAsync(resource.ResourceId).WithCancellation(cancellationToken))
            {
                foreach (var line in lines)
                {
                    // The orchestrator puts the time before each line.
                    var text = line.Content[(line.Content.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                    lock (remembered)
                    {
                        if (remembered.Count == RememberedLines)
                        {
                            remembered.Dequeue();
                        }

                        remembered.Enqueue(text);
                    }

                    if (Array.Exists(Trouble, text.StartsWith))
                    {
                        Console.Error.WriteLine($"{resource.Resource.Name}: {text}");
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
    }
}
