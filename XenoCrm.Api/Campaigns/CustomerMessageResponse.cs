using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <summary>What one customer was sent, or was not, by a campaign.</summary>
public sealed record CustomerMessageResponse(string CampaignName, LogEntryResponse Entry)
{
    internal static CustomerMessageResponse Of(CustomerMessage message) =>
        new(message.CampaignName, LogEntryResponse.Of(message.Entry));
}
