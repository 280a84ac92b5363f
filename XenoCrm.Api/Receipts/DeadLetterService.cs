using System.Security.Claims;
using XenoCrm.Api.Audit;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Api.Receipts;

/// <summary>Receipts that were given up, and how far the workers are, for the API's routes and the pages.</summary>
internal sealed class DeadLetterService(IReceiptStream stream, AuditLog audit, TimeProvider time)
{
    // The pages ask every second or two, each open one: the stream is asked once.
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forget = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private BacklogResponse? known;
    private long knownAt;
    private bool isStale;

    /// <summary>Newest first.</summary>
    public async Task<Page<DeadReceiptResponse>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        (await stream.ListDeadAsync(page, cancellationToken)).Select(DeadReceiptResponse.Of);

    /// <param name="ids">Which; null for all that can be.</param>
    /// <param name="person">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many are back in the stream.</returns>
    public async Task<int> ReplayAsync(IReadOnlyCollection<string>? ids, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var replayed = await stream.ReplayDeadAsync(ids, cancellationToken);
        await NoteAsync(person, AuditAction.ReceiptsReplayed, replayed);
        return replayed;
    }

    /// <param name="ids">Which; null for all that cannot be replayed.</param>
    /// <param name="person">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many are gone.</returns>
    public async Task<int> DiscardAsync(IReadOnlyCollection<string>? ids, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var discarded = await stream.DiscardDeadAsync(ids, cancellationToken);
        await NoteAsync(person, AuditAction.ReceiptsDiscarded, discarded);
        return discarded;
    }

    /// <summary>How far the workers are, at most a second old.</summary>
    public async Task<BacklogResponse> BacklogAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (known is not null && !isStale && time.GetElapsedTime(knownAt) < Keep)
            {
                return known;
            }
        }

        var info = await stream.InfoAsync(ReceiptConsumer.Workers, cancellationToken);
        lock (gate)
        {
            // Seen by whoever looks: nobody looks while no page is open, and then it begins anew.
            var before = known is not null && time.GetElapsedTime(knownAt) < Forget ? known.BehindSince : null;
            known = new BacklogResponse(
                info.Length, info.Lag, info.Pending, info.DeadLetters, info.Lag > 0 ? before ?? time.GetUtcNow() : null);
            (knownAt, isStale) = (time.GetTimestamp(), false);
            return known;
        }
    }

    private async Task NoteAsync(ClaimsPrincipal person, string action, int receipts)
    {
        lock (gate)
        {
            // What was done is seen at once.
            isStale = true;
        }

        if (receipts > 0)
        {
            await audit.WriteAsync(person, action, detail: $"receipts: {receipts}");
        }
    }
}

/// <summary>How far the receipt workers are, in entries of the stream; an entry is what one callback of the vendor brought.</summary>
/// <param name="Length">Entries that are kept, done or not.</param>
/// <param name="Lag">Entries that no worker has had yet; null where that cannot be told now.</param>
/// <param name="Pending">Entries given to a worker and not done.</param>
/// <param name="DeadLetters">Receipts given up.</param>
/// <param name="BehindSince">Since when entries have lain there each time that somebody looked; null while none do.</param>
public sealed record BacklogResponse(long Length, long? Lag, long Pending, long DeadLetters, DateTimeOffset? BehindSince);
