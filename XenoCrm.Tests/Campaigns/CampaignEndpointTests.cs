using System.Net;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns;

public sealed class CampaignEndpointTests : IAsyncLifetime
{
    private static readonly Dictionary<string, bool> Everyone = new() { ["$everyone"] = true };

    private CampaignDriver driver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        driver = new CampaignDriver(("Campaigns:ReceiptTimeout", "00:10:00"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task A_segment_starts_its_campaign_with_everybody_who_can_be_reached()
    {
        await driver.CustomersAsync(4);
        var client = await driver.ClientAsync();
        await driver.Api.Services.GetRequiredService<ICustomerStore>().UpsertAsync(
            [new CustomerChange { Id = "gone", Name = "Gone", Email = "gone@example.com", Unsubscribed = true }], Cancellation);
        var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "All", rule = Everyone, message = "Hi", campaignName = "Spring" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(4, created.GetProperty("audience").GetInt32());

        var campaign = await driver.CampaignAsync(created.GetProperty("campaignId").GetString()!);
        Assert.Equal(
            ("Spring", "Hi", "mara@example.com"),
            (
                campaign.GetProperty("name").GetString(),
                campaign.GetProperty("messageTemplate").GetString(),
                campaign.GetProperty("createdBy").GetString()));
        var segment = await client.GetFromJsonAsync<JsonElement>($"/segments/{created.GetProperty("segmentId").GetString()}", Cancellation);
        Assert.Equal(("All", 4), (segment.GetProperty("name").GetString(), segment.GetProperty("audience").GetInt32()));
    }

    [Theory]
    [InlineData(
        "Summer {{sale}}",
        """{"$everyone":true}""",
        "Hi {{firstName|there}}, if you have had your eye on something, now is a good moment. Happy shopping!")]
    [InlineData(
        "Win-back, 20% off until Sunday",
        """{"$everyone":true}""",
        "Hi {{firstName|there}}, it has been a while, and we have missed you! Enjoy 20% off until Sunday. Come and see what is new; we "
            + "have kept a warm welcome for you.")]
    [InlineData(
        "Q3, group B",
        """{"lastOrderAt":{"$lt":{"$ago":"90d"}}}""",
        "Hi {{firstName|there}}, it has been a while, and we have missed you! Come and see what is new; we have kept a warm welcome for "
            + "you.")]
    [InlineData(
        "Birthday club",
        """{"$everyone":true}""",
        "Hi {{firstName|there}}, we have news, and we would love to show you. Come and have a look at our shop!")]
    public async Task Without_a_message_the_built_in_engine_writes_one_that_promises_what_the_name_does(
        string name, string rule, string message)
    {
        var client = await driver.ClientAsync();
        var body = $$"""{"name":"{{name}}","rule":{{rule}}}""";
        using var answer = await client.PostAsync(
            "/segments", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("campaignId").GetString()!;
        Assert.Equal(message, (await driver.CampaignAsync(id)).GetProperty("messageTemplate").GetString());
    }

    [Fact]
    public async Task A_campaign_shows_the_tags_of_its_rule()
    {
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "Pune", rule = new { city = "Pune", orderCount = 1 }, message = "Hi" }, Cancellation);
        answer.EnsureSuccessStatusCode();
        var campaign = (await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!.Single();
        Assert.Equal("""["one-time","local"]""", campaign.GetProperty("tags").GetRawText());
    }

    [Theory]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"message":"Hi {{nmae}}"}""", "message", "{{nmae}}")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"message":""}""", "message", "empty")]
    [InlineData("""{"name":"x","rule":{}}""", "$", "")]
    [InlineData("""{"name":"x"}""", "rule", "")]
    [InlineData("""{"name":"x","rule":{"age":{"$gt":5}}}""", "$.age", "")]
    [InlineData("""{"name":"","rule":{"$everyone":true}}""", "name", "")]
    [InlineData("""{"rule":{"$everyone":true}}""", "", "")]
    public async Task A_bad_request_names_the_place_and_stores_nothing(string body, string field, string told)
    {
        var client = await driver.ClientAsync();
        var answer = await client.PostAsync(
            "/segments", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors");
        var error = errors.EnumerateObject().First();
        Assert.StartsWith(field, error.Name, StringComparison.Ordinal);
        Assert.Contains(told, error.Value.ToString(), StringComparison.Ordinal);
        Assert.Empty((await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!);
        Assert.Empty((await client.GetFromJsonAsync<JsonElement[]>("/segments", Cancellation))!);
    }

    [Fact]
    public async Task The_same_idempotency_key_starts_one_campaign()
    {
        await driver.CustomersAsync(1);
        var client = await driver.ClientAsync();
        var first = await PostAsync(client, "All", "key-1");
        var second = await PostAsync(client, "All", "key-1");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Single((await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(client, "Others", "key-1")).StatusCode);
    }

    [Fact]
    public async Task Ten_requests_at_once_with_one_key_start_one_campaign()
    {
        await driver.CustomersAsync(50);
        var client = await driver.ClientAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(client, "All", "key-2")));
        Assert.All(
            answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.StatusCode.ToString()));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Single((await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!);
    }

    [Fact]
    public async Task An_unknown_campaign_is_not_found()
    {
        var client = await driver.ClientAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/campaigns/nobody", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/campaigns/nobody/logs", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/campaigns/nobody/events", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await driver.StepAsync("nobody", "pause")).StatusCode);
    }

    [Theory]
    [InlineData("status=LOST", "status")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "")]
    [InlineData("cursor=abc", "cursor")]
    public async Task A_wrong_query_is_refused_by_name(string query, string field)
    {
        var client = await driver.ClientAsync();
        var id = await driver.LaunchAsync();
        var answer = await client.GetAsync($"/campaigns/{id}/logs?{query}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        if (field.Length > 0)
        {
            Assert.True(
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors").TryGetProperty(field, out _));
        }
    }

    [Fact]
    public async Task A_paused_campaign_can_be_resumed_and_not_paused_twice()
    {
        driver.Vendor.OnSend = (http, _) => Support.ScriptedVendor.AnswerAsync(http, 503, retryAfter: "1");
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "pause")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await driver.StepAsync(id, "pause")).StatusCode);
        Assert.Equal("Paused by mara@example.com.", (await driver.CampaignAsync(id)).GetProperty("pausedReason").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "resume")).StatusCode);
        Assert.Equal("sending", (await driver.CampaignAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_cancelled_campaign_settles_what_the_vendor_may_have_and_sends_nothing_more()
    {
        driver.Vendor.OnSend = (http, _) => Support.ScriptedVendor.AnswerAsync(http, 503);
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await Support.Poll.UntilAsync(() => !driver.Vendor.Batches.IsEmpty, "a first try");
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "cancel")).StatusCode);
        await Support.Poll.UntilAsync(async () => (await driver.LogAsync(id, "PENDING")).Count == 0, "all rows to be final");
        Assert.All(await driver.LogAsync(id), row => Assert.Equal("cancelled", row.GetProperty("failureReason").GetString()));
        Assert.Equal("cancelled", (await driver.CampaignAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Retrying_sends_to_the_failed_only()
    {
        await driver.CustomersAsync(4);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 4);
        var rows = await driver.LogAsync(id);
        await driver.ReceiveAsync([rows[0]], DeliveryStatus.Failed, "mailbox full");
        await driver.ReceiveAsync([.. rows.Skip(1)], DeliveryStatus.Sent);
        await driver.UntilAsync(id, "completed");

        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "retry")).StatusCode);
        await driver.UntilAcceptedAsync(id, 4);
        var again = driver.Vendor.Batches.SelectMany(batch => batch.Messages).Skip(4).Single();
        Assert.Equal(rows[0].GetProperty("id").GetString() + "~2", again.Id);
        await driver.ReceiveAsync(await driver.LogAsync(id, "PENDING"), DeliveryStatus.Sent);
        await driver.UntilAsync(id, "completed");
        Assert.Equal(4, (await driver.CampaignAsync(id)).GetProperty("stats").GetProperty("sent").GetInt32());
        Assert.Equal(HttpStatusCode.Conflict, (await driver.StepAsync(id, "retry")).StatusCode);
    }

    [Fact]
    public async Task Events_tell_the_progress_and_end_with_completed()
    {
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        var client = await driver.ClientAsync();
        using var stream = new StreamReader(await client.GetStreamAsync($"/campaigns/{id}/events", Cancellation));
        Assert.Equal("event: stats", await stream.ReadLineAsync(Cancellation));
        Assert.Contains("\"pending\":2", await stream.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        await driver.UntilAcceptedAsync(id, 2);
        await driver.ReceiveAsync(await driver.LogAsync(id), DeliveryStatus.Sent);
        var rest = await stream.ReadToEndAsync(Cancellation);
        var last = rest.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains("event: completed", last, StringComparison.Ordinal);
        Assert.Contains("\"sent\":2", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_with_the_last_events_id_is_told_only_what_has_changed_since()
    {
        driver.Vendor.OnSend = (http, _) => Support.ScriptedVendor.AnswerAsync(http, 503);
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.StepAsync(id, "pause");
        var last = (await FirstEventAsync(id, null))["id"];

        // Nothing has changed: the first that comes is the pause's end, in its own words.
        var next = FirstEventAsync(id, last);
        driver.Vendor.OnSend = Support.ScriptedVendor.AcceptAsync;
        await driver.StepAsync(id, "resume");
        Assert.Contains("\"status\":\"sending\"", (await next)["data"], StringComparison.Ordinal);

        await driver.UntilAcceptedAsync(id, 1);
        await driver.ReceiveAsync(await driver.LogAsync(id), DeliveryStatus.Sent);
        await driver.UntilAsync(id, "completed");
        var completed = await FirstEventAsync(id, (await FirstEventAsync(id, "another"))["id"]);
        Assert.Equal("completed", completed["event"]);
    }

    private async Task<Dictionary<string, string>> FirstEventAsync(string campaign, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/campaigns/{campaign}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var answer = await (await driver.ClientAsync()).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var fields = new Dictionary<string, string>();
        while (await stream.ReadLineAsync(Cancellation) is { } line && (line.Length > 0 || fields.Count == 0))
        {
            if (line.Split(": ", 2) is [{ Length: > 0 } name, var value])
            {
                fields[name] = value;
            }
        }

        return fields;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string name, string key)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/segments")
        { Content = JsonContent.Create(new { name, rule = Everyone }) };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, Cancellation);
    }
}
