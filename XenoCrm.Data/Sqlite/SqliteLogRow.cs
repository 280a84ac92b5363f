using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteLogRow
{
    public const string Columns = """
        seq AS Seq, id AS Id, campaign_id AS CampaignId, customer_id AS CustomerId, recipient AS Recipient, message AS Message, status AS Status,
        vendor_message_id AS VendorMessageId, failure_reason AS FailureReason, attempts AS Attempts, created_at AS CreatedAt, updated_at AS UpdatedAt
        """;

    public long Seq { get; init; }

    public required string Id { get; init; }

    public required string CampaignId { get; init; }

    public required string CustomerId { get; init; }

    public string? Recipient { get; init; }

    public string? Message { get; init; }

    public long Status { get; init; }

    public string? VendorMessageId { get; init; }

    public string? FailureReason { get; init; }

    public long Attempts { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public LogEntry ToEntry() => new()
    {
        Id = Id,
        CampaignId = CampaignId,
        CustomerId = CustomerId,
        Recipient = Recipient,
        Message = Message,
        Status = (DeliveryStatus)Status,
        VendorMessageId = VendorMessageId,
        FailureReason = FailureReason,
        Attempts = (int)Attempts,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
    };
}
