using System.Text.Json;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

/// <summary>A campaign as it is read: its counts frozen, or else counted from the log's index.</summary>
internal sealed class SqliteCampaignRow
{
    // c is the campaigns table.
    public const string Columns = """
        c.id AS Id, c.segment_id AS SegmentId, c.name AS Name, c.message_template AS MessageTemplate, c.status AS Status,
        c.paused_reason AS PausedReason, c.tags AS Tags, c.created_by AS CreatedBy, c.created_at AS CreatedAt, c.completed_at AS CompletedAt,
        coalesce(c.pending, (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 0)) AS Pending,
        coalesce(c.failed, (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 1)) AS Failed,
        coalesce(c.sent, (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 2)) AS Sent,
        coalesce(c.skipped, (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 3)) AS Skipped
        """;

    public required string Id { get; init; }

    public required string SegmentId { get; init; }

    public required string Name { get; init; }

    public required string MessageTemplate { get; init; }

    public required string Status { get; init; }

    public string? PausedReason { get; init; }

    public required string Tags { get; init; }

    public required string CreatedBy { get; init; }

    public long CreatedAt { get; init; }

    public long? CompletedAt { get; init; }

    public long Pending { get; init; }

    public long Sent { get; init; }

    public long Failed { get; init; }

    public long Skipped { get; init; }

    public Campaign ToCampaign() => new()
    {
        Id = Id,
        SegmentId = SegmentId,
        Name = Name,
        MessageTemplate = MessageTemplate,
        Status = Enum.Parse<CampaignStatus>(Status, ignoreCase: true),
        PausedReason = PausedReason,
        Tags = JsonSerializer.Deserialize<string[]>(Tags)!,
        CreatedBy = CreatedBy,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        CompletedAt = CompletedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        Stats = new CampaignStats(Pending, Sent, Failed, Skipped),
    };
}
