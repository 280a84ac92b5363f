using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Launch : Benchmark
{
    // As the launcher has them.
    private const int Transaction = 2_000;

    private static readonly Size Recipients = new("--recipients", "customers in the audience", 1_000_000, 10_000);

    public override string Row => "P4";

    public override string Command => "launch";

    public override string What =>
        "log rows written at a launch, from the request to its 201; limit: a bare prepared INSERT loop of the same rows, indexes, "
        + "settings and transactions";

    public override IReadOnlyList<Size> Sizes => [Recipients];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Vendor = false });
        await Audience.IngestAsync(application.Client, run[Recipients], run.Progress);
        await using var bare = BareStore.CopyOf(application.StoreFile);

        run.Progress.Say("  the launch …");
        var before = application.Used();
        var campaign = await LaunchedCampaign.StartAsync(application.Client);
        var spent = application["api"].SpentSince(before["api"], run[Recipients]);
        await campaign.PauseAsync();
        var stats = await campaign.StatsAsync();
        run.Progress.Say("  the bare loop does the same …");
        var limit = LogLoops.Insert(bare, application.StoreFile, Transaction);
        run.Progress.Say("  " + new Ledger("the launch").Same(
            ("customers", run[Recipients]), ("audience", campaign.Audience), ("recounted", stats.Rows),
            ("rows of the bare loop", limit.Rows)).Check());
        return
        [
            new("rows launched", run[Recipients] / campaign.Launch.TotalSeconds, Unit.PerSecond)
            {
                Goal = Goal.Ratio(0.6),
                Limit = new("bare INSERT loop", limit.PerSecond, Spent.PerRow("loop", limit.User, limit.System, limit.Rows), "api"),
                Processor = [spent],
            },
        ];
    }
}
