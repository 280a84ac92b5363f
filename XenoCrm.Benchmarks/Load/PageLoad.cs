using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using XenoCrm.Benchmarks.Measuring;
using XenoCrm.Benchmarks.Running;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// How long each page takes to its first byte with many customers and a long log: ingest, one campaign to everybody to its end, then
/// launched ones until the log has its rows. <c>pages --customers 1000000 --rows 10000000 [--write docs/pages.md]</c>
/// </summary>
internal static class PageLoad
{
    private const int Rounds = 30;
    private const string Marker = "first byte";

    public static async Task<int> RunAsync(int customers, int rows, string? file, Progress progress)
    {
        await using var application = await RunningApplication.StartAsync(redis: false);
        var client = application.Client;
        await Audience.IngestAsync(client, customers, progress);
        progress.Say("One campaign to all of them, to its end …");
        var launched = await LaunchedCampaign.StartAsync(client);
        await launched.UntilCompletedAsync(progress);
        if (rows > customers)
        {
            await LongLog.LaunchAsync(client, customers, rows - customers, progress);
        }

        var (campaign, segment) = (launched.Id, launched.SegmentId);
        var draft = await DraftAsync(client, segment);
        string[] paths =
        [
            "/", "/app/find?q=customer+99", "/app/customers", "/app/customers?q=customer+99", "/app/customers?sort=-totalSpend",
            "/app/customers?rule=" + Uri.EscapeDataString("""{"totalSpend":{"$gt":600}}"""),
            $"/app/customers/{Audience.CustomerId(customers / 2)}", "/app/imports", "/app/imports/new",
            "/app/segments", $"/app/segments/{segment}", "/app/campaigns", "/app/campaigns/new", "/app/calendar", "/app/fatigue",
            $"/app/campaigns/{draft}",
            $"/app/campaigns/{campaign}", $"/app/campaigns/{campaign}?status=FAILED", $"/app/campaigns/{campaign}?q=c1711@example.com",
            $"/app/campaigns/{campaign}/insight", $"/app/campaigns/{campaign}/retry", "/app/deliveries",
            "/app/settings/account", "/app/settings/people", "/app/settings/keys", "/app/settings/audit", "/app/settings/suppressions",
            "/app/settings/system",
        ];
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"""
            With {customers:N0} customers and {rows:N0} rows in the log, embedded store, {Environment.ProcessorCount} cores, .NET
            {Environment.Version}, {Rounds} requests each after one that warms up
            (`dotnet run --project XenoCrm.Benchmarks -c Release -- pages --customers {customers} --rows {rows} --write docs/pages.md`):

            | page | median, ms | slowest, ms |
            |---|---|---|
            """);
        foreach (var path in paths)
        {
            var times = new List<double>();
            for (var i = 0; i <= Rounds; i++)
            {
                var started = Stopwatch.GetTimestamp();
                using var page = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                await (await page.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1]);
                var took = Stopwatch.GetElapsedTime(started);
                page.EnsureSuccessStatusCode();
                if (i > 0)
                {
                    times.Add(took.TotalMilliseconds);
                }
            }

            times.Sort();
            var name = Uri.UnescapeDataString(path)
                .Replace(draft, "{draft}", StringComparison.Ordinal)
                .Replace(campaign, "{id}", StringComparison.Ordinal)
                .Replace(segment, "{id}", StringComparison.Ordinal);
            table.AppendLine(CultureInfo.InvariantCulture, $"| `{name}` | {times[times.Count / 2]:0} | {times[^1]:0} |");
        }

        Console.Write(table);
        if (file is not null)
        {
            MarkedText.ReplaceIn(file, Marker, table.ToString());
        }

        return 0;
    }

    /// <summary>A draft to the whole segment, so that its page counts everybody.</summary>
    private static async Task<string> DraftAsync(HttpClient client, string segment)
    {
        using var made = await client.PostAsJsonAsync(
            "campaigns", new { name = "Next", segmentId = segment, message = "Hi {{firstName|there}}" });
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
