using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>
/// One turn of the work: take entries, bring them to the log in one write, and only then acknowledge them. An entry of
/// which something is left (its message may not be known yet) is given back and comes again, later each time; after the
/// last delivery what is left of it goes to the dead letters.
/// </summary>
internal sealed partial class ReceiptPoller(
    IReceiptStream stream,
    ReceiptHandler handler,
    ReceiptConsumer consumer,
    ReceiptTelemetry telemetry,
    IOptions<ReceiptWorkerOptions> options,
    IOptions<ReceiptStreamOptions> streamOptions,
    TimeProvider time,
    ILogger<ReceiptPoller> logger)
{
    private readonly ReceiptWorkerOptions settings = options.Value;
    private readonly Backoff retries = new(options.Value.RetryDelay, streamOptions.Value.Visibility, Factor: 3);
    private long reclaimedAt = time.GetTimestamp();
    private bool reclaimNow = true;
    private bool recovering;

    /// <summary>True if there was work; the next turn then follows at once.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was acknowledged that is not stored; the entries come again.</exception>
    public async Task<bool> PollOnceAsync(CancellationToken cancellationToken)
    {
        var entries = await NextAsync(cancellationToken);
        if (entries.Count == 0)
        {
            return false;
        }

        using var trace = BatchTrace.Start(entries);
        using var scope = Log.Batch(logger, entries.Count, consumer.Name);
        IReadOnlyList<HandledEntry> handled;
        try
        {
            handled = await handler.HandleAsync(entries, cancellationToken);
            recovering = false;
        }
        catch (StoreUnavailableException)
        {
            recovering = true;
            await GiveBackAsync(entries, cancellationToken);
            throw;
        }

        await SettleAsync(handled, cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<ReceiptEntry>> NextAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ReceiptEntry> again = [];
        if (reclaimNow || recovering || time.GetElapsedTime(reclaimedAt) >= settings.ReclaimInterval)
        {
            again = await stream.ReclaimAsync(consumer, settings.BatchReceipts, cancellationToken);
            reclaimedAt = time.GetTimestamp();
            reclaimNow = again.Count > 0;
            telemetry.Redelivered(again.Count);

            // While the store is down nothing new is taken: what was given back is enough to try it with.
            if (recovering && again.Count > 0)
            {
                return again;
            }
        }

        // New entries come along with old ones, so that the old never hold them up.
        return [.. again, .. await stream.ReadAsync(consumer, settings.BatchReceipts, cancellationToken)];
    }

    private async Task SettleAsync(IReadOnlyList<HandledEntry> handled, CancellationToken cancellationToken)
    {
        var done = handled.Where(done => done.Fault is null).Select(done => done.Entry.Id).ToList();
        await stream.AcknowledgeAsync(consumer.Group, done, cancellationToken);

        var left = handled
            .Where(candidate => candidate.Fault is not null)
            .ToLookup(candidate => candidate.Entry.Deliveries >= settings.MaxDeliveries);
        if (left[false].Select(Return).ToList() is { Count: > 0 } returned)
        {
            await stream.ReturnAsync(consumer, returned, cancellationToken);
        }

        if (left[true].Select(failed => new Burial(failed.Entry, failed.Left, failed.Fault!)).ToList() is { Count: > 0 } burials)
        {
            await stream.DeadLetterAsync(consumer.Group, burials, cancellationToken);
            foreach (var reason in burials.GroupBy(burial => burial.Reason))
            {
                var receipts = reason.Sum(burial => Math.Max(1, burial.Receipts.Count));
                telemetry.Dead(receipts);
                Log.GivenUp(logger, receipts, settings.MaxDeliveries, reason.Key);
            }
        }
    }

    private ReturnedEntry Return(HandledEntry failed) =>
        new(failed.Entry.Id, failed.Entry.Deliveries, retries.After(failed.Entry.Deliveries));

    // The entries are not to blame: this delivery does not count. If the stream is down, too, they come when their
    // visibility time is over, and it does.
    private async Task GiveBackAsync(IReadOnlyList<ReceiptEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var returned = entries.Select(entry => new ReturnedEntry(entry.Id, entry.Deliveries - 1, TimeSpan.Zero)).ToList();
            await stream.ReturnAsync(consumer, returned, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            Log.NotGivenBack(logger, entries.Count, e.Message);
        }
    }

    private static partial class Log
    {
        private static readonly Func<ILogger, int, string, IDisposable?> BatchScope =
            LoggerMessage.DefineScope<int, string>("Batch of {Entries} entries, consumer {Consumer}");

        public static IDisposable? Batch(ILogger logger, int entries, string consumer) => BatchScope(logger, entries, consumer);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "{Receipts} receipts were given up after {Deliveries} deliveries and are among the dead letters "
            + "(GET /receipts/dead). {Reason}")]
        public static partial void GivenUp(ILogger logger, int receipts, int deliveries, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "{Entries} entries could not be given back; they come again when their visibility time is over. {Reason}")]
        public static partial void NotGivenBack(ILogger logger, int entries, string reason);
    }
}
