using System.Net;
using System.Text.RegularExpressions;
using XenoCrm.Api.Http;
using XenoCrm.Tests.Auth;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed partial class SignInPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData(PageRoute.SignIn)]
    public async Task Whoever_is_nobody_gets_a_page_whose_files_and_links_are_all_there(string path)
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        var html = await PageAsync(client, path);
        var links = Link().Matches(html).Select(link => link.Groups["to"].Value).Where(link => link.StartsWith('/')).ToList();
        Assert.Superset(new HashSet<string> { "/swagger/index.html", "/openapi/v1.json", "/health" }, links.ToHashSet());
        Assert.Contains(
            links, link => link.StartsWith("/assets/app.", StringComparison.Ordinal) && link.EndsWith(".css", StringComparison.Ordinal));
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
        Assert.DoesNotMatch("<script(?![^>]* src=\"/)|<style| style=| on[a-z]+=|http:|https:", await PageAsync(client));
    }

    [Fact]
    public async Task In_Development_any_address_comes_in_and_goes_to_the_page_that_was_asked_for()
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        using var asked = await client.GetAsync("/app/campaigns?cursor=", Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        var signIn = $"{asked.Headers.Location}";
        Assert.StartsWith($"{PageRoute.SignIn}?returnUrl=", signIn, StringComparison.Ordinal);
        var back = Hidden().Match(await PageAsync(client, signIn)).Groups["value"].Value;
        using var done = await SignInAsync(client, ("email", "mara@example.com"), ("role", "viewer"), ("returnUrl", back));
        Assert.Equal(("/app/campaigns?cursor=", HttpStatusCode.Redirect), ($"{done.Headers.Location}", done.StatusCode));
        Assert.Equal("viewer", (await (await client.GetAsync("/auth/me", Cancellation)).JsonAsync()).Text("role"));
    }

    [Fact]
    public async Task A_form_that_is_wrong_is_shown_again_with_what_was_typed()
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        using var answer = await SignInAsync(client, ("email", "no address"), ("returnUrl", "/app/campaigns"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("value=\"no address\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"/app/campaigns\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    public async Task Nobody_is_led_to_another_site(string returnUrl)
    {
        using var api = new ApiServer();
        using var client = api.Anonymous();
        Assert.DoesNotContain(
            "evil", await PageAsync(client, $"{PageRoute.SignIn}?returnUrl={Uri.EscapeDataString(returnUrl)}"), StringComparison.Ordinal);
        using var done = await SignInAsync(client, ("email", "mara@example.com"), ("returnUrl", returnUrl));
        Assert.Equal("/", $"{done.Headers.Location}");
    }

    [Fact]
    public async Task Who_signs_out_is_nobody_again()
    {
        using var api = new ApiServer();
        using var client = await api.SignedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/app/campaigns", Cancellation)).StatusCode);
        using var done = await client.SubmitAsync("/app/sign-out");
        Assert.Equal("/", $"{done.Headers.Location}");
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/app/campaigns", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Where_Google_is_configured_it_leads_there_and_does_not_speak_of_another_way()
    {
        await using var google = new GoogleServer("Production", ("Webhooks:Secrets:0", "a-secret-of-more-than-24-characters"));
        using var client = google.Api.Anonymous();
        var html = await PageAsync(client, $"{PageRoute.SignIn}?returnUrl=%2Fapp%2Fcampaigns");
        Assert.Contains("href=\"/auth/google?returnUrl=%2Fapp%2Fcampaigns\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", html, StringComparison.Ordinal);
        using var other = await SignInAsync(client, ("email", "mara@example.com"));
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        Assert.False(other.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Where_nobody_can_sign_in_it_says_so()
    {
        var settings = new Dictionary<string, string?> { ["Webhooks:Secrets:0"] = "a-secret-of-more-than-24-characters" };
        using var api = new ApiServer(settings, host => host.UseEnvironment("Production"));
        using var client = api.Anonymous();
        Assert.Contains("Nobody can sign in yet", await PageAsync(client), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, params (string Name, string Value)[] fields) =>
        client.SubmitAsync(PageRoute.SignIn, fields);

    private static async Task<string> PageAsync(HttpClient client, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(SecurityHeaders.PagePolicy, answer.Headers.GetValues("Content-Security-Policy").Single());
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [GeneratedRegex("(?:href|src)=\"(?<to>[^\"]+)\"")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"returnUrl\" value=\"(?<value>[^\"]+)\"")]
    private static partial Regex Hidden();
}
