using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Campaign(CampaignRuns runs) : Benchmark
{
    internal static readonly Size Recipients = new("--recipients", "customers, all of them in the audience", 1_000_000, 10_000);

    public override string Row => "P5";

    public override string Command => "campaign";

    public override string What =>
        "a campaign from its creation to the last final status, vendor included; limit: a bare insert and update a row";

    public override IReadOnlyList<Size> Sizes => [Recipients];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var figures = new List<Figure>();
        foreach (var redis in run.WithRedis)
        {
            var result = await runs.RunAsync(run, run[Recipients], redis);
            figures.Add(new($"campaign, {Streams.Name(redis)}", result.Rate, Unit.PerSecond)
            {
                Goal = new(40_000),
                Limit = new(
                    "bare insert and update", result.Limit.PerSecond,
                    Spent.PerRow("loop", result.Limit.User, result.Limit.System, result.Limit.Rows), Bound.All),
                Peer = run.Peers && redis ? await NodeCampaign.RunAsync(run, run[Recipients]) : null,
                Processor = result.Spent,
            });
            figures.Add(new($"its launch, {Streams.Name(redis)}", result.Recipients / result.Launch.TotalSeconds, Unit.PerSecond));
        }

        return figures;
    }
}

internal sealed class Growth(CampaignRuns runs) : Benchmark
{
    public override string Row => "P6";

    public override string Command => "growth";

    public override string What => "a campaign's time against one of a tenth, and its launch's";

    public override IReadOnlyList<Size> Sizes => [Campaign.Recipients];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var figures = new List<Figure>();
        foreach (var redis in run.WithRedis)
        {
            var (small, large) = await runs.RunWithTenthAsync(run, run[Campaign.Recipients], redis);
            figures.Add(new($"campaign, {Streams.Name(redis)}", large.Took / small.Took, Unit.Times) { Goal = new(10.5) });
            figures.Add(new($"launch alone, {Streams.Name(redis)}", large.Launch / small.Launch, Unit.Times) { Goal = new(10.5) });
        }

        return figures;
    }
}

internal sealed class Memory(CampaignRuns runs) : Benchmark
{
    private static readonly string[] Ours = ["api", "worker", "vendor"];

    public override string Row => "P7";

    public override string Command => "memory";

    public override string What => "the most memory that each of our processes had in a campaign, and against one of a tenth";

    public override IReadOnlyList<Size> Sizes => [Campaign.Recipients];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        var figures = new List<Figure>();
        foreach (var redis in run.WithRedis)
        {
            var (small, large) = await runs.RunWithTenthAsync(run, run[Campaign.Recipients], redis);
            foreach (var process in Ours)
            {
                var name = $"{process}, {Streams.Name(redis)}";
                figures.Add(new($"peak of {name}", large.PeakMiB[process], Unit.MiB) { Goal = new(200) });
                figures.Add(new($"its growth, {name}", large.PeakMiB[process] / small.PeakMiB[process], Unit.Times) { Goal = new(1.1) });
            }
        }

        return figures;
    }
}
