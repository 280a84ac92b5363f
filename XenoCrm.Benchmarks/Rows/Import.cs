using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Imports;
using XenoCrm.Benchmarks.Limits;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Import : Benchmark
{
    private static readonly Size Orders = new("--orders", "orders", 1_000_000, 10_000);
    private static readonly Size Customers = new("--customers", "customers whose orders they are", 1_000_000, 5_000);

    public override string Row => "P10";

    public override string Command => "import";

    public override string What =>
        "orders imported, as CSV and in bulk; limit: a bare loop that inserts them and keeps the same totals, in the same transactions";

    public override IReadOnlyList<Size> Sizes => [Orders, Customers];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run) =>
    [
        await RunAsync(run, "CSV", ImportCsvAsync),
        await RunAsync(run, "bulk", async (client, run) =>
        {
            var started = Stopwatch.GetTimestamp();
            await Audience.IngestOrdersAsync(client, run[Orders], run[Customers], run.Progress);
            return (Stopwatch.GetElapsedTime(started), run[Orders]);
        }),
    ];

    private static async Task<Figure> RunAsync(
        RunSettings run, string name, Func<HttpClient, RunSettings, Task<(TimeSpan Took, long Accepted)>> import)
    {
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Vendor = false });
        await Audience.IngestAsync(application.Client, run[Customers], run.Progress);
        await using var bare = BareStore.CopyOf(application.StoreFile);
        var before = application.Used();
        var (took, accepted) = await import(application.Client, run);
        var spent = application["api"].SpentSince(before["api"], run[Orders]);

        run.Progress.Say("  the bare loop does the same …");
        var limit = OrderLoop.Insert(bare, application.StoreFile, new ImportOptions().BatchRows);
        var (bareOrders, bareSpend) = OrderLoop.Totals(bare.File);
        var (orders, spend) = OrderLoop.Totals(application.StoreFile);
        run.Progress.Say("  " + new Ledger("the import")
            .Same(("orders", run[Orders]), ("accepted", accepted), ("counted at the customers", orders), ("by the bare loop", bareOrders))
            .Same(("spend at the customers", spend), ("by the bare loop", bareSpend))
            .Check());
        return new($"orders, {name}", run[Orders] / took.TotalSeconds, Unit.PerSecond)
        {
            Goal = Goal.Ratio(0.5),
            Limit = new("bare INSERT and totals", limit.PerSecond, Spent.PerRow("loop", limit.User, limit.System, limit.Rows), "api"),
            Processor = [spent],
        };
    }

    private static async Task<(TimeSpan Took, long Accepted)> ImportCsvAsync(HttpClient client, RunSettings run)
    {
        var file = new StringBuilder(Audience.OrderHeader).Append('\n');
        for (var i = 0; i < run[Orders]; i++)
        {
            file.Append(Audience.OrderLine(i, run[Customers])).Append('\n');
        }

        using var body = new StringContent(file.ToString(), Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        run.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"  {run[Orders]:N0} orders come in as CSV …"));
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsync("/orders/import", body);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("importId").GetString();
        while (true)
        {
            var import = await client.GetFromJsonAsync<JsonElement>($"/imports/{id}");
            if (import.GetProperty("status").GetString() is not ("running" or "queued"))
            {
                return (Stopwatch.GetElapsedTime(started), import.GetProperty("accepted").GetInt64());
            }

            run.Progress.Count("rows", import.GetProperty("rows").GetInt64(), run[Orders]);
            await Task.Delay(50);
        }
    }
}
