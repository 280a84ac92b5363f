namespace XenoCrm.Core.Receipts;

/// <summary>
/// The durable queue between the receipt endpoint and the workers. An entry is what one POST brought, or what several small ones brought
/// in the same moment. Each group sees every entry, from the first that is still kept; within a group an entry is delivered to one
/// consumer at a time, again and again until it is acknowledged. A group comes to be when it is first named, and anew if it was lost.
/// Every method throws <see cref="StoreUnavailableException"/> within seconds, and has changed nothing that matters, if
/// the stream cannot be reached.
/// </summary>
public interface IReceiptStream
{
    /// <summary>
    /// Adds the receipts, if there are any, and the rejected ones to the dead letters; all is durable when this
    /// returns. If it throws, some of it may be there; the same batch again does no harm.
    /// </summary>
    Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Takes entries that nobody of the group has had yet, the oldest first (of each part, where a stream has parts), until
    /// they hold <paramref name="receipts"/> receipts (or a few entries more); empty if there are none. What is not
    /// acknowledged or returned within the visibility time is there to be reclaimed.
    /// </summary>
    Task<IReadOnlyList<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken);

    /// <summary>
    /// Takes entries whose visibility time is over or whose delay has passed, whoever had them; each counts as one more
    /// delivery.
    /// </summary>
    Task<IReadOnlyList<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken);

    /// <summary>Says that the group is done with these entries; ids that it does not have are passed over.</summary>
    Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken);

    /// <summary>Gives entries back, each to be reclaimed after its own delay rather than after the visibility time.</summary>
    Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken);

    /// <summary>Keeps the receipts as dead letters and, once they are durable, acknowledges their entries.</summary>
    Task DeadLetterAsync(string group, IReadOnlyCollection<Burial> burials, CancellationToken cancellationToken);

    /// <summary>The dead letters, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<DeadReceipt>> ListDeadAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Puts dead letters back into the stream, as new entries: those with the given ids (unknown ones are passed over), or
    /// all that there are now if <paramref name="ids"/> is null. Those that were rejected stay. Answers how many.
    /// </summary>
    Task<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken);

    /// <summary>
    /// Drops dead letters for good: those with the given ids (unknown ones are passed over), or all that were rejected if
    /// <paramref name="ids"/> is null. Answers how many.
    /// </summary>
    Task<int> DiscardDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken);

    /// <summary>Drops the entries that every group has acknowledged, up to the first that one has not. Answers how many.</summary>
    Task<long> TrimAsync(CancellationToken cancellationToken);

    /// <summary>How far a group is. Of a part that cannot be reached nothing is counted, and the lag is then unknown.</summary>
    Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken);

    /// <summary>Forgets a consumer that will not come back. Entries that it still has are reclaimed in their time.</summary>
    Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken);
}

/// <summary>A process of a group.</summary>
/// <param name="Group">Who shares the work.</param>
/// <param name="Name">Unique in the group.</param>
public sealed record ReceiptConsumer(string Group, string Name)
{
    /// <summary>The group of the receipt workers.</summary>
    public const string Workers = "receipt-worker";
}

/// <summary>How far a group is, in entries.</summary>
/// <param name="Length">Entries that are kept, done or not.</param>
/// <param name="Lag">Entries that the group has not been given yet; null where the server cannot tell.</param>
/// <param name="Pending">Entries given out and not acknowledged.</param>
/// <param name="DeadLetters">Receipts given up, of all groups.</param>
public sealed record ReceiptBacklog(long Length, long? Lag, long Pending, long DeadLetters);
