using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Load;

/// <summary>A campaign to everybody, as a user makes it.</summary>
/// <param name="Client">Signed in at the API.</param>
/// <param name="Id">The campaign's.</param>
/// <param name="SegmentId">Its segment's.</param>
/// <param name="Audience">What the launch answered.</param>
/// <param name="StartedAt">When the launch was asked for.</param>
/// <param name="Launch">How long it took: the whole audience is stored by then.</param>
internal sealed record LaunchedCampaign(
    HttpClient Client, string Id, string SegmentId, long Audience, DateTimeOffset StartedAt, TimeSpan Launch)
{
    // To look is work too: it gets at most a twentieth of the time.
    private const int LookingShare = 20;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    /// <param name="client">Signed in at the API.</param>
    /// <param name="message">What everybody gets.</param>
    /// <param name="idempotencyKey">With it the same launch can be asked for again; null for none.</param>
    /// <exception cref="HttpRequestException">The API went away before its answer, or answered otherwise than 2xx.</exception>
    public static async Task<LaunchedCampaign> StartAsync(
        HttpClient client, string message = "Hi {{firstName|there}}, it is time.", string? idempotencyKey = null)
    {
        var (startedAt, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segments")
        {
            Content = JsonContent.Create(new
            {
                name = "Everybody",
                rule = new Dictionary<string, bool> { ["$everyone"] = true },
                message,
            }),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        var answer = await client.SendAsync(request);
        var took = Stopwatch.GetElapsedTime(started);
        answer.EnsureSuccessStatusCode();
        var launched = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new(
            client,
            launched.GetProperty("campaignId").GetString()!,
            launched.GetProperty("segmentId").GetString()!,
            launched.GetProperty("audience").GetInt64(),
            startedAt,
            took);
    }

    public async Task PauseAsync() => (await Client.PostAsync($"/campaigns/{Id}/pause", null)).EnsureSuccessStatusCode();

    public async Task CancelAsync() => (await Client.PostAsync($"/campaigns/{Id}/cancel", null)).EnsureSuccessStatusCode();

    public async Task<Stats> StatsAsync() => Stats.Of(await Client.GetFromJsonAsync<JsonElement>($"/campaigns/{Id}"));

    /// <summary>Follows it as its page does, to its end.</summary>
    /// <returns>The last that was told.</returns>
    public async Task<Stats> FollowAsync()
    {
        await using var events = await Client.GetStreamAsync($"/campaigns/{Id}/events");
        var last = await SseParser.Create(events).EnumerateAsync().LastAsync();
        using var told = JsonDocument.Parse(last.Data);
        return last.EventType == "completed"
            ? Stats.OfCounts(told.RootElement)
            : throw new InvalidDataException($"The campaign's events ended with {last.EventType}, not with completed.");
    }

    /// <summary>When its last row became final, by the application's own clock, which is this machine's.</summary>
    public async Task<(Stats Stats, TimeSpan Took)> UntilCompletedAsync(Progress progress)
    {
        var patience = new Patience("pending messages");
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var campaign = await Client.GetFromJsonAsync<JsonElement>($"/campaigns/{Id}");
            var stats = Stats.Of(campaign);
            if (campaign.GetProperty("completedAt").ValueKind is JsonValueKind.String)
            {
                return (stats, campaign.GetProperty("completedAt").GetDateTimeOffset() - StartedAt);
            }

            patience.See(stats.Pending);
            progress.Count("final", stats.Audience - stats.Pending, stats.Audience);
            var pause = Stopwatch.GetElapsedTime(asked) * LookingShare;
            await Task.Delay(pause > ShortestPause ? pause : ShortestPause);
        }
    }

    /// <summary>The ids of its rows, in the log's order.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(Progress progress)
    {
        progress.Say("  its log is read …");
        return await PagedList.ReadAsync(Client, $"/campaigns/{Id}/logs").Select(row => row.GetProperty("id").GetString()!).ToListAsync();
    }
}

/// <summary>Counted from the log by the application.</summary>
internal sealed record Stats(long Audience, long Pending, long Sent, long Failed, long Skipped)
{
    public long Rows => Pending + Sent + Failed + Skipped;

    public static Stats Of(JsonElement campaign) => OfCounts(campaign.GetProperty("stats"));

    public static Stats OfCounts(JsonElement stats)
    {
        return new(Number("audience"), Number("pending"), Number("sent"), Number("failed"), Number("skipped"));

        long Number(string name) => stats.GetProperty(name).GetInt64();
    }
}
