using System.Text.Json;
using System.Text.Json.Serialization;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data;

/// <summary>
/// A campaign's plan as both stores keep it: <c>{"segmentId":null,"rule":{…},"exclude":{"segments":[…],…},"schedule":{"at":"…"},…}</c>.
/// It is read as a whole, by campaign.
/// </summary>
internal static class CampaignPlanText
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(CampaignPlan plan) => JsonSerializer.Serialize(plan, Json);

    /// <exception cref="InvalidDataException">The plan holds what this program cannot read.</exception>
    public static CampaignPlan Read(string campaignId, string plan) => StoredRules.Read(
        $"Campaign {campaignId}", () => JsonSerializer.Deserialize<CampaignPlan>(plan, Json)!);

    /// <summary>The plan's hours, which a store keeps beside it while it is sent; null for none.</summary>
    public static CampaignHours? Hours(string? hours) =>
        hours is null ? null : JsonSerializer.Deserialize<CampaignHours>(hours, Json);

    /// <inheritdoc cref="Hours(string?)"/>
    public static string? Write(CampaignHours? hours) => hours is null ? null : JsonSerializer.Serialize(hours, Json);
}
