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

    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "id, campaign_id, customer_id, recipient, message, status, vendor_message_id, failure_reason, "
        + "attempts, created_at, updated_at, seq";

    /// <summary>Where the columns have the row's place in the log.</summary>
    public const int Seq = 11;

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
    };

    /// <summary>How many rows of a campaign have that status, for SQL: counted from the index.</summary>
    public static string Count(DeliveryStatus status, string campaign = "?1") =>
        $"(SELECT count(*) FROM log WHERE campaign_id = {campaign} AND status = {(int)status})";
}
