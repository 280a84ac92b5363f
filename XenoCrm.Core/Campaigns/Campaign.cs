namespace XenoCrm.Core.Campaigns;

public enum CampaignStatus
{
    /// <summary>Its audience is being written; nothing is sent and nobody sees it. Left so by a crash, it is discarded.</summary>
    Preparing,
    Sending,
    Paused,
    Completed,
    Cancelled,

    /// <summary>Being written by people; nothing of it happens.</summary>
    Draft,

    /// <summary>It starts at its time, or at once if it has none.</summary>
    Scheduled,

    /// <summary>A scheduled one whose audience is being written. Left so by a crash, it is scheduled again.</summary>
    Starting,
}

/// <summary>Counted from the log, never incremented: <c>Audience = Pending + Sent + Failed + Skipped</c>.</summary>
public sealed record CampaignStats(long Pending, long Sent, long Failed, long Skipped = 0)
{
    public long Audience => Pending + Sent + Failed + Skipped;
}

public sealed record Campaign
{
    public required string Id { get; init; }

    public required string SegmentId { get; init; }

    public required string Name { get; init; }

    public required string MessageTemplate { get; init; }

    public required CampaignStatus Status { get; init; }

    /// <summary>Why a paused campaign is paused, for people.</summary>
    public string? PausedReason { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public CampaignStats Stats { get; init; } = new(0, 0, 0);

    /// <summary>Of a campaign that was made as a draft; null for one that was started as it was made.</summary>
    public CampaignPlan? Plan { get; init; }

    /// <summary>When a scheduled campaign starts, or a started one was to.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Why a scheduled one whose time has come could not be started, for people; null where nothing is in its way.</summary>
    public string? StartProblem { get; init; }

    /// <summary>Goes up with each change of a draft.</summary>
    public int Version { get; init; }
}
