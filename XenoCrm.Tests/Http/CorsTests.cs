using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

public sealed class CorsTests
{
    private const string Shop = "https://shop.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_default_no_answer_has_a_CORS_header()
    {
        using var api = new ApiServer();
        using var client = await api.SignedInAsync();
        foreach (var request in new[] { Get(Shop), Get("null"), Preflight(Shop), Preflight("null") })
        {
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_configured_origin_reads_and_writes_with_the_persons_cookie_and_no_other_does()
    {
        using var api = new ApiServer(new Dictionary<string, string?> { ["Cors:Origins:0"] = Shop });
        using var client = await api.SignedInAsync();

        using var read = await client.SendAsync(Get(Shop), Cancellation);
        Assert.Equal(Shop, Assert.Single(read.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("true", Assert.Single(read.Headers.GetValues("Access-Control-Allow-Credentials")));
        Assert.Contains(
            "X-Next-Cursor", string.Join(',', read.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);

        using var asked = await client.SendAsync(Preflight(Shop), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Contains("X-XenoCrm", string.Join(',', asked.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);

        using var written = await client.SendAsync(Write(Shop), Cancellation);
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);

        foreach (
            var other in new[] { "https://evil.example", "http://shop.example", "https://shop.example:8443",
                "https://shop.example.evil.example", "null" })
        {
            using var answer = await client.SendAsync(Get(other), Cancellation);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"), other);
            using var preflight = await client.SendAsync(Preflight(other), Cancellation);
            Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"), other);
            using var refused = await client.SendAsync(Write(other), Cancellation);
            await refused.ProblemAsync(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task An_API_open_to_every_origin_is_open_without_cookies()
    {
        using var api = new ApiServer(new Dictionary<string, string?> { ["Cors:Origins:0"] = "*" });
        using var client = await api.SignedInAsync();
        using var read = await client.SendAsync(Get(Shop), Cancellation);
        Assert.Equal("*", Assert.Single(read.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(read.Headers.Contains("Access-Control-Allow-Credentials"));
        using var written = await client.SendAsync(Write(Shop), Cancellation);
        await written.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example/app")]
    [InlineData("ftp://shop.example")]
    [InlineData("https://*.example", "*")]
    public void What_is_no_origin_ends_the_start(params string[] origins)
    {
        var settings = origins.Select((origin, i) => new KeyValuePair<string, string?>($"Cors:Origins:{i}", origin));
        var failure = Assert.ThrowsAny<OptionsValidationException>(() => new ApiServer(settings));
        Assert.Contains("https://shop.example", failure.Message, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Get(string origin) => From(origin, new HttpRequestMessage(HttpMethod.Get, "/customers"));

    private static HttpRequestMessage Write(string origin)
    {
        var request = From(origin, new HttpRequestMessage(HttpMethod.Post, "/customers"));
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Content = new StringContent("""{"name":"Mara","email":"mara@example.com"}""", Encoding.UTF8, "application/json");
        return request;
    }

    private static HttpRequestMessage Preflight(string origin)
    {
        var request = From(origin, new HttpRequestMessage(HttpMethod.Options, "/customers"));
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-xenocrm");
        return request;
    }

    private static HttpRequestMessage From(string origin, HttpRequestMessage request)
    {
        request.Headers.Add("Origin", origin);
        return request;
    }
}
