using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>Reads a campaign's numbers out of the store.</summary>
internal sealed class CampaignInsight(ICampaignStore campaigns)
{
    /// <summary>More messages would not change what can be said.</summary>
    private const int MaxSample = 100_000;

    private const int EarlierCampaigns = 10;
    private const double MaxChance = 0.01;
    private const double MinDifference = 0.02;

    public async Task<CampaignNumbers> CountAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var stats = campaign.Stats;
        var delivered = new Proportion(stats.Sent, stats.Sent + stats.Failed);
        var deliveries = await campaigns.SampleDeliveriesAsync(campaign, MaxSample, cancellationToken);
        var earlier = await campaigns.ListEarlierAsync(campaign, sameRule: false, EarlierCampaigns, cancellationToken);
        var same = await campaigns.ListEarlierAsync(campaign, sameRule: true, EarlierCampaigns, cancellationToken);
        var comparable = campaign.Status == CampaignStatus.Completed;
        return new CampaignNumbers(
            stats.Audience,
            stats.Pending,
            stats.Sent,
            stats.Failed,
            stats.Skipped,
            delivered.Of == 0 ? null : delivered.Rate,
            (campaign.CompletedAt - campaign.CreatedAt)?.TotalSeconds,
            deliveries.Count,
            FailureTable.Of(deliveries, DeliveryStatus.Failed),
            FailureTable.Of(deliveries, DeliveryStatus.Skipped),
            GroupTable.Of(deliveries, campaign.CreatedAt, comparable),
            Compare(delivered, earlier, comparable),
            Compare(delivered, same, comparable));
    }

    /// <summary>
    /// Notably different is a rate outside of all of theirs, too far from what they delivered together for accident, and by two
    /// percentage points at least.
    /// </summary>
    private static EarlierNumbers? Compare(Proportion delivered, IReadOnlyList<Campaign> earlier, bool comparable)
    {
        // What was skipped was not sent; a campaign of which nothing was tells nothing.
        Proportion[] counts = [.. earlier.Select(
            campaign => new Proportion(campaign.Stats.Sent, campaign.Stats.Sent + campaign.Stats.Failed)).Where(count => count.Of > 0)];
        if (counts.Length == 0)
        {
            return null;
        }

        var (mean, lowest, highest) = (
            counts.Average(count => count.Rate), counts.Min(count => count.Rate), counts.Max(count => count.Rate));
        var differs = comparable
            && delivered.Of > 0
            && (delivered.Rate < lowest || delivered.Rate > highest)
            && Math.Abs(delivered.Rate - mean) >= MinDifference
            && Proportion.ChanceOfDifference(delivered, counts.Aggregate((a, b) => a + b)) <= MaxChance;
        return new EarlierNumbers(counts.Length, mean, lowest, highest, differs);
    }
}
