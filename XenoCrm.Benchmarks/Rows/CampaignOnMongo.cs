using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class CampaignOnMongo : Benchmark
{
    public const string Variable = "XENOCRM_TEST_MONGO";

    private static readonly Size Recipients = new("--recipients", "customers, all of them in the audience", 100_000, 2_000);

    public override string Row => "P13";

    public override string Command => "mongo";

    public override string What =>
        "the same campaign on MongoDB and Redis; limit: bare bulks of an insert and an update a row, straight to the same server";

    public override IReadOnlyList<Size> Sizes => [Recipients];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var server = run.Mongo
            ?? throw new SkippedException(
                $"There is no MongoDB server: name one with --mongo or in {Variable}, as mongodb://127.0.0.1:27017.");
        var store = $"{server.TrimEnd('/')}/xenocrm_load_{Guid.NewGuid():N}";
        await using var database = new OwnDatabase(store);
        var limit = LoopTime.Zero;
        var result = await CampaignRuns.MeasureAsync(
            run, run[Recipients], new ApplicationOptions { Redis = true, Store = store }, async () =>
            {
                run.Progress.Say("  the bare bulks do the same …");
                limit = await MongoLoop.RunAsync(store);
            });
        run.Progress.Say("  " + new Ledger("bare bulks").Same(("rows", run[Recipients]), ("documents", limit.Rows)).Check());
        return
        [
            new("campaign, MongoDB and Redis", result.Rate, Unit.PerSecond)
            {
                Goal = Goal.Ratio(0.5),
                Limit = new("bare bulk writes", limit.PerSecond, Spent.PerRow("loop", limit.User, limit.System, limit.Rows)),
                Processor = result.Spent,
            },
        ];
    }
}
