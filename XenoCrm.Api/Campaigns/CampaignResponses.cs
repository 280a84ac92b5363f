using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <param name="SegmentId">Null before a campaign starts of whose rule a segment is made then.</param>
/// <param name="Status"><c>draft</c>, <c>scheduled</c>, <c>sending</c>, <c>paused</c>, <c>completed</c> or <c>cancelled</c>.</param>
/// <param name="PausedReason">Why it is paused; null otherwise.</param>
/// <param name="Waiting">While it cannot go on for the vendor's sake; null otherwise. It goes on by itself.</param>
/// <param name="CompletedAt">When its last message became final.</param>
/// <param name="StartsAt">When a scheduled one starts, or a started one was to.</param>
/// <param name="Plan">Of one that was made as a draft; null otherwise.</param>
/// <param name="StartProblem">Why a scheduled one whose time has come could not be started, and what would do; it is tried again by itself,
/// at last every minute. Null where nothing is in its way.</param>
/// <param name="WaitingForHour">While it is sending: its messages that wait until it is the hour for them, as quiet hours or an hour of
/// each person's own have it. Null for none, and in a list.</param>
public sealed record CampaignResponse(
    string Id,
    string? SegmentId,
    string Name,
    string MessageTemplate,
    string Status,
    string? PausedReason,
    WaitingResponse? Waiting,
    IReadOnlyList<string> Tags,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    StatsResponse Stats,
    DateTimeOffset? StartsAt,
    PlanResponse? Plan,
    string? StartProblem,
    HourWaitResponse? WaitingForHour)
{
    internal static CampaignResponse Of(Campaign campaign, VendorOutage? outage, WaitingRows? waiting = null) => new(
        campaign.Id,
        HasBegun(campaign) || campaign.Plan?.Rule is null ? campaign.SegmentId : null,
        campaign.Name,
        campaign.MessageTemplate,
        Word(campaign.Status),
        campaign.PausedReason,
        WaitingResponse.Of(campaign, outage),
        campaign.Tags,
        campaign.CreatedBy,
        campaign.CreatedAt,
        campaign.CompletedAt,
        StatsResponse.Of(campaign.Stats),
        campaign.StartsAt,
        PlanResponse.Of(campaign.Plan),
        campaign.StartProblem,
        waiting is null ? null : new HourWaitResponse(waiting.Count, waiting.FirstAt));

    /// <summary>Those that are seen.</summary>
    internal static readonly IReadOnlyList<CampaignStatus> Statuses =
    [
        CampaignStatus.Draft, CampaignStatus.Scheduled, CampaignStatus.Sending, CampaignStatus.Paused, CampaignStatus.Completed,
        CampaignStatus.Cancelled,
    ];

    internal static string Word(CampaignStatus status) =>
        (status == CampaignStatus.Starting ? CampaignStatus.Scheduled : status).ToString().ToLowerInvariant();

    /// <summary>What a campaign is, behind "this one is": its word, and what it hides while the audience is written.</summary>
    internal static string Said(CampaignStatus status) => status == CampaignStatus.Starting ? "just starting" : Word(status);

    // One that was cancelled before its start has no segment, and nobody in it.
    private static bool HasBegun(Campaign campaign) =>
        campaign.Status is CampaignStatus.Sending or CampaignStatus.Paused or CampaignStatus.Completed || campaign.Stats.Audience > 0;
}

/// <summary>Counted from the log: <c>audience = pending + sent + failed + skipped</c>.</summary>
/// <param name="Skipped">Not sent, for a reason of ours: see the log.</param>
public sealed record StatsResponse(long Audience, long Pending, long Sent, long Failed, long Skipped)
{
    internal static StatsResponse Of(CampaignStats stats) => new(stats.Audience, stats.Pending, stats.Sent, stats.Failed, stats.Skipped);
}

/// <param name="Since">From when on the vendor was away, or the campaign there.</param>
/// <param name="Reason">What came of the last try to reach it.</param>
public sealed record WaitingResponse(DateTimeOffset Since, string Reason)
{
    internal static WaitingResponse? Of(Campaign campaign, VendorOutage? outage) =>
        outage is not null && campaign.Stats.Pending > 0 && campaign.Status is CampaignStatus.Sending or CampaignStatus.Cancelled
            ? new WaitingResponse(outage.Since > campaign.CreatedAt ? outage.Since : campaign.CreatedAt, outage.Reason)
            : null;
}

/// <param name="Messages">How many wait.</param>
/// <param name="NextAt">When it is the hour for the next of them. They are looked at anew within an hour, so that hours which are changed
/// show by then.</param>
public sealed record HourWaitResponse(long Messages, DateTimeOffset NextAt);

/// <summary>A campaign's progress, as its events tell it.</summary>
public sealed record ProgressResponse(
    string Status, string? PausedReason, WaitingResponse? Waiting, long Audience, long Pending, long Sent, long Failed, long Skipped)
{
    internal static ProgressResponse Of(Campaign campaign, VendorOutage? outage) => new(
        CampaignResponse.Word(campaign.Status),
        campaign.PausedReason,
        WaitingResponse.Of(campaign, outage),
        campaign.Stats.Audience,
        campaign.Stats.Pending,
        campaign.Stats.Sent,
        campaign.Stats.Failed,
        campaign.Stats.Skipped);
}

/// <param name="Recipient">Null once the person has been erased, as is the message.</param>
/// <param name="Status"><c>PENDING</c>, <c>SKIPPED</c>, <c>FAILED</c> or <c>SENT</c>, the highest that anything gave it.</param>
/// <param name="FailureReason">Why it failed, or was skipped: <c>unsubscribed</c>, <c>erased</c>, <c>no address</c>, <c>empty text</c>,
/// <c>cancelled</c>.</param>
/// <param name="Attempts">How often the vendor was asked to send it. While it was away does not count.</param>
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
