using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed class CalendarPageTests : IAsyncLifetime
{
    private readonly ApiServer api = new(new Dictionary<string, string?> { ["Account:TimeZone"] = "Asia/Kolkata" });

    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        client = await api.SignedInAsync("mara@example.com");
        await PostAsync("/customers", """{"id":"c1","name":"Asha","email":"asha@example.com"}""");
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_campaign_stands_on_the_day_of_the_accounts_zone_on_which_it_starts()
    {
        // 1 December in India, 30 November in London.
        var id = await ScheduleAsync("Diwali <lights>", "2126-11-30T20:00:00Z");
        var html = await client.PageAsync("/app/calendar?month=2126-12");
        Assert.Contains("<h2>December 2126</h2>", html, StringComparison.Ordinal);
        Assert.Contains("1 campaign is scheduled. Times are those of Asia/Kolkata.", html, StringComparison.Ordinal);
        Assert.Matches(
            $"<span class=\"date\">1</span>\\s*</p>\\s*<ul>\\s*<li>\\s*<span class=\"when\">01:30</span>[^§]*/app/campaigns/{id}", html);
        Assert.Contains("href=\"/app/calendar?month=2126-11\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/calendar?month=2127-01\"", html, StringComparison.Ordinal);
        Assert.Contains($"data-load=\"/app/campaigns/{id}/overlap?count=true\"", html, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing is scheduled for November 2126.", await client.PageAsync("/app/calendar?month=2126-11"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_began_today_stands_on_today_with_its_state()
    {
        var begun = (await PostAsync("/segments", """{"name":"Now","rule":{"$everyone":true},"message":"Hi"}""")).Text("campaignId");
        var html = await client.PageAsync("/app/calendar");
        var today = Regex.Match(html, "aria-current=\"date\">[^§]*?</td>").Value;
        Assert.Contains("<span class=\"today\">today</span>", today, StringComparison.Ordinal);
        Assert.Contains($"/app/campaigns/{begun}", today, StringComparison.Ordinal);
        Assert.Contains("data-state=\"sending\"", today, StringComparison.Ordinal);
        Assert.Contains("1 campaign started. Nothing is scheduled.", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-02", 28, 4)]
    [InlineData("2024-02", 29, 5)]
    [InlineData("2026-11", 30, 6)]
    [InlineData("2026-12", 31, 5)]
    [InlineData("1970-01", 31, 5)]
    [InlineData("9000-12", 31, 5)]
    public async Task A_month_has_its_days_in_whole_weeks(string month, int days, int weeks)
    {
        var page = await client.PageAsync($"/app/calendar?month={month}");
        var html = Regex.Match(page, "<table class=\"calendar\">[^§]*?</table>").Value;
        Assert.Equal(
            Enumerable.Range(1, days).Select(day => day.ToString(CultureInfo.InvariantCulture)),
            Regex.Matches(html, "<span class=\"date\">(\\d+)</span>").Select(day => day.Groups[1].Value));
        Assert.Equal((weeks * 7) - days, Regex.Count(html, "<td class=\"other\">"));
        Assert.Equal(weeks + 1, Regex.Count(html, "<tr"));
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("0001-01")]
    [InlineData("9999-12")]
    [InlineData("next")]
    public async Task What_is_no_month_is_this_one(string month) => Assert.Contains(
        "aria-current=\"date\"", await client.PageAsync($"/app/calendar?month={month}"), StringComparison.Ordinal);

    [Fact]
    public async Task A_draft_says_which_other_campaigns_its_people_get()
    {
        var id = await ScheduleAsync("Diwali", "2126-12-03T09:00");
        var other = await ScheduleAsync("Winter", "2126-12-04T18:30");
        Assert.Contains($"/app/campaigns/{id}/overlap", await client.PageAsync($"/app/campaigns/{id}"), StringComparison.Ordinal);
        var part = await client.PageAsync($"/app/campaigns/{id}/overlap");
        Assert.Matches(
            $"1</data> of its audience also\\s+gets “<a href=\"/app/campaigns/{other}\" dir=\"auto\">Winter</a>” on 4 December, 18:30",
            part);
        Assert.DoesNotContain("in its audience now", part, StringComparison.Ordinal);
        Assert.Contains("in its audience now", await client.PageAsync($"/app/campaigns/{id}/overlap?count=true"), StringComparison.Ordinal);
        await client.PageAsync("/app/campaigns/nowhere/overlap", HttpStatusCode.NotFound);
    }

    private async Task<string> ScheduleAsync(string name, string at)
    {
        var id = (await PostAsync(
            "/campaigns", $$"""{"name":"{{name}}","schedule":{"at":"{{at}}"},"rule":{"$everyone":true},"message":"Hi"}""")).Text("id")!;
        await PostAsync($"/campaigns/{id}/launch", "");
        return id;
    }

    private async Task<System.Text.Json.JsonElement> PostAsync(string path, string body)
    {
        using var content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, content, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.JsonAsync();
    }
}
