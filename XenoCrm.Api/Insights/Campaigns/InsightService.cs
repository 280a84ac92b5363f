using System.Security.Claims;
using XenoCrm.Api.Campaigns;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>How a campaign went, for the API's route and the pages.</summary>
internal sealed class InsightService(ICampaignStore campaigns, CampaignInsight insight, InsightWriter writer)
{
    /// <summary>Null if there is no such campaign.</summary>
    public async Task<InsightResponse?> TellAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return null;
        }

        var numbers = await insight.CountAsync(campaign, cancellationToken);
        var worded = await writer.WriteAsync(campaign, numbers, person.Identity?.Name ?? "", cancellationToken);
        return new InsightResponse(id, CampaignResponse.Word(campaign.Status), worded.Text, worded.Source, worded.Notes, numbers);
    }
}
