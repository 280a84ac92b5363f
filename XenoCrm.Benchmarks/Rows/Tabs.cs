using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>What it costs that a campaign is followed: one with so many tabs open and one with none, in turn.</summary>
internal static class Tabs
{
    public static async Task RunAsync(int recipients, int tabs, int rounds, Progress progress)
    {
        var (alone, followed) = (new List<CampaignRuns.Result>(), new List<CampaignRuns.Result>());
        for (var round = 1; round <= rounds; round++)
        {
            progress.Say($"round {round} of {rounds}");
            alone.Add(await MeasureAsync(0));
            followed.Add(await MeasureAsync(tabs));
        }

        Tell("in seconds", result => result.Took.TotalSeconds);
        Tell("API, µs of processor a recipient", result => result.Spent.Single(spent => spent.Process == "api").Total);

        Task<CampaignRuns.Result> MeasureAsync(int open) => CampaignRuns.MeasureAsync(
            new RunSettings(1, new Dictionary<string, int>(), progress), recipients, new ApplicationOptions(), tabs: open);

        void Tell(string what, Func<CampaignRuns.Result, double> figure)
        {
            var (without, with) = (Series.Of(alone.Select(figure)).Median, Series.Of(followed.Select(figure)).Median);
            Console.WriteLine(FormattableString.Invariant(
                $"{recipients:N0} recipients, {what}: {without:0.00} with no tab, {with:0.00} with {tabs}, ratio {with / without:0.00}"));
        }
    }
}
