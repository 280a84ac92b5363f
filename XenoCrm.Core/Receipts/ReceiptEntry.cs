namespace XenoCrm.Core.Receipts;

/// <summary>What one POST brought.</summary>
/// <param name="Receipts">Up to <see cref="MaxReceipts"/> with the rejected ones; there may be none beside those.</param>
/// <param name="ArrivedAt">When we took it, by our clock.</param>
/// <param name="Trace">The request's place in its trace, if it has one.</param>
public sealed record ReceiptBatch(IReadOnlyList<Receipt> Receipts, DateTimeOffset ArrivedAt, TraceContext? Trace)
{
    public const int MaxReceipts = 1_000;

    /// <summary>Those that were brought along and are no receipts as they should be: they become dead letters at once.</summary>
    public IReadOnlyList<RejectedReceipt> Rejected { get; init; } = [];
}

/// <summary>What is kept of a receipt that cannot be taken, so that somebody can look into it: whose it is, and what is wrong.</summary>
/// <param name="Id">Null where it could not be read.</param>
/// <param name="VendorMessageId">Null where it could not be read.</param>
/// <param name="Reason">For people, by member: <c>status: it is Delivered; it must be SENT or FAILED.</c></param>
public sealed record RejectedReceipt(string? Id, string? VendorMessageId, string Reason);

/// <summary>W3C trace context.</summary>
/// <param name="Parent"><c>00-{32 hex}-{16 hex}-{flags}</c>.</param>
/// <param name="State">What other tracing systems want passed on.</param>
public sealed record TraceContext(string Parent, string? State);

/// <summary>An entry as it is delivered.</summary>
public sealed record ReceiptEntry
{
    public required string Id { get; init; }

    /// <summary>How often it has been delivered, this time included.</summary>
    public required int Deliveries { get; init; }

    /// <summary>Null if the entry's body cannot be read.</summary>
    public required IReadOnlyList<Receipt>? Receipts { get; init; }

    /// <summary>The body as it is stored, see <see cref="ReceiptFormat"/>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset ArrivedAt { get; init; }

    public TraceContext? Trace { get; init; }
}

/// <summary>An entry given back.</summary>
/// <param name="EntryId">Which one.</param>
/// <param name="Deliveries">The deliveries that count against it; the next one is one more.</param>
/// <param name="Delay">When it may be reclaimed, from now; at most the visibility time.</param>
public sealed record ReturnedEntry(string EntryId, int Deliveries, TimeSpan Delay);

/// <summary>An entry that is given up, or the part of it that is.</summary>
/// <param name="Entry">The entry; all of it is acknowledged.</param>
/// <param name="Receipts">Those of its receipts that become dead letters; of an entry that cannot be read, its body does.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record Burial(ReceiptEntry Entry, IReadOnlyList<Receipt> Receipts, string Reason)
{
    /// <summary>The bodies to keep, one a dead letter.</summary>
    public IEnumerable<byte[]> Bodies() =>
        Entry.Receipts is null ? [Entry.Body.ToArray()] : Receipts.Select(receipt => ReceiptFormat.Write([receipt]));
}

/// <summary>A dead letter.</summary>
/// <param name="Id">Its own, for the replay.</param>
/// <param name="Receipt">Null if it could not be read.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Deliveries">How often it was tried; 0 if it never was an entry (<see cref="ReceiptBatch.Rejected"/>).</param>
/// <param name="ArrivedAt">When the vendor brought it.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadReceipt(
    string Id, Receipt? Receipt, string Reason, int Deliveries, DateTimeOffset ArrivedAt, DateTimeOffset DiedAt)
{
    /// <summary>The list's name in its cursors.</summary>
    public const string List = "receipts/dead";

    /// <summary>Of a rejected one the ids that could be read.</summary>
    public RejectedReceipt? Rejected { get; private init; }

    /// <summary>Whether it may go back into the stream. One that was rejected would be rejected again.</summary>
    public bool IsReplayable => Rejected is null;

    /// <summary>Of what a stream keeps.</summary>
    public static DeadReceipt Of(
        string id, ReadOnlySpan<byte> body, string reason, int deliveries, DateTimeOffset arrivedAt, DateTimeOffset diedAt) =>
        deliveries == 0
            ? new(id, null, reason, deliveries, arrivedAt, diedAt) { Rejected = ReceiptFormat.ReadRejected(body, reason) }
            : new(id, ReceiptFormat.Read(body) is [var receipt] ? receipt : null, reason, deliveries, arrivedAt, diedAt);
}
