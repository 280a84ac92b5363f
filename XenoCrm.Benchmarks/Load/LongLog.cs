using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Load;

/// <summary>Many rows in the log, by the application's own way: campaigns to everybody, cancelled before much of them is sent.</summary>
internal static class LongLog
{
    /// <returns>As many as there must be for the rows; all but the last one, which is paused, are cancelled.</returns>
    public static async Task<IReadOnlyList<LaunchedCampaign>> LaunchAsync(HttpClient client, int customers, int rows, Progress progress)
    {
        var campaigns = new List<LaunchedCampaign>();
        var count = Math.Max(1, (rows + customers - 1) / customers);
        progress.Say($"  {count} campaigns to all of them …");
        for (var i = 1; i <= count; i++)
        {
            var campaign = await LaunchedCampaign.StartAsync(client);
            await campaign.PauseAsync();
            if (i < count)
            {
                await campaign.CancelAsync();
            }

            campaigns.Add(campaign);
            progress.Count("campaigns", i, count);
        }

        var stats = await Task.WhenAll(campaigns.Select(campaign => campaign.StatsAsync()));
        progress.Say("  " + new Ledger("the log").Same(
            ("customers in all campaigns", (long)customers * count), ("audiences", campaigns.Sum(campaign => campaign.Audience)),
            ("recounted", stats.Sum(each => each.Rows))).Check());
        return campaigns;
    }
}
