using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// One campaign from end to end: ingest, launch, send, receipts, completion; prints how long each part took and what each
/// process needed. <c>campaign --recipients 100000 [--redis]</c>
/// </summary>
internal static class CampaignLoad
{
    private const int Chunk = 10_000;

    public static async Task<int> RunAsync(int recipients, bool redis)
    {
        await using var application = await RunningApplication.StartAsync(redis, ("Logging__LogLevel__Default", "Warning"));
        var client = application.Client;

        Print(
            $"{recipients:N0} recipients on the embedded store and {(redis ? "Redis" : "the embedded stream")}, "
                + $"{Environment.ProcessorCount} cores, .NET {Environment.Version}");
        var watch = Stopwatch.StartNew();
        await IngestAsync(client, recipients);
        Report("ingest", recipients, watch.Elapsed);

        watch.Restart();
        var answer = await client.PostAsJsonAsync(
            "/segments",
            new
            {
                name = "Everybody",
                rule = new Dictionary<string, bool> { ["$everyone"] = true },
                message = "Hi {{firstName|there}}, it is time."
            });
        answer.EnsureSuccessStatusCode();
        var launched = watch.Elapsed;
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("campaignId").GetString();
        Report("launch (audience and outbox stored)", recipients, launched);

        var stats = await UntilCompletedAsync(client, id!);
        Report("send and receipts", recipients, watch.Elapsed - launched);
        Report("launch to completion", recipients, watch.Elapsed);
        Print($"  sent {stats.GetProperty("sent")}, failed {stats.GetProperty("failed")}, pending {stats.GetProperty("pending")}");
        foreach (var ((name, peak), (_, processor)) in application.PeakMemory().Zip(application.ProcessorTime()))
        {
            Print($"  {name,-7} peak {peak,6:0} MiB   processor {processor.TotalSeconds,6:0.0} s");
        }

        return stats.GetProperty("pending").GetInt64() == 0 ? 0 : 1;
    }

    public static async Task IngestAsync(HttpClient client, int recipients)
    {
        for (var from = 0; from < recipients; from += Chunk)
        {
            var lines = new StringBuilder();
            for (var i = from; i < Math.Min(from + Chunk, recipients); i++)
            {
                lines.Append(
                    CultureInfo.InvariantCulture,
                    $$"""{"id":"c{{i}}","name":"Customer {{i}}","email":"c{{i}}@example.com","city":"Pune"}""").Append('\n');
            }

            using var body = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
            (await client.PostAsync("/customers/bulk", body)).EnsureSuccessStatusCode();
        }
    }

    public static async Task<JsonElement> UntilCompletedAsync(HttpClient client, string id)
    {
        while (true)
        {
            var campaign = await client.GetFromJsonAsync<JsonElement>($"/campaigns/{id}");
            if (campaign.GetProperty("status").GetString() == "completed")
            {
                return campaign.GetProperty("stats");
            }

            await Task.Delay(200);
        }
    }

    private static void Report(string part, int recipients, TimeSpan took) =>
        Print($"  {part,-38} {took.TotalSeconds,7:0.0} s   {recipients / took.TotalSeconds,9:N0} a second");

    private static void Print(string line) => Console.WriteLine(line);
}
