using XenoCrm.Data.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <param name="Status"><c>sending</c>, <c>paused</c>, <c>completed</c> or <c>cancelled</c>.</param>
/// <param name="PausedReason">Why it is paused; null otherwise.</param>
/// <param name="CompletedAt">When its last message became final.</param>
public sealed record CampaignResponse(
    string Id,
    string SegmentId,
    string Name,
    string MessageTemplate,
    string Status,
    string? PausedReason,
    IReadOnlyList<string> Tags,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    StatsResponse Stats)
{
    internal static CampaignResponse Of(Campaign campaign) => new(
        campaign.Id,
        campaign.SegmentId,
        campaign.Name,
        campaign.MessageTemplate,
        Word(campaign.Status),
        campaign.PausedReason,
        campaign.Tags,
        campaign.CreatedBy,
        campaign.CreatedAt,
        campaign.CompletedAt,
        StatsResponse.Of(campaign.Stats));

    internal static string Word(CampaignStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>Counted from the log: <c>audience = pending + sent + failed</c>.</summary>
public sealed record StatsResponse(long Audience, long Pending, long Sent, long Failed)
{
    internal static StatsResponse Of(CampaignStats stats) => new(stats.Audience, stats.Pending, stats.Sent, stats.Failed);
}

/// <summary>A campaign's progress, as its events tell it.</summary>
public sealed record ProgressResponse(string Status, string? PausedReason, long Audience, long Pending, long Sent, long Failed)
{
    internal static ProgressResponse Of(Campaign campaign) => new(
        CampaignResponse.Word(campaign.Status), campaign.PausedReason, campaign.Stats.Audience, campaign.Stats.Pending, campaign.Stats.Sent, campaign.Stats.Failed);
}

/// <param name="Recipient">Null once the person has been erased, as is the message.</param>
/// <param name="Status"><c>PENDING</c>, <c>SENT</c> or <c>FAILED</c>.</param>
/// <param name="Attempts">How often the vendor was asked to send it.</param>
public sealed record LogEntryResponse(
    string Id,
    string CampaignId,
    string CustomerId,
    string? Recipient,
    string? Message,
    string Status,
    string? VendorMessageId,
    string? FailureReason,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static LogEntryResponse Of(LogEntry entry) => new(
        entry.Id,
        entry.CampaignId,
        entry.CustomerId,
        entry.Recipient,
        entry.Message,
        Word(entry.Status),
        entry.VendorMessageId,
        entry.FailureReason,
        entry.Attempts,
        entry.CreatedAt,
        entry.UpdatedAt);

    internal static string Word(DeliveryStatus status) => status.ToString().ToUpperInvariant();
}
