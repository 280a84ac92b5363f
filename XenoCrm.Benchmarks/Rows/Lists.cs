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
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Vendor = false });
        var client = application.Client;
        await Audience.IngestAsync(client, run[Customers], run.Progress);
        var campaigns = await LongLog.LaunchAsync(client, run[Customers], run[LogRows], run.Progress);

        // The last is open: its rows are counted each time.
        var (closed, open) = (campaigns[0], campaigns[^1]);
        return
        [
            Asked.P99("campaign list", await TimesAsync("/campaigns"), 20),
            Asked.P99("a completed campaign", await TimesAsync($"/campaigns/{closed.Id}"), 20),
            Asked.P99("an open campaign", await TimesAsync($"/campaigns/{open.Id}"), 20),
            Asked.P99("log, first page", await TimesAsync($"/campaigns/{open.Id}/logs"), 20),
        ];

        Task<IReadOnlyList<double>> TimesAsync(string path) =>
            Asked.TimesAsync(client, run[Requests], _ => new(HttpMethod.Get, path));
    }
}
