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
    public async Task<IReadOnlyList<HandledEntry>> HandleAsync(IReadOnlyList<ReceiptEntry> entries, CancellationToken cancellationToken) =>
        Divide(entries, await ApplyAsync([.. entries.SelectMany(entry => entry.Receipts ?? [])], cancellationToken));

    /// <returns>For each receipt why it has not been brought to a row; null where it has.</returns>
    private async Task<IReadOnlyList<string?>> ApplyAsync(IReadOnlyList<Receipt> receipts, CancellationToken cancellationToken)
    {
        try
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

            return [.. outcomes.Select(outcome => outcome == ReceiptOutcome.Unmatched ? "No message has this id." : null)];
        }
        catch (Exception e) when (receipts.Count > 1 && IsOfAReceipt(e))
        {
            // One of them is poison: half by half it is found, and does not hold up the others, of its own entry or of another.
            Log.InHalves(logger, receipts.Count, e);
            var half = receipts.Count / 2;
            return
            [
                .. await ApplyAsync([.. receipts.Take(half)], cancellationToken),
                .. await ApplyAsync([.. receipts.Skip(half)], cancellationToken),
            ];
        }
        catch (Exception e) when (IsOfAReceipt(e))
        {
            // The type only: a message may quote what it stumbled over.
            return [$"It could not be applied ({e.GetType().Name})."];
        }
    }

    private static List<HandledEntry> Divide(IReadOnlyList<ReceiptEntry> entries, IReadOnlyList<string?> faults)
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
            var left = entry.Receipts.Where((_, i) => faults[start + i] is not null).ToList();
            var fault = left.Count == 0
                ? null
                : string.Join(" Or: ", faults.Skip(start).Take(entry.Receipts.Count).OfType<string>().Distinct());
            handled.Add(new HandledEntry(entry, left, fault));
        }

        return handled;
    }

    private static bool IsOfAReceipt(Exception e) => e is not (StoreUnavailableException or OperationCanceledException);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} receipts failed; its halves are tried.")]
        public static partial void InHalves(ILogger logger, int count, Exception exception);
    }
}

/// <param name="Entry">The entry that was handled.</param>
/// <param name="Left">Its receipts that have not been brought to a row.</param>
/// <param name="Fault">Why the entry is not done with; null if it is.</param>
internal sealed record HandledEntry(ReceiptEntry Entry, IReadOnlyList<Receipt> Left, string? Fault);
