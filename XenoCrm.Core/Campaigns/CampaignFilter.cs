namespace XenoCrm.Core.Campaigns;

/// <summary>Which campaigns a list is asked for; where nothing is said, all.</summary>
/// <param name="Status">How they are.</param>
/// <param name="Tag">A tag that they have, letter by letter.</param>
public sealed record CampaignFilter(CampaignStatus? Status = null, string? Tag = null)
{
    public static readonly CampaignFilter All = new();
}
