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

    // A service's lines come by another way than the news of its end, and later.
    private static readonly TimeSpan LastWordsTake = TimeSpan.FromMilliseconds(500);
    private const int LooksForLastWords = 6;

    // Lines of a log of one line an entry: "warn: XenoCrm.Api.Vendor.VendorGate[3] …".
    private static readonly string[] Trouble = ["warn: ", "fail: ", "crit: "];

    // What Aspire writes into the same log: how it starts the service, and what it was told on the dashboard.
    private static readonly string[] NotItsWords =
        [
            "[sys] ", "No custom certificate authorities to configure for '", "Executing command '", "Successfully executed command '",
            "Failure executing command '", "Error executing command '", "Command '"
        ];

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
                    _ = TellAsync(change, stoppingToken);
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

    private async Task TellAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        string[] lines;
        var looks = 0;
        do
        {
            await Task.Delay(LastWordsTake, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (lastLines[change.ResourceId])
            {
                lines = [.. lastLines[change.ResourceId]];
            }
        }
        while (lines.Length == 0 && ++looks < LooksForLastWords && !cancellationToken.IsCancellationRequested);

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
                    if (Array.Exists(NotItsWords, text.StartsWith))
                    {
                        continue;
                    }

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
