using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

/// <summary>How a message lies in its row of the log, and the numbers of its statuses for SQL.</summary>
internal static class SqliteLogRow
{
    public const int Pending = (int)DeliveryStatus.Pending;
    public const int Failed = (int)DeliveryStatus.Failed;
    public const int Sent = (int)DeliveryStatus.Sent;
    public const int Skipped = (int)DeliveryStatus.Skipped;

    // Pending, and nothing of its own.
    private static readonly string IsOfBlock = $"log.status = {Pending} AND b.first_seq IS NOT NULL";

    /// <summary>The columns that <see cref="Read"/> reads, in its order, from <see cref="SqliteLogBlocks.LogWithBlocks"/>.</summary>
    public static readonly string Columns = $"""
        log.id, log.campaign_id, log.customer_id, log.recipient, log.message, log.status,
        coalesce(log.vendor_message_id, json_extract(v.vendor_ids, '$[' || (log.seq - v.first_seq) || ']')), log.failure_reason,
        iif({IsOfBlock}, b.attempts, log.attempts), log.created_at,
        iif({IsOfBlock}, coalesce(b.accepted_at, log.updated_at), log.updated_at), log.round, log.seq
        """;

    /// <summary>Where the columns have the row's place in the log.</summary>
    public const int Seq = 12;

    public static LogEntry Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        CampaignId = row.GetString(1),
        CustomerId = row.GetString(2),
        Recipient = row.Text(3),
        Message = row.Text(4),
        Status = (DeliveryStatus)row.GetInt64(5),
        VendorMessageId = row.Text(6),
        FailureReason = row.Text(7),
        Attempts = row.GetInt32(8),
        CreatedAt = row.Time(9),
        UpdatedAt = row.Time(10),
        Round = row.GetInt32(11),
    };

    /// <summary>How many rows of a campaign have that status, for SQL: the sum of its blocks.</summary>
    public static string Count(DeliveryStatus status, string campaign = "?1") =>
        $"(SELECT coalesce(sum({status.ToString().ToLowerInvariant()}), 0) FROM log_blocks WHERE campaign_id = {campaign})";
}
