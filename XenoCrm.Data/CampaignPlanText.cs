using System.Text.Json;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data;

/// <summary>
/// A campaign's plan as both stores keep it: <c>{"segmentId":null,"rule":{…},"exclude":{"segments":[…],…},"schedule":{"at":"…"},…}</c>.
/// It is read as a whole, by campaign.
/// </summary>
internal static class CampaignPlanText
{
    public static string Write(CampaignPlan plan) => JsonSerializer.Serialize(plan, JsonSerializerOptions.Web);

    /// <exception cref="InvalidDataException">The plan holds what this program cannot read.</exception>
    public static CampaignPlan Read(string campaignId, string plan) => StoredRules.Read(
        $"Campaign {campaignId}", () => JsonSerializer.Deserialize<CampaignPlan>(plan, JsonSerializerOptions.Web)!);
}
