using XenoCrm.Core.Account;

namespace XenoCrm.Core.Campaigns;

/// <summary>What a campaign says of the hours at which its messages leave, by each person's own clock.</summary>
public sealed record CampaignHours
{
    /// <summary>When none leave; null for the account's quiet hours alone.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>When each person's is due, as a clock on their wall shows it; null for at once.</summary>
    public DateTime? Local { get; init; }
}
