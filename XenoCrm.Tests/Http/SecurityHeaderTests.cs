using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using XenoCrm.Api.Http;
using XenoCrm.Api.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

public sealed partial class SecurityHeaderTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/customers", HttpStatusCode.OK)]
    [InlineData("/customers/nobody", HttpStatusCode.NotFound)]
    [InlineData("/customers?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/no/such/route", HttpStatusCode.NotFound)]
    [InlineData("/auth/dev", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    [InlineData("/alive", HttpStatusCode.OK)]
    public async Task Every_answer_has_them(string path, HttpStatusCode status)
    {
        using var answer = await server.Client.GetAsync(path, Cancellation);
        Assert.Equal(status, answer.StatusCode);
        AssertHeaders(answer, SecurityHeaders.DataPolicy);
        Assert.True(answer.Headers.CacheControl?.NoStore, $"{answer.Headers.CacheControl}");
    }

    [Fact]
    public async Task Refusals_have_them_too()
    {
        using var nobody = server.Api.Anonymous();
        using var unauthorized = await nobody.GetAsync("/customers", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, unauthorized.StatusCode);
        AssertHeaders(unauthorized, SecurityHeaders.DataPolicy);
        using var unsigned = await nobody.PostAsync(
            "/vendor/receipt", new StringContent("[]", Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
        AssertHeaders(unsigned, SecurityHeaders.DataPolicy);
        using var large = await server.PostAsync("/customers", new string(' ', (1024 * 1024) + 1));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        AssertHeaders(large, SecurityHeaders.DataPolicy);
    }

    [Fact]
    public async Task An_error_of_ours_has_them_and_tells_nothing_of_the_inside()
    {
        using var api = new ApiServer(
            configure: web =>
                web.ConfigureServices(
                    services => services.AddSingleton<SegmentService>(_ => throw new InvalidDataException("the inside"))));
        using var client = await api.SignedInAsync();
        using var answer = await client.GetAsync("/segments", Cancellation);
        await answer.ProblemAsync(HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("inside", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        AssertHeaders(answer, SecurityHeaders.DataPolicy);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task A_stream_of_events_has_them()
    {
        await server.PostAsync("/customers", """{"id":"sse","name":"Mara","email":"sse@example.com"}""");
        using var launched = await server.PostAsync("/segments", """{"name":"S","rule":{"city":"Nowhere"}}""");
        var campaign = (await launched.JsonAsync()).Text("campaignId");
        using var answer = await server.Client.GetAsync(
            $"/campaigns/{campaign}/events", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        AssertHeaders(answer, SecurityHeaders.DataPolicy);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task The_description_page_is_for_everybody_and_has_nothing_that_its_policy_forbids()
    {
        using var nobody = server.Api.Anonymous();
        using var answer = await nobody.GetAsync("/swagger/index.html", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        AssertHeaders(answer, SecurityHeaders.PagePolicy);
        Assert.DoesNotContain("unsafe", SecurityHeaders.PagePolicy, StringComparison.Ordinal);

        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotMatch(InlineScript(), page);
        Assert.DoesNotMatch(InlineStyle(), page);
        foreach (Match script in ScriptSource().Matches(page))
        {
            using var file = await nobody.GetAsync(new Uri(new Uri(server.Api.Address, "/swagger/"), script.Groups[1].Value), Cancellation);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/app/campaigns", HttpStatusCode.OK)]
    [InlineData("/app/campaigns/nobody", HttpStatusCode.NotFound)]
    [InlineData("/app/no/such/page", HttpStatusCode.NotFound)]
    [InlineData("/no/such/route", HttpStatusCode.NotFound)]
    public async Task Every_page_and_every_error_of_one_has_them(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,*/*;q=0.8");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        AssertHeaders(answer, SecurityHeaders.PagePolicy);

        // What it shows of people is kept nowhere.
        Assert.True(answer.Headers.CacheControl?.NoStore, $"{answer.Headers.CacheControl}");
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotMatch(InlineScript(), page);
        Assert.DoesNotMatch(InlineStyle(), page);
    }

    [Fact]
    public async Task A_file_of_the_pages_is_kept_for_a_year_and_sent_compressed()
    {
        using var api = new ApiServer(new Dictionary<string, string?> { ["EnableStaticAssetsDevelopmentCaching"] = "true" });
        using var client = api.Anonymous();
        var page = await client.GetStringAsync("/", Cancellation);
        foreach (var file in AssetAddress().Matches(page).Select(file => file.Groups[1].Value).Distinct())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.Add("Accept-Encoding", "gzip");
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            AssertHeaders(answer, SecurityHeaders.DataPolicy);
            Assert.Equal("max-age=31536000, immutable", $"{answer.Headers.CacheControl}");
            Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        }
    }

    [Theory]
    [InlineData("Production", "https", true)]
    [InlineData("Production", "http", false)]
    [InlineData("Development", "https", false)]
    public async Task Outside_Development_a_browser_is_told_to_stay_with_TLS(string environment, string scheme, bool isTold)
    {
        using var api = new ApiServer(new Dictionary<string, string?>
        {
            ["environment"] = environment,
            ["ForwardedHeaders_Enabled"] = "true",
            ["Webhooks:Secrets:0"] = "a secret of thirty-two characters",
        });
        using var client = api.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/alive");
        request.Headers.Add("X-Forwarded-Proto", scheme);
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(isTold, answer.Headers.Contains("Strict-Transport-Security"));
    }

    private static void AssertHeaders(HttpResponseMessage answer, string policy)
    {
        Assert.Equal(policy, Header("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    [GeneratedRegex("<script(?![^>]*\\ssrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<style|\\sstyle=|\\son[a-z]+=", RegexOptions.IgnoreCase)]
    private static partial Regex InlineStyle();

    [GeneratedRegex("\"(/assets/[^\"]+)\"")]
    private static partial Regex AssetAddress();

    [GeneratedRegex("<script[^>]*\\ssrc=[\"']([^\"']+)", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptSource();
}
