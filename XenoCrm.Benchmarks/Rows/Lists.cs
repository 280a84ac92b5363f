using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Lists : Benchmark
{
    private static readonly Size Customers = new("--customers", "customers, all of them in each campaign", 1_000_000, 2_000);
    private static readonly Size LogRows = new("--rows", "rows in the log", 10_000_000, 10_000);
    private static readonly Size Requests = new("--requests", "requests of each kind", 200, 20);

    public override string Row => "P9";

    public override string Command => "lists";

    public override string What => "campaign list, one campaign with its stats, first page of its log, with a long log";

    public override IReadOnlyList<Size> Sizes => [Customers, LogRows, Requests];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        await using var application = await RunningApplication.StartAsync(redis: false);
        var client = application.Client;
        await Audience.IngestAsync(client, run[Customers], run.Progress);
        run.Progress.Say("  a campaign to all of them, to its end …");
        var completed = await LaunchedCampaign.StartAsync(client);
        await completed.UntilCompletedAsync(run.Progress);

        // The last one is paused: its rows are counted each time.
        var open = (await LongLog.LaunchAsync(client, run[Customers], run[LogRows] - run[Customers], run.Progress))[^1];
        return
        [
            Asked.P99("campaign list", await TimesAsync("/campaigns"), 20),
            Asked.P99("a completed campaign", await TimesAsync($"/campaigns/{completed.Id}"), 20),
            Asked.P99("an open campaign", await TimesAsync($"/campaigns/{open.Id}"), 20),
            Asked.P99("log, first page", await TimesAsync($"/campaigns/{open.Id}/logs"), 20),
        ];

        Task<IReadOnlyList<double>> TimesAsync(string path) =>
            Asked.TimesAsync(client, run[Requests], _ => new(HttpMethod.Get, path));
    }
}
