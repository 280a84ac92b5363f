using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Webhooks;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// The receipts' way: signed callbacks over loopback to a real API, until the stream has acknowledged them, and on to a
/// worker, until all are in the log. Each figure is the median of its rounds, and each round has a campaign of its own,
/// paused, so that nobody else writes. A first round does not count: until some ten thousand requests have gone through,
/// the services run code that is not optimised yet. <c>receipts --recipients 100000 --redis --batch 1,100,1000</c>
/// </summary>
internal static class ReceiptLoad
{
    private const int LogPage = 500;

    private static readonly string Secret = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public static async Task<int> RunAsync(ReceiptLoadOptions options)
    {
        await using var application = await RunningApplication.StartAsync(
            options.Redis,
            [
                ("Logging__LogLevel__Default", "Warning"),
                ("Webhooks__Secrets__0", Secret),

                // Nobody listens there: what the sender tries before the campaign is paused goes nowhere.
                ("Vendor__BaseAddress", "http://127.0.0.1:9"),
                .. options.Settings,
            ]);
        if (options.OneCore)
        {
            application.PinApiToOneCore();
        }

        Print(
            $"{options.Recipients:N0} receipts a round, median of {options.Rounds}, embedded store and "
                + $"{(options.Redis ? "Redis" : "embedded stream")}, {options.Connections} connections, {Environment.ProcessorCount} "
                + $"cores{(options.OneCore ? ", the API on one of them" : "")}, .NET {Environment.Version}");
        Print($"  a request    acknowledged       p50       p95       p99       max         applied   processor time a receipt");
        await CampaignLoad.IngestAsync(application.Client, options.Recipients);
        await RoundAsync(application, options, options.Batches[0]);
        foreach (var batch in options.Batches)
        {
            var rounds = new List<Round>();
            for (var i = 0; i < options.Rounds; i++)
            {
                rounds.Add(await RoundAsync(application, options, batch));
            }

            Print(
                $"  {batch,9}   {Of(round => round.Acknowledged),9:N0} / s {Of(round => round.P50),6:0.0} ms "
                    + $"{Of(round => round.P95),6:0.0} ms {Of(round => round.P99),6:0.0} ms {Of(round => round.Max),6:0.0} ms   "
                    + $"{Of(round => round.Applied),9:N0} / s   api {Of(round => round.Api),5:0.0} µs, worker "
                    + $"{Of(round => round.Worker),5:0.0} µs");
            if (rounds.Sum(round => round.Refused) is > 0 and var refused)
            {
                Print($"              {refused} requests were refused with 503 and made again");
            }

            double Of(Func<Round, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
        }

        return 0;
    }

    private static async Task<Round> RoundAsync(RunningApplication application, ReceiptLoadOptions options, int batch)
    {
        var client = application.Client;
        var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "Everybody", rule = new Dictionary<string, bool> { ["$everyone"] = true }, message = "Hi" });
        answer.EnsureSuccessStatusCode();
        var campaign = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("campaignId").GetString()!;
        (await client.PostAsync($"/campaigns/{campaign}/pause", null)).EnsureSuccessStatusCode();
        var signature = new WebhookSignature([Encoding.UTF8.GetBytes(Secret)], TimeProvider.System);
        byte[][] requests =
        [
            .. (await RowsAsync(client, campaign))
                .Chunk(batch)
                .Select((ids, i) => Request(signature, client.BaseAddress!, $"{campaign}-{i}", ids))
        ];

        var before = application.ProcessorTime().ToDictionary(service => service.Name, service => service.Processor);
        var started = Stopwatch.GetTimestamp();
        var (latencies, refused) = await CallbackSender.SendAllAsync(client.BaseAddress!, requests, options.Connections);
        var acknowledged = Stopwatch.GetElapsedTime(started);
        var api = application.ProcessorTime().Single(service => service.Name == "api").Processor - before["api"];
        while (
            (await client.GetFromJsonAsync<JsonElement>($"/campaigns/{campaign}"))
                .GetProperty("stats")
                .GetProperty("pending")
                .GetInt64() > 0)
        {
            await Task.Delay(100);
        }

        var applied = Stopwatch.GetElapsedTime(started);
        var worker = application.ProcessorTime().Single(service => service.Name == "worker").Processor - before["worker"];
        return new Round(
            options.Recipients / acknowledged.TotalSeconds, Percentile(0.5), Percentile(0.95), Percentile(0.99), Percentile(1),
            options.Recipients / applied.TotalSeconds, Receipt(api), Receipt(worker), refused);

        double Percentile(double share) => latencies[(int)((latencies.Length - 1) * share)].TotalMilliseconds;
        double Receipt(TimeSpan processor) => processor.TotalMicroseconds / options.Recipients;
    }

    private static async Task<List<string>> RowsAsync(HttpClient client, string campaign)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = await client.GetAsync($"/campaigns/{campaign}/logs?limit={LogPage}&cursor={cursor}");
            page.EnsureSuccessStatusCode();
            ids.AddRange(
                (await page.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            cursor = page.Headers.TryGetValues("X-Next-Cursor", out var next) ? next.Single() : null;
        }

        return ids;
    }

    /// <summary>The bytes of one callback, as our vendor sends them: nine receipts of ten say that the message was delivered.</summary>
    private static byte[] Request(WebhookSignature signature, Uri api, string id, IReadOnlyList<string> rows)
    {
        var receipts = rows.Select((row, i) => new
        {
            id = row,
            vendorMessageId = "vm_" + row,
            recipient = "someone@example.com",
            status = i % 10 == 9 ? "FAILED" : "SENT",
            reason = i % 10 == 9 ? "mailbox full" : null,
            at = "2026-11-22T08:00:00.125Z",
        });
        var body = rows.Count == 1 ? JsonSerializer.SerializeToUtf8Bytes(receipts.Single()) : JsonSerializer.SerializeToUtf8Bytes(receipts);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST /vendor/receipt HTTP/1.1
            Host: {api.Authority}
            Content-Type: application/json
            Content-Length: {body.Length}
            webhook-id: {id}
            webhook-timestamp: {timestamp}
            webhook-signature: {signature.Sign(id, timestamp, body)}


            """).ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private static void Print(string line) => Console.WriteLine(line);

    /// <param name="Acknowledged">Receipts a second until the last answer.</param>
    /// <param name="P50">Latencies of requests, in milliseconds.</param>
    /// <param name="P95">See <paramref name="P50"/>.</param>
    /// <param name="P99">See <paramref name="P50"/>.</param>
    /// <param name="Max">See <paramref name="P50"/>.</param>
    /// <param name="Applied">Receipts a second until the last is in the log.</param>
    /// <param name="Api">Its processor time a receipt until the last answer, in microseconds.</param>
    /// <param name="Worker">The worker's until the last is in the log.</param>
    /// <param name="Refused">Requests that were answered with 503 and made again.</param>
    private sealed record Round(
        double Acknowledged, double P50, double P95, double P99, double Max, double Applied, double Api, double Worker, int Refused);
}
