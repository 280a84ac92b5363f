namespace XenoCrm.Core.Campaigns;

/// <summary>
/// What became of a message. A row's status is the highest that anything gave it: pending, skipped, failed, sent. The
/// numbers are what stores keep, and not that order.
/// </summary>
public enum DeliveryStatus
{
    Pending = 0,
    Failed = 1,
    Sent = 2,

    /// <summary>It was not handed to the vendor, with a <see cref="SkipReason"/>.</summary>
    Skipped = 3,
}

public static class DeliveryStatusOrder
{
    /// <summary>From the lowest on.</summary>
    public static readonly IReadOnlyList<DeliveryStatus> All = [DeliveryStatus.Pending, DeliveryStatus.Skipped, DeliveryStatus.Failed,
        DeliveryStatus.Sent];

    public static bool IsBelow(this DeliveryStatus status, DeliveryStatus other) => Rank(status) < Rank(other);

    private static int Rank(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => 0,
        DeliveryStatus.Skipped => 1,
        DeliveryStatus.Failed => 2,
        _ => 3,
    };
}

/// <summary>
/// One message to one recipient: a row of the delivery log, which is the outbox too. <see cref="Id"/> is a UUIDv7 and the
/// vendor's idempotency key. Recipient and message are null once the person has been erased.
/// </summary>
public sealed record LogEntry
{
    public required string Id { get; init; }

    public required string CampaignId { get; init; }

    public required string CustomerId { get; init; }

    public string? Recipient { get; init; }

    public string? Message { get; init; }

    public required DeliveryStatus Status { get; init; }

    public string? VendorMessageId { get; init; }

    /// <summary>Why it failed, or a <see cref="SkipReason"/>.</summary>
    public string? FailureReason { get; init; }

    /// <summary>How often the vendor was asked to send it. While it was away does not count.</summary>
    public int Attempts { get; init; }

    /// <summary>1, and one more with each retry.</summary>
    public int Round { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
