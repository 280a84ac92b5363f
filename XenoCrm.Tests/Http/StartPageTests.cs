using System.Net;
using System.Text.RegularExpressions;
using XenoCrm.Api.Http;
using XenoCrm.Tests.Auth;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

public sealed partial class StartPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_comes_to_the_root_gets_a_page_whose_links_all_lead_somewhere()
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        var html = await PageAsync(client);
        var links = Link().Matches(html).Select(link => link.Groups["to"].Value).Where(link => link.StartsWith('/')).ToList();
        Assert.Superset(new HashSet<string> { "/swagger/index.html", "/openapi/v1.json", "/health", "/start.css" }, links.ToHashSet());
        foreach (var link in links)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(link, Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task The_page_has_nothing_in_it_that_the_policy_forbids()
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        Assert.DoesNotMatch("<script|<style|style=|onclick|http:|https:", await PageAsync(client));
        using var style = await client.GetAsync("/start.css", Cancellation);
        Assert.Equal("text/css", style.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task In_Development_it_says_how_to_come_in_without_an_account()
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        var html = await PageAsync(client);
        Assert.Contains("POST /auth/dev", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/auth/google", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_Google_is_configured_it_leads_there_and_does_not_speak_of_another_way()
    {
        await using var google = new GoogleServer("Production", ("Webhooks:Secrets:0", "a-secret-of-more-than-24-characters"));
        using var client = google.Api.Anonymous();
        var html = await PageAsync(client);
        Assert.Contains("href=\"/auth/google?returnUrl=/swagger\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/auth/dev", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_can_sign_in_it_says_so()
    {
        var settings = new Dictionary<string, string?> { ["Webhooks:Secrets:0"] = "a-secret-of-more-than-24-characters" };
        using var api = new ApiServer(settings, host => host.UseEnvironment("Production"));
        using var client = api.Anonymous();
        Assert.Contains("Nobody can sign in yet", await PageAsync(client), StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(SecurityHeaders.PagePolicy, answer.Headers.GetValues("Content-Security-Policy").Single());
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    [GeneratedRegex("href=\"(?<to>[^\"]+)\"")]
    private static partial Regex Link();
}
