using System.Globalization;
using System.Text;
using XenoCrm.Benchmarks.Load;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Rows;

internal sealed class Preview : Benchmark
{
    private static readonly Size Customers = new("--customers", "customers", 1_000_000, 5_000);
    private static readonly Size Orders = new("--orders", "orders", 1_000_000, 5_000);
    private static readonly Size Requests = new("--requests", "requests of each kind", 200, 20);

    // The i-th of each asks for something else.
    private static readonly (string Name, Func<int, string> Rule)[] Indexed =
    [
        ("spent over", i => Text($$$"""{"totalSpend":{"$gt":{{{500 + i}}}}}""")),
        ("inactive since", i => Text($$$"""{"lastOrderAt":{"$lt":"2026-0{{{1 + (i % 9)}}}-{{{10 + (i % 18)}}}"}}""")),
        ("one e-mail address", i => Text($$$"""{"email":"c{{{i}}}@example.com"}""")),
    ];

    private static readonly (string Name, Func<int, string> Rule)[] Any =
    [
        ("and", i => Text($$$"""{"totalSpend":{"$gt":{{{200 + i}}}},"orderCount":{"$lt":3}}""")),
        ("or, and", i => Text(
            $$$$"""{"$or":[{"city":"Pune","totalSpend":{"$gt":{{{{100 + i}}}}}},{"lastOrderAt":{"$lt":{"$ago":"90d"}}}]}""")),
        ("not", i => Text($$$"""{"$not":{"$or":[{"tags":"vip"},{"totalSpend":{"$gt":{{{50 + i}}}}}]}}""")),
        ("contains", i => Text($$$"""{"name":{"$contains":"er {{{i}}}"}}""")),
        ("tag", i => Text($$$"""{"tags":"vip","createdAt":{"$gt":"20{{{10 + (i % 10)}}}-01-01"}}""")),
        ("attribute", i => Text($$$"""{"attributes.plan":"gold","attributes.score":{"$gt":{{{i % 100}}}}}""")),
        ("average", i => Text($$$"""{"averageOrderValue":{"$gt":{{{100 + i}}}}}""")),
        ("never ordered", i => Text($$$"""{"orderCount":0,"city":{"$in":["Pune","Delhi","City {{{i}}}"]}}""")),
    ];

    public override string Row => "P8";

    public override string Command => "preview";

    public override string What => "the slowest rule's preview, and the search in the list of customers";

    public override IReadOnlyList<Size> Sizes => [Customers, Orders, Requests];

    public override async Task<IReadOnlyList<Figure>> RunAsync(RunSettings run)
    {
        await using var application = await RunningApplication.StartAsync(new ApplicationOptions { Vendor = false });
        var client = application.Client;
        await Audience.IngestAsync(client, run[Customers], run.Progress);
        await Audience.IngestOrdersAsync(client, run[Orders], run[Customers], run.Progress);
        var searches = await Asked.TimesAsync(client, run[Requests], i => new(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/customers?q=customer+{(i * 37) % run[Customers]}")));
        return
        [
            await SlowestAsync(run, client, "one indexed threshold or value", Indexed, 30),
            await SlowestAsync(run, client, "any rule", Any, 150),
            Asked.P99("customers?q=", searches, 20),
        ];
    }

    private static async Task<Figure> SlowestAsync(
        RunSettings run, HttpClient client, string name, (string Name, Func<int, string> Rule)[] rules, double goal)
    {
        IReadOnlyList<double> slowest = [0];
        foreach (var rule in rules)
        {
            var times = await Asked.TimesAsync(client, run[Requests], i => new(HttpMethod.Post, "/segments/preview")
            {
                Content = new StringContent($$"""{"rule":{{rule.Rule(i)}}}""", Encoding.UTF8, "application/json"),
            });
            run.Progress.Say("  " + Asked.P99(rule.Name, times, goal));
            slowest = Series.Percentile([.. times], 0.99) > Series.Percentile([.. slowest], 0.99) ? times : slowest;
        }

        return Asked.P99($"preview, {name}", slowest, goal);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
