using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>
/// Posts callbacks as they fall due, a bounded number at once, until each is taken or too old. What is under way is in
/// memory, everything else stays in the database: a crash repeats at most what was under way.
/// </summary>
internal sealed partial class CallbackDispatcher(
    CallbackQueue callbacks,
    CallbackSender sender,
    Receivers receivers,
    Retries retries,
    VendorMetrics metrics,
    IOptions<VendorOptions> options,
    TimeProvider time,
    ILogger<CallbackDispatcher> logger) : BackgroundService
{
    /// <summary>What is under way when the vendor stops may end within this time; else it is repeated at the next start.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Callback> underWay = [];
    private readonly VendorOptions options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hurry = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => hurry.CancelAfter(Grace));
        await Parallel.ForEachAsync(
            DueAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.CallbackConcurrency, CancellationToken = stoppingToken },
            async (callback, _) => await DeliverAsync(callback, hurry.Token));
    }

    // Asked for the next one only when somebody is free to post it.
    private async IAsyncEnumerable<Callback> DueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Callback? next = null;
            try
            {
                var now = time.GetUtcNow();
                next = callbacks.Next(now, [.. underWay.Keys], receivers.Resting(now));
                if (next is null)
                {
                    var at = Earlier(callbacks.NextAfter(now), receivers.NextAsk(now));
                    await callbacks.Changed.WaitAsync(Due.In(at, time), cancellationToken);
                }
            }
            catch (StorageException e)
            {
                Log.Failed(logger, e.Message);
                await Task.Delay(AfterFailure, time, cancellationToken);
            }

            if (next is not null)
            {
                underWay[next.Id] = next;
                receivers.Calling(next.Url);
                yield return next;
            }
        }
    }

    private async Task DeliverAsync(Callback callback, CancellationToken cancellationToken)
    {
        try
        {
            var begun = time.GetUtcNow();
            await SettleAsync(callback, begun, await sender.SendAsync(callback, cancellationToken));
        }
        catch (StorageException e)
        {
            // It is due still. Not at once: a full disk must not become a storm of repetitions.
            Log.Failed(logger, e.Message);
            await Task.Delay(AfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The vendor stops; the next start tries again.
        }
        finally
        {
            underWay.TryRemove(callback.Id, out _);
            callbacks.Changed.Wake();
        }
    }

    private async Task SettleAsync(Callback callback, DateTimeOffset begun, Attempt attempt)
    {
        var now = time.GetUtcNow();
        if (attempt.Taken)
        {
            receivers.Took(callback.Url);
            metrics.Delivered(callback.Receipts);
            await callbacks.RemoveAsync(callback);
            return;
        }

        receivers.Failed(callback.Url, begun, now, attempt.RetryAfter);
        metrics.Refused();
        var host = new Uri(callback.Url).Authority;
        if (now - callback.CreatedAt >= options.RetryFor)
        {
            Log.GivenUp(logger, callback.Receipts, host, callback.Attempts + 1, attempt.Answer);
            metrics.GivenUp();
            await callbacks.RemoveAsync(callback);
            return;
        }

        Log.NotTaken(logger, callback.Receipts, host, callback.Attempts + 1, attempt.Answer);
        await callbacks.PostponeAsync(callback, now + retries.After(callback.Attempts + 1, attempt.RetryAfter));
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message =
            "{Host} did not take a callback with {Receipts} receipts, attempt {Attempt}: {Answer}. It is tried again")]
        public static partial void NotTaken(ILogger logger, int receipts, string host, int attempt, string answer);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "A callback with {Receipts} receipts to {Host} is given up after {Attempt} attempts, the last: {Answer}. "
            + "The messages can still be asked for")]
        public static partial void GivenUp(ILogger logger, int receipts, string host, int attempt, string answer);

        [LoggerMessage(Level = LogLevel.Error, Message = "Callbacks stay where they are for now. {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
