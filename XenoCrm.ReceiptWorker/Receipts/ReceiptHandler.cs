using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.ReceiptWorker.Receipts;

/// <summary>What a batch of entries does to the log. It knows the store and nothing of the stream.</summary>
internal sealed partial class ReceiptHandler(IReceiptStore store, ReceiptTelemetry telemetry, ILogger<ReceiptHandler> logger)
{
    // A read of very large entries may bring many more than were asked for: the store's other writers get a turn between.
    private const int MaxWrite = 10_000;

    /// <summary>Brings all receipts to the log and answers entry by entry, in the batch's order, what is left of it.</summary>
    /// <exception cref="StoreUnavailableException">What was stored is stored again by the next try, without effect.</exception>
    public async Task<IReadOnlyList<HandledEntry>> HandleAsync(IReadOnlyList<ReceiptEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var outcomes = await ApplyAsync([.. entries.SelectMany(entry => entry.Receipts ?? [])], cancellationToken);
            return Divide(entries, outcomes);
        }
        catch (Exception e) when (entries.Count > 1 && IsOfAnEntry(e))
        {
            // One of them is poison: half by half it is found, and does not hold up the others.
            Log.InHalves(logger, entries.Count, e);
            var half = entries.Count / 2;
            return
            [
                .. await HandleAsync([.. entries.Take(half)], cancellationToken),
                .. await HandleAsync([.. entries.Skip(half)], cancellationToken),
            ];
        }
        catch (Exception e) when (IsOfAnEntry(e))
        {
            // The type only: a message may quote what it stumbled over.
            return [new HandledEntry(entries[0], entries[0].Receipts ?? [], $"It could not be applied ({e.GetType().Name}).")];
        }
    }

    private async Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        var outcomes = new List<ReceiptOutcome>(receipts.Count);
        foreach (var part in receipts.Chunk(MaxWrite))
        {
            outcomes.AddRange(await store.ApplyAsync(part, cancellationToken));
        }

        if (outcomes.Count > 0)
        {
            telemetry.Applied(outcomes);
        }

        return outcomes;
    }

    private static List<HandledEntry> Divide(IReadOnlyList<ReceiptEntry> entries, IReadOnlyList<ReceiptOutcome> outcomes)
    {
        var handled = new List<HandledEntry>(entries.Count);
        var at = 0;
        foreach (var entry in entries)
        {
            if (entry.Receipts is null)
            {
                handled.Add(new HandledEntry(entry, [], "It cannot be read."));
                continue;
            }

            var start = at;
            at += entry.Receipts.Count;
            var unmatched = entry.Receipts.Where((_, i) => outcomes[start + i] == ReceiptOutcome.Unmatched).ToList();
            handled.Add(new HandledEntry(entry, unmatched, unmatched.Count > 0 ? "No message has this id." : null));
        }

        return handled;
    }

    private static bool IsOfAnEntry(Exception e) => e is not (StoreUnavailableException or OperationCanceledException);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} entries failed; its halves are tried.")]
        public static partial void InHalves(ILogger logger, int count, Exception exception);
    }
}

/// <param name="Entry">The entry that was handled.</param>
/// <param name="Left">Its receipts that have not been brought to a row.</param>
/// <param name="Fault">Why the entry is not done with; null if it is.</param>
internal sealed record HandledEntry(ReceiptEntry Entry, IReadOnlyList<Receipt> Left, string? Fault);
