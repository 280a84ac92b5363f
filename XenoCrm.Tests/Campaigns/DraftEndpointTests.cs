using System.Net;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>A campaign from the draft to its start, over HTTP.</summary>
public sealed class DraftEndpointTests : IAsyncDisposable
{
    private static readonly Dictionary<string, bool> Everyone = new() { ["$everyone"] = true };

    private readonly CampaignDriver driver = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task A_draft_sends_nothing_until_it_is_launched_and_then_to_everybody_of_its_audience()
    {
        await driver.CustomersAsync(3);
        var id = await CreateAsync(new { name = "Hello", rule = Everyone, message = "Hi {{firstName}}" });
        var draft = await driver.CampaignAsync(id);
        Assert.Equal(
            ("draft", JsonValueKind.Null, 0),
            (draft.Text("status"), draft.GetProperty("segmentId").ValueKind, draft.GetProperty("stats").Int("audience")));

        using var launched = await driver.StepAsync(id, "launch");
        Assert.Equal(HttpStatusCode.Accepted, launched.StatusCode);
        await driver.UntilAcceptedAsync(id, 3);
        var sending = await driver.CampaignAsync(id);
        Assert.Equal(3, sending.GetProperty("stats").GetProperty("audience").GetInt32());
        var segment = await GetAsync($"/segments/{sending.Text("segmentId")}");
        Assert.Equal(("Hello", 3), (segment.Text("name"), segment.GetProperty("audience").GetInt32()));
    }

    [Fact]
    public async Task To_launch_twice_is_to_launch_once()
    {
        await driver.CustomersAsync(2);
        var id = await CreateAsync(new { name = "Hello", rule = Everyone });
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => driver.StepAsync(id, "launch")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        await driver.UntilAcceptedAsync(id, 2);
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "launch")).StatusCode);
        Assert.Equal(2, (await driver.LogAsync(id)).Count);
    }

    [Fact]
    public async Task The_same_key_makes_one_draft_and_another_request_with_it_is_refused()
    {
        var first = await PostWithKeyAsync("Hello");
        var again = await PostWithKeyAsync("Hello");
        Assert.Equal(await IdOfAsync(first), await IdOfAsync(again));
        var other = await PostWithKeyAsync("Other");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_change_leaves_what_it_does_not_name_and_takes_away_what_is_null()
    {
        var segment = await StoreSegmentAsync();
        var id = await CreateAsync(new
        {
            name = "Hello",
            rule = Everyone,
            message = "Hi",
            schedule = new { at = "2126-12-01T09:00", zone = "Asia/Kolkata" },
            throttle = 600,
            exclude = new { rules = new[] { new { city = "Pune" } } },
        });
        var plan = (await ChangeAsync(id, """{"name":"Hello again","throttle":null}""")).GetProperty("plan");
        Assert.Equal("2126-12-01T03:30:00Z", plan.GetProperty("schedule").Text("at"));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("throttle").ValueKind);
        Assert.Equal("""{"city":"Pune"}""", plan.GetProperty("exclude").GetProperty("rules")[0].GetRawText());

        var changed = await ChangeAsync(id, $$"""{"segmentId":"{{segment}}","schedule":null}""");
        Assert.Equal(
            ("Hello again", "Hi", segment, JsonValueKind.Null, JsonValueKind.Null),
            (changed.Text("name"), changed.Text("messageTemplate"), changed.Text("segmentId"),
                changed.GetProperty("plan").GetProperty("rule").ValueKind, changed.GetProperty("plan").GetProperty("schedule").ValueKind));
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "rule")]
    [InlineData("""{"name":" ","rule":{"$everyone":true}}""", "name")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"segmentId":"s"}""", "rule")]
    [InlineData("""{"name":"x","segmentId":"nowhere"}""", "segmentId")]
    [InlineData("""{"name":"x","rule":{"shoeSize":42}}""", "$.shoeSize")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"message":"{{shoe}}"}""", "message")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"throttle":0}""", "throttle")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"2020-01-01T09:00:00Z"}}""", "schedule.at")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"tomorrow"}}""", "schedule.at")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"2126-12-01"}}""", "schedule.at")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"2126-12-01T09:00","zone":"Mars/Base"}}""", "schedule.zone")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"2126-12-01T09:00Z","zone":"UTC"}}""", "schedule.zone")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"exclude":{"segments":["nowhere"]}}""", "exclude.segments[0]")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"exclude":{"campaigns":["nowhere"]}}""", "exclude.campaigns[0]")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"exclud":{}}""", "exclud")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"exclude":{"rules":[{"city":"Pune"},null]}}""", "exclude.rules[1]")]
    [InlineData(
        """{"name":"x","rule":{"$everyone":true},"exclude":{"rules":[{"city":"Pune"},{"$and":[{"shoeSize":42},{"city":"Pune"}]}]}}""",
        "exclude.rules[1].$and[0].shoeSize")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"exclude":{"rules":[{}]}}""", "exclude.rules[0]")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"message":"a\u0000b"}""", "message")]
    [InlineData("""{"name":"\u200b\u0000","rule":{"$everyone":true}}""", "name")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{}}""", "schedule.at")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"9999-12-31T23:59","zone":"America/New_York"}}""", "schedule.at")]
    [InlineData("""{"name":"x","rule":{"$everyone":true},"schedule":{"at":"0001-01-01T00:00","zone":"Asia/Tokyo"}}""", "schedule.at")]
    public async Task What_cannot_be_a_campaign_is_refused_with_its_place(string body, string field)
    {
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsync("/campaigns", Json(body), Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync(field));
        Assert.Empty(await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation) ?? []);
    }

    [Fact]
    public async Task A_campaign_cannot_leave_out_who_got_itself()
    {
        var id = await CreateAsync(new { name = "Hello", rule = Everyone, message = "Hi" });
        var client = await driver.ClientAsync();
        using var answer = await client.PatchAsync(
            $"/campaigns/{id}", Json($$"""{"exclude":{"campaigns":["{{id}}"]} }"""), Cancellation);
        Assert.Contains("This is the campaign itself", await answer.ErrorAsync("exclude.campaigns[0]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hidden_fault_of_a_change_leaves_the_draft_as_it_was()
    {
        var id = await CreateAsync(new { name = "Hello", rule = Everyone, message = "Hi" });
        var client = await driver.ClientAsync();
        using var answer = await client.PatchAsync($"/campaigns/{id}", Json("""{"name":"Other","message":"{{shoe}}"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Hello", (await driver.CampaignAsync(id)).Text("name"));
    }

    [Fact]
    public async Task Who_is_excluded_by_a_segment_a_rule_or_a_campaign_does_not_get_it()
    {
        await driver.CustomersAsync(6);
        var before = await CreateAsync(new { name = "Before", rule = new { email = "c0000@example.com" }, message = "First" });
        await driver.StepAsync(before, "launch");
        await driver.UntilAcceptedAsync(before, 1);
        var segment = await StoreSegmentAsync(new { email = "c0001@example.com" });

        var request = new
        {
            name = "All but three",
            rule = Everyone,
            message = "Hi {{firstName}}",
            exclude = new
            {
                campaigns = new[] { before },
                segments = new[] { segment },
                rules = new[] { new { email = "c0002@example.com" } },
            },
        };
        var client = await driver.ClientAsync();
        using var previewed = await client.PostAsJsonAsync("/campaigns/preview", request, Cancellation);
        var preview = await previewed.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(
            (6, 3, 3, 3),
            (preview.GetProperty("count").GetInt32(), preview.GetProperty("recipients").GetInt32(),
                preview.GetProperty("excluded").GetInt32(), preview.GetProperty("sample").GetArrayLength()));

        var id = await CreateAsync(request);
        await driver.StepAsync(id, "launch");
        await driver.UntilAcceptedAsync(id, 3);
        Assert.Equal(
            ["c0003", "c0004", "c0005"], (await driver.LogAsync(id)).Select(row => row.GetProperty("customerId").GetString()));
    }

    [Fact]
    public async Task One_that_waits_for_its_time_can_be_taken_back_and_one_that_was_cancelled_cannot()
    {
        await driver.CustomersAsync(1);
        var id = await CreateAsync(new { name = "Later", rule = Everyone, schedule = new { at = "2126-12-01T09:00:00Z" } });
        await driver.StepAsync(id, "launch");
        var waiting = await driver.CampaignAsync(id);
        Assert.Equal(("scheduled", "2126-12-01T09:00:00Z"), (waiting.Text("status"), waiting.Text("startsAt")));
        await AssertRefusedAsync(id, HttpMethod.Delete);
        await AssertRefusedAsync(id, HttpMethod.Patch);

        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "unschedule")).StatusCode);
        Assert.Equal("draft", (await driver.CampaignAsync(id)).Text("status"));
        await driver.StepAsync(id, "launch");
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "cancel")).StatusCode);
        Assert.Equal("cancelled", (await driver.CampaignAsync(id)).Text("status"));
        Assert.Equal(HttpStatusCode.Conflict, (await driver.StepAsync(id, "launch")).StatusCode);
    }

    [Fact]
    public async Task A_test_message_reaches_the_given_addresses_and_no_log()
    {
        await driver.CustomersAsync(2);
        var id = await CreateAsync(new { name = "Hello", rule = Everyone, message = "Hi {{firstName}}" });
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsJsonAsync(
            $"/campaigns/{id}/test", new { addresses = new[] { "mara@example.com", "+91 98765 43210" } }, Cancellation);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(("Hi Customer", 2), (told.Text("text"), told.GetProperty("accepted").GetInt32()));
        Assert.Equal(
            ["+919876543210", "mara@example.com"],
            driver.Vendor.Batches.Single().Messages.Select(message => message.Recipient).Order(StringComparer.Ordinal));
        Assert.Equal("/vendor/receipt/test", driver.Vendor.Batches.Single().CallbackUrl.AbsolutePath);
        Assert.Empty(await driver.LogAsync(id));

        await client.PostAsJsonAsync("/suppressions", new { address = "gone@example.com" }, Cancellation);
        foreach (var wrong in (string[])["nobody", "GONE@example.com"])
        {
            using var refused = await client.PostAsJsonAsync(
                $"/campaigns/{id}/test", new { addresses = new[] { "mara@example.com", wrong } }, Cancellation);
            Assert.NotEmpty(await refused.ErrorAsync("addresses[1]"));
        }

        Assert.Single(driver.Vendor.Batches);
    }

    [Fact]
    public async Task A_segment_is_stored_without_sending_and_kept_while_a_waiting_campaign_needs_it()
    {
        await driver.CustomersAsync(2);
        var segment = await StoreSegmentAsync();
        Assert.Empty(await (await driver.ClientAsync()).GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation) ?? []);
        var id = await CreateAsync(new { name = "Diwali", segmentId = segment });

        var client = await driver.ClientAsync();
        using var refused = await client.PatchAsync($"/segments/{segment}", Json("""{"archived":true}"""), Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("“Diwali” (draft)", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        await client.DeleteAsync($"/campaigns/{id}", Cancellation);
        using var archived = await client.PatchAsync($"/segments/{segment}", Json("""{"archived":true,"name":"Old"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.OK, archived.StatusCode);
        Assert.Empty(await client.GetFromJsonAsync<JsonElement[]>("/segments", Cancellation) ?? []);
        var put = Assert.Single(await client.GetFromJsonAsync<JsonElement[]>("/segments?archived=true", Cancellation) ?? []);
        Assert.Equal("Old", put.Text("name"));
        using var late = await client.PostAsJsonAsync("/campaigns", new { name = "Late", segmentId = segment }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task A_segment_that_is_archived_while_a_draft_is_made_of_it_is_kept_or_the_draft_is_refused()
    {
        var client = await driver.ClientAsync();
        for (var i = 0; i < 10; i++)
        {
            var segment = await StoreSegmentAsync();
            var archive = client.PatchAsync($"/segments/{segment}", Json("""{"archived":true}"""), Cancellation);
            var make = client.PostAsJsonAsync("/campaigns", new { name = "Now", segmentId = segment }, Cancellation);
            using var archived = await archive;
            using var made = await make;
            Assert.False(archived.IsSuccessStatusCode && made.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task A_scheduled_campaign_reads_its_audience_when_its_time_comes()
    {
        await driver.CustomersAsync(1);
        var at = TimeProvider.System.GetUtcNow().AddSeconds(2);
        var id = await CreateAsync(new { name = "Soon", rule = Everyone, schedule = new { at } });
        await driver.StepAsync(id, "launch");
        Assert.Equal("scheduled", (await driver.CampaignAsync(id)).Text("status"));
        await driver.CustomersAsync(4);
        await driver.UntilAcceptedAsync(id, 4);
    }

    [Fact]
    public async Task Who_has_had_enough_is_passed_over_with_the_reason_and_a_transactional_campaign_reaches_them()
    {
        await using var capped = new CampaignDriver(("Account:FrequencyCaps:0:Messages", "1"), ("Account:FrequencyCaps:0:Days", "7"));
        await capped.CustomersAsync(2);
        var client = await capped.ClientAsync();
        var first = await LaunchAsync(new { name = "One", rule = new { email = "c0000@example.com" }, message = "Hi" });
        await capped.UntilAcceptedAsync(first, 1);

        var everybody = new { name = "All", rule = Everyone, message = "Hi" };
        using var previewed = await client.PostAsJsonAsync("/campaigns/preview", everybody, Cancellation);
        var preview = await previewed.JsonAsync();
        Assert.Equal((1, 1), (preview.Int("recipients"), preview.Int("capped")));
        var second = await LaunchAsync(everybody);
        await capped.UntilAcceptedAsync(second, 1);
        var row = Assert.Single(await capped.LogAsync(second, "SKIPPED"));
        Assert.Equal(("c0000", "capped"), (row.Text("customerId"), row.Text("failureReason")));

        var receipt = await LaunchAsync(new { name = "Receipt", rule = Everyone, message = "Thanks", transactional = true });
        await capped.UntilAcceptedAsync(receipt, 2);

        async Task<string> LaunchAsync(object request)
        {
            using var answer = await client.PostAsJsonAsync("/campaigns", request, Cancellation);
            var id = await IdOfAsync(answer);
            using var launched = await capped.StepAsync(id, "launch");
            return id;
        }
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private async Task<string> CreateAsync(object request)
    {
        using var answer = await (await driver.ClientAsync()).PostAsJsonAsync("/campaigns", request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var id = await IdOfAsync(answer);
        Assert.Equal($"/campaigns/{id}", answer.Headers.Location!.OriginalString);
        return id;
    }

    private static async Task<string> IdOfAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).Text("id")!;

    private async Task<HttpResponseMessage> PostWithKeyAsync(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/campaigns");
        request.Headers.Add("Idempotency-Key", "k");
        request.Content = JsonContent.Create(new { name, rule = Everyone });
        return await (await driver.ClientAsync()).SendAsync(request, Cancellation);
    }

    private async Task<string> StoreSegmentAsync(object? rule = null)
    {
        using var answer = await (await driver.ClientAsync()).PostAsJsonAsync(
            "/segments", new { name = "Stored", rule = rule ?? Everyone, send = false }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var stored = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(JsonValueKind.Null, stored.GetProperty("campaignId").ValueKind);
        return stored.Text("segmentId")!;
    }

    private async Task<JsonElement> ChangeAsync(string id, string change)
    {
        using var answer = await (await driver.ClientAsync()).PatchAsync($"/campaigns/{id}", Json(change), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task AssertRefusedAsync(string id, HttpMethod verb)
    {
        using var request = new HttpRequestMessage(verb, $"/campaigns/{id}");
        request.Content = verb == HttpMethod.Patch ? Json("""{"name":"Other"}""") : null;
        using var answer = await (await driver.ClientAsync()).SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path) =>
        await (await driver.ClientAsync()).GetFromJsonAsync<JsonElement>(path, Cancellation);
}
