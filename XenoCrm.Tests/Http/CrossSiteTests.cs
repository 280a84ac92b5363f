using System.Net;
using System.Net.Http.Headers;
using System.Text;
using XenoCrm.Api.Http;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

/// <summary>What other sites can make a person's browser send, and what programs send, on real sockets.</summary>
public sealed class CrossSiteTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private const string Customer = """{"id":"c1","name":"Mara","email":"mara@example.com"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Here => server.Api.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task A_program_with_a_cookie_jar_says_nothing_and_is_let_in() => Assert.True((await PostAsync()).IsSuccessStatusCode);

    [Theory]
    [InlineData("same-origin", true)]
    [InlineData("none", true)]
    [InlineData("same-site", false)]
    [InlineData("cross-site", false)]
    [InlineData("same-origin, cross-site", false)]
    [InlineData("", false)]
    [InlineData("new-word", false)]
    public async Task Where_the_browser_says_that_it_comes_from_decides(string site, bool isLetIn) =>
        await AssertAsync(isLetIn, ("Sec-Fetch-Site", site));

    [Theory]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1.evil.example:5080")]
    public async Task Without_that_another_origin_is_refused(string origin) => await AssertAsync(isLetIn: false, ("Origin", origin));

    [Fact]
    public async Task Our_own_origin_is_let_in() => await AssertAsync(isLetIn: true, ("Origin", Here));

    [Fact]
    public async Task Our_host_under_another_scheme_or_port_is_another_origin()
    {
        await AssertAsync(isLetIn: false, ("Origin", Here.Replace("http:", "https:", StringComparison.Ordinal)));
        await AssertAsync(isLetIn: false, ("Origin", $"http://{server.Api.Address.Host}:{server.Api.Address.Port + 1}"));
    }

    [Fact]
    public async Task A_browser_that_vouches_for_a_request_is_believed_behind_a_proxy_that_changes_the_scheme() =>
        await AssertAsync(isLetIn: true, ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://crm.example"));

    [Fact]
    public async Task A_sibling_subdomain_is_refused_although_the_browser_sends_it_the_cookie() =>
        await AssertAsync(isLetIn: false, ("Sec-Fetch-Site", "same-site"), ("Origin", "http://other.localhost"));

    [Fact]
    public async Task The_header_that_no_form_can_send_is_proof() =>
        await AssertAsync(isLetIn: true, (CrossSiteGuard.ProofHeader, "1"), ("Origin", "https://evil.example"));

    [Fact]
    public async Task The_refusal_says_what_to_do()
    {
        using var answer = await PostAsync(("Origin", "https://evil.example"));
        var detail = (await answer.ProblemAsync(HttpStatusCode.Forbidden)).Text("detail");
        Assert.Contains("https://evil.example", detail, StringComparison.Ordinal);
        Assert.Contains(CrossSiteGuard.ProofHeader, detail, StringComparison.Ordinal);
        Assert.Contains("Cors:Origins", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_is_for_everybody_who_has_the_cookie_as_no_other_site_sees_the_answer()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/customers");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(request, Cancellation)).StatusCode);
    }

    // Somebody else's account under a person's hands is an attack too.
    [Fact]
    public async Task Another_site_cannot_sign_a_person_in_or_out()
    {
        using var client = server.Api.Anonymous();
        foreach (var path in new[] { "/auth/dev", "/auth/logout" })
        {
            using var request = Request(
                HttpMethod.Post, path, """{"email":"eve@example.com"}""", "application/json", ("Sec-Fetch-Site", "cross-site"));
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("TEXT/PLAIN; charset=utf-8")]
    public async Task What_a_form_can_send_is_never_taken_as_data(string type)
    {
        foreach (
            var path in new[] { "/customers", "/customers/bulk", "/orders", "/segments", "/segments/preview", "/auth/dev", "/auth/logout",
                "/campaigns/c1/cancel", "/receipts/dead/replay" })
        {
            using var request = Request(HttpMethod.Post, path, Customer, type);
            using var answer = await server.Client.SendAsync(request, Cancellation);
            await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        }
    }

    [Fact]
    public async Task A_file_from_a_form_of_another_site_is_refused()
    {
        using var form =
            new MultipartFormDataContent { { new StringContent("name,email\nMara,mara@example.com\n"), "file", "customers.csv" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/customers/import") { Content = form };
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        await answer.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_key_decides_where_there_is_one_and_not_the_cookie_beside_it()
    {
        // Wrong, beside a good cookie: neither the guard nor the cookie answers for it.
        using var request = Request(HttpMethod.Post, "/customers", Customer, "application/json", ("Sec-Fetch-Site", "cross-site"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "no-such-key");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        await answer.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    // Browsers keep a Basic password and send it with whatever goes to the host.
    [Fact]
    public async Task Basic_credentials_are_no_proof()
    {
        using var request = Request(
            HttpMethod.Post, "/auth/dev", """{"email":"eve@example.com"}""", "application/json", ("Origin", "https://evil.example"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "eDp5");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        await answer.ProblemAsync(HttpStatusCode.Forbidden);
    }

    private async Task AssertAsync(bool isLetIn, params (string Name, string Value)[] headers)
    {
        using var answer = await PostAsync(headers);
        if (isLetIn)
        {
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }
        else
        {
            await answer.ProblemAsync(HttpStatusCode.Forbidden);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, "/customers", Customer, "application/json", headers);
        return await server.Client.SendAsync(request, Cancellation);
    }

    private static HttpRequestMessage Request(
        HttpMethod method, string path, string body, string type, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
