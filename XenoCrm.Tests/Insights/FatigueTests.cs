using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Pages;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>Who has had how many messages, over HTTP.</summary>
public sealed class FatigueTests : IAsyncDisposable
{
    private readonly CampaignDriver driver = new(("Account:FrequencyCaps:0:Messages", "2"), ("Account:FrequencyCaps:0:Days", "7"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task People_are_counted_by_how_many_messages_they_had_from_none_on()
    {
        var empty = await FatigueAsync();
        Assert.Equal(("[]", JsonValueKind.Null), (StepsOf(empty), empty.GetProperty("top").ValueKind));
        await driver.CustomersAsync(3);
        await SendAsync("""{"email":"c0000@example.com"}""", 1);
        await SendAsync("""{"$everyone":true}""", 3);
        var fatigue = await FatigueAsync();
        Assert.Equal("1×2 2×1", StepsOf(fatigue));
        Assert.Equal((30, 3, 4, 1), (fatigue.Int("days"), fatigue.Int("customers"), fatigue.Int("messages"), fatigue.Int("capped")));
        Assert.Equal("""{"people":1,"atLeast":2,"messages":2}""", fatigue.GetProperty("top").GetRawText());
        await driver.CustomersAsync(13);
        Assert.Equal("0×10 1×2 2×1", StepsOf(await FatigueAsync("?days=1")));
    }

    [Fact]
    public async Task Who_was_erased_counts_no_more()
    {
        await driver.CustomersAsync(2);
        await SendAsync("""{"$everyone":true}""", 2);
        await (await driver.ClientAsync()).DeleteAsync("/customers/c0000", Cancellation);
        Assert.Equal("1×1", StepsOf(await FatigueAsync()));
    }

    [Fact]
    public async Task Without_caps_nobody_is_at_one()
    {
        var client = await driver.ClientAsync();
        await client.PatchAsync("/account", Json("""{"frequencyCaps":[]}"""), Cancellation);
        Assert.Equal(JsonValueKind.Null, (await FatigueAsync()).GetProperty("capped").ValueKind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("91")]
    [InlineData("many")]
    public async Task A_range_that_is_none_is_refused(string days)
    {
        using var answer = await (await driver.ClientAsync()).GetAsync($"/insights/fatigue?days={days}", Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync("days"));
    }

    [Fact]
    public async Task The_pages_say_it_for_all_and_for_one_person()
    {
        var client = await driver.ClientAsync();
        Assert.Contains("Nobody was sent anything in the last 30 days.", await client.PageAsync("/app/fatigue"), StringComparison.Ordinal);
        await driver.CustomersAsync(2);
        await SendAsync("""{"$everyone":true}""", 2);
        await SendAsync("""{"$everyone":true}""", 2);
        var html = await client.PageAsync("/app/fatigue?days=7");
        Assert.Matches("went out in the last\\s+7 days", html);
        Assert.Matches("<th scope=\"row\">2</th>\\s*<td class=\"n\"><data class=\"number\" value=\"2\">2</data></td>", html);
        Assert.Contains(
            "2 messages in the last 7 days, 2 in the last 30.", await client.PageAsync("/app/customers/c0001"), StringComparison.Ordinal);
        await client.PageAsync("/app/fatigue?days=0", HttpStatusCode.OK);
    }

    private async Task SendAsync(string rule, int count)
    {
        var client = await driver.ClientAsync();
        var answer = await client.PostAsync("/segments", Json($$"""{"name":"x","rule":{{rule}},"message":"Hi"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await driver.UntilAcceptedAsync((await answer.JsonAsync()).Text("campaignId")!, count);
    }

    private async Task<JsonElement> FatigueAsync(string query = "") =>
        await (await (await driver.ClientAsync()).GetAsync("/insights/fatigue" + query, Cancellation)).JsonAsync();

    private static string StepsOf(JsonElement fatigue)
    {
        var steps = string.Join(
            ' ',
            fatigue.GetProperty("people").EnumerateArray()
                .Where(step => step.Int("people") > 0)
                .Select(step => $"{step.Int("messages")}×{step.Int("people")}"));
        return steps.Length == 0 ? "[]" : steps;
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
