using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

/// <summary>A campaign as it is read: its counts frozen, or else counted from the log's index.</summary>
internal static class SqliteCampaignRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order, of the table campaigns, which is called c.</summary>
    public static readonly string Columns = $"""
        c.id, c.segment_id, c.name, c.message_template, c.status, c.paused_reason, c.tags, c.created_by, c.created_at, c.completed_at,
        coalesce(c.pending, {SqliteLogRow.Count(DeliveryStatus.Pending, "c.id")}),
        coalesce(c.sent, {SqliteLogRow.Count(DeliveryStatus.Sent, "c.id")}),
        coalesce(c.failed, {SqliteLogRow.Count(DeliveryStatus.Failed, "c.id")}),
        coalesce(c.skipped, {SqliteLogRow.Count(DeliveryStatus.Skipped, "c.id")}),
        c.plan, c.starts_at, c.version, c.start_problem
        """;

    public static Campaign Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        SegmentId = row.GetString(1),
        Name = row.GetString(2),
        MessageTemplate = row.GetString(3),
        Status = Status(row.GetString(4)),
        PausedReason = row.Text(5),
        Tags = JsonSerializer.Deserialize<string[]>(row.GetString(6))!,
        CreatedBy = row.GetString(7),
        CreatedAt = row.Time(8),
        CompletedAt = row.TimeOrNull(9),
        Stats = new CampaignStats(row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetInt64(13)),
        Plan = row.Text(14) is { } plan ? CampaignPlanText.Read(row.GetString(0), plan) : null,
        StartsAt = row.TimeOrNull(15),
        Version = (int)row.GetInt64(16),
        StartProblem = row.Text(17),
    };

    /// <param name="connection">Within a write.</param>
    /// <param name="campaign">A new one, with its plan where it is a draft.</param>
    /// <param name="idempotencyKey">Unique to the caller; null if it gave none.</param>
    /// <param name="requestHash">Of the request that came with it.</param>
    /// <param name="preparingUntil">Of one whose audience is being written; null of others.</param>
    public static void Insert(
        SqliteConnection connection, Campaign campaign, string? idempotencyKey, string? requestHash,
        DateTimeOffset? preparingUntil = null) => connection.Execute(
        """
        INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at, plan, version,
            idempotency_key, request_hash, preparing_until, series)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        """,
        campaign.Id,
        campaign.SegmentId,
        campaign.Name,
        campaign.MessageTemplate,
        Word(campaign.Status),
        JsonSerializer.Serialize(campaign.Tags),
        campaign.CreatedBy,
        campaign.CreatedAt,
        campaign.Plan is { } plan ? CampaignPlanText.Write(plan) : null,
        campaign.Version,
        idempotencyKey,
        requestHash,
        preparingUntil,
        campaign.Plan?.Series);

    public static CampaignStatus Status(string word) => Enum.Parse<CampaignStatus>(word, ignoreCase: true);

    /// <summary>For the column <c>status</c>.</summary>
    public static string Word(CampaignStatus status) => status.ToString().ToLowerInvariant();

    /// <summary><c>'sending', 'paused'</c>, for SQL.</summary>
    public static string Words(params IEnumerable<CampaignStatus> statuses) =>
        string.Join(", ", statuses.Select(status => $"'{Word(status)}'"));
}
