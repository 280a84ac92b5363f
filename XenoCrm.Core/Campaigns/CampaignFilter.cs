namespace XenoCrm.Core.Campaigns;

/// <summary>Which campaigns a list is asked for; where nothing is said, all.</summary>
/// <param name="Status">How they are.</param>
/// <param name="Tag">A tag that they have, letter by letter.</param>
/// <param name="SegmentIds">They were, or will be, sent to one of these segments.</param>
/// <param name="Series">They are runs of this recurring campaign.</param>
/// <param name="WithoutRuns">They are runs of none: a recurring campaign stands for its own.</param>
public sealed record CampaignFilter(
    CampaignStatus? Status = null,
    string? Tag = null,
    IReadOnlyCollection<string>? SegmentIds = null,
    string? Series = null,
    bool WithoutRuns = false)
{
    public static readonly CampaignFilter All = new();

    /// <summary>The states that are meant: who waits for a campaign's start does not care that its audience is being written.</summary>
    public IReadOnlyList<CampaignStatus> Statuses => Status switch
    {
        null => [.. Enum.GetValues<CampaignStatus>().Where(status => status != CampaignStatus.Preparing)],
        CampaignStatus.Scheduled => [CampaignStatus.Scheduled, CampaignStatus.Starting],
        { } one => [one],
    };
}
