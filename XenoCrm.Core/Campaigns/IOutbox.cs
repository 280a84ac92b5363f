namespace XenoCrm.Core.Campaigns;

/// <summary>The delivery log as work to be done: rows are leased, tried, and given back with what came of it.</summary>
public interface IOutbox
{
    /// <summary>The campaigns that may have work: those sending, and cancelled ones that wait for the fate of some rows.</summary>
    Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes up to <paramref name="count"/> rows that are due. They are nobody else's until <paramref name="leaseUntil"/>;
    /// if nothing is recorded of them by then they are due again. A row without a vendor's id counts as tried once more,
    /// and with it comes whether its person may still be written to. One whose person is not to be written to at this hour is not taken:
    /// it is due when that is over, or an hour later, when it is looked at again.
    /// </summary>
    Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, SendingHours? hours,
        CancellationToken cancellationToken);

    /// <summary>Records what came of leased rows, in one durable write. A row that a receipt has made final stays so.</summary>
    Task RecordAsync(IReadOnlyList<SendResult> results, DateTimeOffset now, CancellationToken cancellationToken);

    Task<RecentOutcomes> CountRecentAsync(string campaignId, CancellationToken cancellationToken);

    /// <summary>If no row is pending: closes the campaign and freezes its counts. Says whether it did.</summary>
    Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="IsTransactional">The account's frequency caps and quiet hours do not hold for it.</param>
/// <param name="Hours">At which hours its messages leave; null where it says nothing of them.</param>
public sealed record OpenCampaign(string Id, CampaignStatus Status, bool IsTransactional = false, CampaignHours? Hours = null);

/// <summary>How many rows became final since the campaign was last started, resumed or retried, and how.</summary>
public sealed record RecentOutcomes(long Sent, long Failed);

/// <summary>A leased row.</summary>
/// <param name="Attempts">How often the vendor was asked to send it, this time included.</param>
/// <param name="VendorMessageId">Set where the vendor has it and its receipt is overdue.</param>
public sealed record OutboxRow(
    MessageId MessageId, string Recipient, string Message, int Attempts, string? VendorMessageId, DateTimeOffset CreatedAt)
{
    /// <summary>Whom it is for.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Why it must not be sent now, a <see cref="Campaigns.SkipReason"/>; null where it may be.</summary>
    public string? SkipReason { get; init; }

    /// <summary>An earlier try did not come to an end, so that the vendor may have it.</summary>
    public bool MaybeHanded { get; init; }
}

/// <summary>What came of a leased row.</summary>
public abstract record SendResult(MessageId MessageId)
{
    /// <summary>The vendor has it; if no receipt has come by then, it is asked.</summary>
    public sealed record Accepted(MessageId MessageId, string VendorMessageId, DateTimeOffset AskAt) : SendResult(MessageId);

    /// <summary>It is tried again then. With <paramref name="Unknown"/> the vendor has said that it does not have it.</summary>
    public sealed record Later(MessageId MessageId, DateTimeOffset DueAt, bool Unknown = false) : SendResult(MessageId);

    /// <summary>
    /// The vendor was away, which is no try of the message. With <paramref name="MaybeHanded"/> it was lost sight of on the
    /// way, so that the vendor may have it.
    /// </summary>
    public sealed record Waits(MessageId MessageId, DateTimeOffset DueAt, bool MaybeHanded) : SendResult(MessageId);

    /// <summary>It is not sent, for a <see cref="SkipReason"/>.</summary>
    public sealed record Skipped(MessageId MessageId, string Reason) : SendResult(MessageId);

    /// <summary>It is given up.</summary>
    public sealed record GivenUp(MessageId MessageId, string Reason) : SendResult(MessageId);
}
