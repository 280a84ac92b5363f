using System.Net;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>Who would get two campaigns that are scheduled close to each other, over HTTP.</summary>
public sealed class OverlapTests : IAsyncDisposable
{
    private readonly CampaignDriver driver = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task Those_who_are_in_both_are_counted_without_those_whom_either_leaves_out_or_nobody_can_reach()
    {
        await driver.CustomersAsync(6);
        await PostAsync("/customers", """{"id":"c0005","unsubscribed":true}""");
        var draft = await DraftAsync("""{"email":{"$ne":"c0000@example.com"}}""", "2126-12-03T09:00");
        var other = await ScheduleAsync("""{"$everyone":true}""", "2126-12-05T09:00", """{"rules":[{"email":"c0001@example.com"}]}""");
        var overlap = await OverlapAsync(draft);
        Assert.Equal((4, 3), (overlap.Int("audience"), overlap.Int("days")));
        var both = Assert.Single(overlap.GetProperty("others").EnumerateArray());
        Assert.Equal(
            (other, "x", 3, "2126-12-05T09:00:00Z"),
            (both.Text("campaignId"), both.Text("name"), both.Int("both"), both.Text("startsAt")));
    }

    [Fact]
    public async Task Who_got_a_campaign_that_either_leaves_out_is_not_in_both()
    {
        await driver.CustomersAsync(4);
        var earlier = await PostAsync("/segments", $$"""{"name":"e","message":"Hi","rule":{{In(0, 1)}} }""");
        await driver.UntilAcceptedAsync(earlier.Text("campaignId")!, 2);
        var draft = await DraftAsync("""{"$everyone":true}""", "2126-12-03T09:00");
        await ScheduleAsync("""{"$everyone":true}""", "2126-12-03T10:00", $$"""{"campaigns":["{{earlier.Text("campaignId")}}"]}""");
        var overlap = await OverlapAsync(draft);
        Assert.Equal((4, 2), (overlap.Int("audience"), overlap.GetProperty("others")[0].Int("both")));
    }

    [Fact]
    public async Task Only_scheduled_ones_within_the_days_before_and_after_it_are_others_and_the_first_is_first()
    {
        await driver.CustomersAsync(1);
        var draft = await DraftAsync("""{"$everyone":true}""", "2126-12-10T09:00");
        var after = await ScheduleAsync("""{"$everyone":true}""", "2126-12-13T09:00");
        var before = await ScheduleAsync("""{"$everyone":true}""", "2126-12-07T09:00");
        await ScheduleAsync("""{"$everyone":true}""", "2126-12-13T09:01");
        await DraftAsync("""{"$everyone":true}""", "2126-12-10T09:00");
        Assert.Equal([before, after], await OthersAsync(draft, ""));
        Assert.Equal(3, (await OthersAsync(draft, "?days=4")).Count());
        Assert.Empty(await OthersAsync(draft, "?days=1"));
        Assert.DoesNotContain(after, await OthersAsync(after, "?days=31"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("32")]
    [InlineData("three")]
    public async Task A_range_that_is_none_is_refused(string days)
    {
        var draft = await DraftAsync("""{"$everyone":true}""", "2126-12-10T09:00");
        using var answer = await (await driver.ClientAsync()).GetAsync($"/campaigns/{draft}/overlap?days={days}", Cancellation);
        Assert.Equal($"days is '{days}'; it must be a whole number from 1 to 31, such as 3.", await answer.ErrorAsync("days"));
    }

    [Fact]
    public async Task Of_one_that_has_begun_or_is_not_there_nothing_is_told()
    {
        await driver.CustomersAsync(1);
        var begun = await driver.LaunchAsync();
        var client = await driver.ClientAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await client.GetAsync($"/campaigns/{begun}/overlap", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/campaigns/nowhere/overlap", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Of_one_that_is_just_starting_it_is_said_so()
    {
        var id = await ScheduleAsync("""{"$everyone":true}""", "2126-12-10T09:00");
        var now = new DateTimeOffset(2126, 12, 10, 9, 0, 0, TimeSpan.Zero);
        await driver.Api.Services.GetRequiredService<IDraftStore>().TakeAsync(id, now, null, now, Cancellation);
        var client = await driver.ClientAsync();
        foreach (var answer in new[]
        {
            await client.GetAsync($"/campaigns/{id}/overlap", Cancellation), await client.DeleteAsync($"/campaigns/{id}", Cancellation),
        })
        {
            var problem = await answer.ProblemAsync(HttpStatusCode.Conflict);
            Assert.EndsWith("is just starting.", problem.Text("detail"), StringComparison.Ordinal);
            answer.Dispose();
        }
    }

    [Theory]
    [InlineData("null", 5)]
    [InlineData("{\"campaigns\":[\"EARLIER\"]}", 4)]
    public async Task Each_two_of_some_are_compared_and_all_who_are_in_any_are_counted(string exclude, int any)
    {
        await driver.CustomersAsync(6);
        var earlier = await PostAsync("/segments", """{"name":"e","rule":{"email":"c0000@example.com"},"message":"Hi"}""");
        await driver.UntilAcceptedAsync(earlier.Text("campaignId")!, 1);
        exclude = exclude.Replace("EARLIER", earlier.Text("campaignId"), StringComparison.Ordinal);
        string[] ids =
        [
            await DraftAsync(In(0, 1, 2), "2126-12-03T09:00", exclude), await ScheduleAsync(In(1, 2, 3), "2126-12-04T09:00"),
            await DraftAsync(In(2, 3, 4), "2126-12-05T09:00"),
        ];
        var table = await PostAsync("/campaigns/overlap", JsonSerializer.Serialize(new { campaigns = ids }));
        Assert.Equal(any, table.Int("any"));
        Assert.Equal(
            [(ids[0], any - 2), (ids[1], 3), (ids[2], 3)],
            table.GetProperty("campaigns").EnumerateArray().Select(one => (one.Text("campaignId")!, one.Int("audience"))));
        Assert.Equal(
            [(ids[0], ids[1], 2), (ids[0], ids[2], 1), (ids[1], ids[2], 2)],
            table.GetProperty("pairs").EnumerateArray().Select(pair => (
                pair.GetProperty("campaigns")[0].GetString()!, pair.GetProperty("campaigns")[1].GetString()!, pair.Int("both"))));
    }

    [Fact]
    public async Task Too_few_too_many_twice_the_same_or_what_is_no_draft_is_refused_with_its_place()
    {
        await driver.CustomersAsync(1);
        var draft = await DraftAsync(In(0), "2126-12-03T09:00");
        var begun = await driver.LaunchAsync();
        (string[] Ids, string Field)[] faults =
        [
            ([draft], "campaigns"), ([draft, draft], "campaigns"), ([draft, "a", "b", "c", "d", "e"], "campaigns"),
            ([draft, "nowhere"], "campaigns[1]"), ([begun, draft], "campaigns[0]"),
        ];
        foreach (var (ids, field) in faults)
        {
            using var answer = await (await driver.ClientAsync()).PostAsJsonAsync(
                "/campaigns/overlap", new { campaigns = ids }, Cancellation);
            Assert.NotEmpty(await answer.ErrorAsync(field));
        }
    }

    private static string In(params int[] customers) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["email"] = new Dictionary<string, object> { ["$in"] = customers.Select(i => $"c{i:0000}@example.com") },
    });

    private async Task<IEnumerable<string?>> OthersAsync(string id, string query) =>
        (await OverlapAsync(id, query)).GetProperty("others").EnumerateArray().Select(other => other.Text("campaignId"));

    private async Task<JsonElement> OverlapAsync(string id, string query = "")
    {
        using var answer = await (await driver.ClientAsync()).GetAsync($"/campaigns/{id}/overlap{query}", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private async Task<string> ScheduleAsync(string rule, string at, string exclude = "null")
    {
        var id = await DraftAsync(rule, at, exclude);
        using var launched = await driver.StepAsync(id, "launch");
        Assert.Equal(HttpStatusCode.Accepted, launched.StatusCode);
        return id;
    }

    private async Task<string> DraftAsync(string rule, string at, string exclude = "null") =>
        (await PostAsync(
            "/campaigns",
            $$"""{"name":"x","rule":{{rule}},"message":"Hi","schedule":{"at":"{{at}}"},"exclude":{{exclude}}}""")).Text("id")!;

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var answer = await (await driver.ClientAsync()).PostAsync(
            path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.JsonAsync();
    }
}
