using System.Collections.Concurrent;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <summary>What campaigns that are sent are called: a look-up a campaign, since a name stays from the start on.</summary>
internal sealed class CampaignNames(ICampaignStore campaigns)
{
    private const int MostKept = 1_000;

    private readonly ConcurrentDictionary<string, string> names = new();

    public async ValueTask<string> OfAsync(string campaignId, CancellationToken cancellationToken)
    {
        if (names.TryGetValue(campaignId, out var known))
        {
            return known;
        }

        if (names.Count >= MostKept)
        {
            names.Clear();
        }

        var found = (await campaigns.FindAsync(campaignId, cancellationToken))?.Name ?? "";
        return names[campaignId] = found;
    }
}
