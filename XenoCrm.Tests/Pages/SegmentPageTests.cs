using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class SegmentPageTests : IAsyncLifetime
{
    private readonly ApiServer api = new();
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => client = await api.SignedInAsync();

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Without_segments_the_list_says_what_they_are_and_where_to_begin()
    {
        var html = await client.GetStringAsync("/app/segments", Cancellation);
        Assert.Contains("No segment yet", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/campaigns/new\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_each_segment_with_its_size_its_last_use_and_who_made_it()
    {
        var (segment, campaign) = await SentAsync("Good <b>customers</b>");
        var html = await client.GetStringAsync("/app/segments", Cancellation);
        Assert.Contains($"href=\"/app/segments/{segment}\"", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/app/campaigns/{campaign}\"", html, StringComparison.Ordinal);
        Assert.Contains("Good &lt;b&gt;customers&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<data class=\"number\" value=\"2\">2</data>", html, StringComparison.Ordinal);
        Assert.Contains("mara@example.com", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_is_told_in_words_as_blocks_and_as_JSON_with_ways_to_its_customers()
    {
        var (segment, campaign) = await SentAsync("Good customers");
        var html = WebUtility.HtmlDecode(await client.GetStringAsync($"/app/segments/{segment}", Cancellation));
        Assert.Contains("Customers whose city is “Pune” and not (tagged “vip” or with at least 3 orders).", html, StringComparison.Ordinal);
        Assert.Contains("none of", html, StringComparison.Ordinal);
        Assert.Contains("""{"$and":[{"city":"Pune"},{"$not":{"$or":[{"tags":"vip"},""", html, StringComparison.Ordinal);
        Assert.Contains("/app/customers?rule=%7B", html, StringComparison.Ordinal);
        Assert.Contains($"/segments/{segment}/customers.csv", html, StringComparison.Ordinal);
        Assert.Contains($"/app/campaigns/{campaign}", html, StringComparison.Ordinal);
        Assert.Contains($"/app/campaigns/new?segment={segment}", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_who_can_be_reached_leads_to_exactly_them()
    {
        var (segment, _) = await SentAsync("Good customers");
        (await client.PostAsJsonAsync("/customers", new { id = "b", unsubscribed = true }, Cancellation)).EnsureSuccessStatusCode();

        foreach (var page in (string[])[$"/app/segments/{segment}?wait=true", "/app/home"])
        {
            var html = WebUtility.HtmlDecode(await client.GetStringAsync(page, Cancellation));
            var way = Regex.Match(html, """href="(/app/customers\?rule=[^"]*unsubscribed[^"]*)">""").Groups[1].Value;
            var list = await client.GetStringAsync(way, Cancellation);
            Assert.Contains("href=\"/app/customers/a\"", list, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"/app/customers/b\"", list, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_may_only_look_is_offered_nothing_to_send()
    {
        var (segment, _) = await SentAsync("Good customers");
        using var viewer = await api.SignedInAsync("vic@example.com", "viewer");
        var html = await viewer.GetStringAsync($"/app/segments/{segment}", Cancellation);
        Assert.DoesNotContain("/app/campaigns/new", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_is_not_there_is_a_page_with_404()
    {
        using var answer = await client.GetAsync("/app/segments/none", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_words_that_customers_have_are_suggested()
    {
        await SentAsync("Good customers");
        var words = JsonDocument.Parse(await client.GetStringAsync("/app/segments/words", Cancellation)).RootElement;
        Assert.Equal("Pune", words.GetProperty("cities")[0].GetString());
        Assert.Equal("plan", words.GetProperty("attributeKeys")[0].GetString());
    }

    private async Task<(string Segment, string Campaign)> SentAsync(string name)
    {
        object[] people =
        [
            new { id = "a", name = "Asha Rao", email = "asha@example.com", city = "Pune", attributes = new { plan = "Gold" } },
            new { id = "b", name = "Ben Ode", email = "ben@example.com", city = "Pune" },
        ];
        (await client.PostAsJsonAsync("/customers/bulk", people, Cancellation)).EnsureSuccessStatusCode();
        var rule = JsonDocument.Parse("""{"$and":[{"city":"Pune"},{"$not":{"$or":[{"tags":"vip"},{"visits":{"$gte":3}}]}}]}""").RootElement;
        var answer = await client.PostAsJsonAsync("/segments", new { name, rule, message = "Hi" }, Cancellation);
        answer.EnsureSuccessStatusCode();
        var body = await answer.JsonAsync();
        return (body.GetProperty("segmentId").GetString()!, body.GetProperty("campaignId").GetString()!);
    }
}
