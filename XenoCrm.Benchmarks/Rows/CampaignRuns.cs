using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

/// <summary>
/// Whole campaigns: launch, send, receipts, completion. Throughput, growth and memory are asked of the same ones, so that a run is
/// made once, whoever of them asks first.
/// </summary>
internal sealed class CampaignRuns
{
    private readonly Dictionary<(int Number, int Recipients, bool Redis), Result> done = [];

    public async Task<Result> RunAsync(RunSettings run, int recipients, bool redis)
    {
        var key = (run.Number, recipients, redis);
        if (!done.TryGetValue(key, out var result))
        {
            done[key] = result = await MeasureAsync(run, recipients, new ApplicationOptions { Redis = redis });
        }

        return result;
    }

    /// <summary>A campaign and one of a tenth, to see what grows.</summary>
    public async Task<(Result Small, Result Large)> RunWithTenthAsync(RunSettings run, int recipients, bool redis) =>
        (await RunAsync(run, recipients / 10, redis), await RunAsync(run, recipients, redis));

    /// <param name="run">How it is measured.</param>
    /// <param name="recipients">How many.</param>
    /// <param name="options">What runs.</param>
    /// <param name="afterwards">Done before the application stops.</param>
    /// <param name="tabs">How many follow its events, each on a connection of its own.</param>
    public static async Task<Result> MeasureAsync(
        RunSettings run, int recipients, ApplicationOptions options, Func<Task>? afterwards = null, int tabs = 0)
    {
        await using var application = await RunningApplication.StartAsync(options);
        await using var insight = new Insight(application);
        await Audience.IngestAsync(application.Client, recipients, run.Progress);
        run.Progress.Say("  the campaign …");
        var before = application.Used();
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        var followed = Task.WhenAll(Enumerable.Range(0, tabs).Select(_ => campaign.FollowAsync()));
        var (stats, took) = await campaign.UntilCompletedAsync(run.Progress);
        var seen = await followed;
        await insight.UntilEmptyAsync();
        var spent = application.Processes.Select(process => process.SpentSince(before[process.Name], recipients)).ToList();
        var peaks = application.Processes.ToDictionary(process => process.Name, process => process.Used().PeakMiB);

        var recounted = await campaign.StatsAsync();
        var book = new VendorsBook(application.VendorFile).Count();
        run.Progress.Say("  " + new Ledger("the campaign")
            .Same(
            [
                ("customers", recipients), ("audience", campaign.Audience), ("rows at completion", stats.Rows),
                ("recounted", recounted.Rows), ("vendor's book", book.All),
                .. seen.Select((last, tab) => ($"final in tab {tab + 1}", last.Rows - last.Pending)),
            ])
            .Same(("SENT in the log", recounted.Sent), ("SENT in the vendor's book", book.Sent))
            .Same(("FAILED in the log", recounted.Failed), ("FAILED in the vendor's book", book.Failed))
            .None("left in the stream", await insight.BacklogAsync())
            .None("dead letters", await insight.DeadLettersAsync())
            .Check());
        var result = new Result(recipients, campaign.Launch, took, spent, peaks, PlainLoop.Run(application.Folder, recipients));
        if (afterwards is not null)
        {
            await afterwards();
        }

        return result;
    }

    /// <param name="Recipients">How many.</param>
    /// <param name="Launch">Until all rows were stored.</param>
    /// <param name="Took">From the launch's request to the last final status.</param>
    /// <param name="Spent">By process, from there to there.</param>
    /// <param name="PeakMiB">By process, from its start.</param>
    /// <param name="Limit">A plain insert and update for each.</param>
    internal sealed record Result(
        int Recipients,
        TimeSpan Launch,
        TimeSpan Took,
        IReadOnlyList<Spent> Spent,
        IReadOnlyDictionary<string, double> PeakMiB,
        LoopTime Limit)
    {
        public double Rate => Recipients / Took.TotalSeconds;
    }
}
