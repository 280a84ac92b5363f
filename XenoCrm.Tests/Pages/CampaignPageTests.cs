using System.Globalization;
using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

/// <summary>The campaigns' pages over HTTP. The vendor is not there, so that what is begun goes on waiting.</summary>
public sealed class CampaignPageTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_history_shows_what_was_begun_with_its_people_and_state()
    {
        var id = await LaunchAsync("history", "Autumn <sale> & more");
        var html = await PageAsync("/app/campaigns");
        Assert.Contains($"href=\"/app/campaigns/{id}\">Autumn &lt;sale&gt; &amp; more</a>", html, StringComparison.Ordinal);
        Assert.Contains("data-state=\"sending\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_shows_one_state_alone_and_says_where_there_is_none()
    {
        var id = await LaunchAsync("filtered");
        Assert.Contains(id, await PageAsync("/app/campaigns?status=sending"), StringComparison.Ordinal);
        var completed = await PageAsync("/app/campaigns?status=completed&tag=nothing");
        Assert.Contains("No campaign fits these filters.", completed, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/campaigns?status=completed\">All tags</a>", completed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/campaigns?status=evil", "status is one of draft, scheduled, sending, paused, completed, cancelled.")]
    [InlineData("/app/campaigns/{0}?status=evil", "status is one of PENDING, SKIPPED, FAILED, SENT.")]
    public async Task A_state_that_does_not_exist_is_said_and_nothing_is_shown_for_it(string address, string words)
    {
        var id = await LaunchAsync("evil");
        var html = await PageAsync(string.Format(CultureInfo.InvariantCulture, address, id));
        Assert.Contains(words, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<table class=\"list\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_campaigns_the_history_says_what_one_is_and_how_to_begin()
    {
        using var api = new ApiServer();
        using var client = await api.SignedInAsync();
        var html = await client.GetStringAsync("/app/campaigns", Cancellation);
        Assert.Contains("No campaign yet", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/campaigns/new\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_shows_its_message_its_counts_and_whom_it_is_for()
    {
        var id = await LaunchAsync("shown");
        var html = await PageAsync($"/app/campaigns/{id}");
        Assert.Contains("Hi {{firstName}}", html, StringComparison.Ordinal);
        Assert.Contains("0 sent, 0 failed, 0 skipped, 2 waiting, of 2", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/app/campaigns/{id}?status=PENDING#log\" data-stat=\"pending\"", html, StringComparison.Ordinal);
        Assert.Contains("<bdi class=\"cut\">Mara Stein</bdi></a>", html, StringComparison.Ordinal);
        Assert.Contains(">shown.mara@example.com</span>", html, StringComparison.Ordinal);
        Assert.Contains("Hi Mara", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_forms_pause_resume_and_cancel_it()
    {
        var id = await LaunchAsync("steps");
        await StepAsync(id, "pause");
        var paused = await PageAsync($"/app/campaigns/{id}");
        Assert.Contains("Paused by mara@example.com.", paused, StringComparison.Ordinal);
        Assert.Contains($"action=\"/app/campaigns/{id}/resume\"", paused, StringComparison.Ordinal);
        Assert.DoesNotContain("/pause\"", paused, StringComparison.Ordinal);

        await StepAsync(id, "resume");
        Assert.Contains("data-state=\"sending\"", await PageAsync($"/app/campaigns/{id}"), StringComparison.Ordinal);

        await StepAsync(id, "cancel");
        Assert.Contains("data-state=\"cancelled\"", await PageAsync($"/app/campaigns/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_its_state_does_not_allow_is_a_page_with_the_reason()
    {
        var id = await LaunchAsync("refused");
        using var answer = await server.Client.SubmitAsync($"/app/campaigns/{id}/resume");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("Only a paused campaign can be resumed; this one is sending.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_sees_a_campaign_without_its_steps_and_is_refused_them_as_a_page()
    {
        var id = await LaunchAsync("viewer");
        using var viewer = await server.Api.SignedInAsync("vera@example.com", "viewer");
        var html = await viewer.GetStringAsync($"/app/campaigns/{id}", Cancellation);
        Assert.DoesNotContain("method=\"post\" action=\"/app/campaigns", html, StringComparison.Ordinal);

        using var answer = await viewer.SubmitAsync($"/app/campaigns/{id}/pause");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_log_shows_one_person_or_one_state_alone()
    {
        var id = await LaunchAsync("search");
        var one = await PageAsync($"/app/campaigns/{id}?q=search.mara");
        Assert.Contains(">search.mara@example.com</span>", one, StringComparison.Ordinal);
        Assert.DoesNotContain(">search.bo@example.com</span>", one, StringComparison.Ordinal);
        Assert.Contains("No message fits this search.", await PageAsync($"/app/campaigns/{id}?status=SENT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_fits_too_many_people_says_so_and_keeps_what_was_typed()
    {
        var id = await LaunchAsync("many");
        var people = Enumerable.Range(0, 201).Select(i => new { name = "Crowd", email = $"crowd{i}@example.com" });
        (await server.PostAsync("/customers/bulk", JsonSerializer.Serialize(people))).EnsureSuccessStatusCode();
        var html = await PageAsync($"/app/campaigns/{id}?q=crowd");
        Assert.Contains("More than 200 customers have that in their name or address. Say more of it.", html, StringComparison.Ordinal);
        Assert.Contains("value=\"crowd\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_links_each_person_by_name_and_says_who_was_erased()
    {
        var id = await LaunchAsync("people");
        var log = await (await server.Client.GetAsync($"/campaigns/{id}/logs", Cancellation)).JsonAsync();
        var rows = log.EnumerateArray().ToDictionary(row => row.Text("recipient")!, row => row.Text("customerId")!);
        (await server.Client.DeleteAsync($"/customers/{rows["people.bo@example.com"]}", Cancellation)).EnsureSuccessStatusCode();

        var html = await PageAsync($"/app/campaigns/{id}");
        Assert.Contains(
            $"<a href=\"/app/customers/{rows["people.mara@example.com"]}\"><bdi class=\"cut\">Mara Stein</bdi></a>", html,
            StringComparison.Ordinal);
        Assert.DoesNotContain($"/app/customers/{rows["people.bo@example.com"]}", html, StringComparison.Ordinal);
        Assert.Contains("erased with the person", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_message_is_folded_and_has_its_links_to_follow_when_it_is_opened()
    {
        var id = await LaunchAsync(
            "folded", message: "Hi {{firstName}}, we have missed you for a long time, come and see us. Out: {{unsubscribeUrl}}");
        var html = await PageAsync($"/app/campaigns/{id}?q=folded.mara");
        Assert.Contains("<summary dir=\"auto\">Hi Mara, we have missed you", html, StringComparison.Ordinal);
        Assert.Matches(
            "<p class=\"message\" dir=\"auto\">Hi Mara, [^<]* Out: <a href=\"(http[^\"]*/unsubscribe/[^\"]+)\" [^>]*>\\1</a></p>", html);
    }

    [Fact]
    public async Task How_it_went_is_a_page_and_a_part_of_the_campaigns()
    {
        var id = await LaunchAsync("insight");
        Assert.Contains("<!DOCTYPE html>", await PageAsync($"/app/campaigns/{id}/insight"), StringComparison.Ordinal);
        var part = await PageAsync($"/app/campaigns/{id}/insight?part=true");
        Assert.StartsWith("<h2>How it went</h2>", part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_that_is_not_there_is_a_page_that_says_so()
    {
        using var answer = await server.Client.GetAsync("/app/campaigns/unknown", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such campaign.", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task<string> PageAsync(string path) => await server.Client.GetStringAsync(path, Cancellation);

    private async Task StepAsync(string id, string step)
    {
        using var answer = await server.Client.SubmitAsync($"/app/campaigns/{id}/{step}");
        Assert.Equal((HttpStatusCode.Found, $"/app/campaigns/{id}"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    /// <summary>A campaign for Mara and Bo, who are this test's own.</summary>
    private async Task<string> LaunchAsync(string test, string? name = null, string message = "Hi {{firstName}}")
    {
        (await server.PostAsync("/customers/bulk", JsonSerializer.Serialize(new[]
        {
            new { name = "Mara Stein", email = $"{test}.mara@example.com", city = test },
            new { name = "Bo Ode", email = $"{test}.bo@example.com", city = test },
        }))).EnsureSuccessStatusCode();
        using var answer = await server.PostAsync(
            "/segments", JsonSerializer.Serialize(new { name = name ?? test, rule = new { city = test }, message }));
        answer.EnsureSuccessStatusCode();
        return (await answer.JsonAsync()).GetProperty("campaignId").GetString()!;
    }
}
