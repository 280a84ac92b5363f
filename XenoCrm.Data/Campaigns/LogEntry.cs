namespace XenoCrm.Data.Campaigns;

/// <summary>In the order in which they win: a row's status is the highest that any receipt gave it.</summary>
public enum DeliveryStatus
{
    Pending = 0,
    Failed = 1,
    Sent = 2,
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

    public string? FailureReason { get; init; }

    /// <summary>How often the vendor was asked to send it.</summary>
    public int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
