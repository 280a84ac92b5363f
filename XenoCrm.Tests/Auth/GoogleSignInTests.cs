using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

/// <summary>The whole flow with a simulated Google, as in Production.</summary>
public sealed class GoogleSignInTests : IAsyncDisposable
{
    private readonly GoogleServer server = new(
        ("Auth:AllowedDomains:0", "example.com"), ("Auth:AllowedEmails:0", "guest@gmail.com"), ("Auth:DefaultRole", "marketer"));

    private readonly Browser browser;

    public GoogleSignInTests() => browser = server.Browser();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SimulatedGoogle Google => server.Google;

    [Fact]
    public async Task Somebody_of_an_allowed_domain_is_let_in_and_brought_where_they_wanted_to_go()
    {
        var answer = await browser.SignInAsync("/auth/google?returnUrl=/campaigns%3Ftab=1");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/campaigns?tab=1", answer.Headers.Location?.ToString());
        var me = await (await browser.GetAsync("/auth/me")).JsonAsync();
        Assert.Equal(("mara@example.com", "Mara", "google", "admin"), (me.Text("email"), me.Text("name"), me.Text("via"), me.Text("role")));
    }

    [Fact]
    public async Task The_request_to_Google_has_state_PKCE_and_nonce()
    {
        await browser.SignInAsync();
        await browser.SignInAsync();

        var asked = Google.Authorizations.ToArray();
        Assert.Equal(2, asked.Length);
        foreach (var one in new[] { "state", "nonce", "code_challenge" })
        {
            Assert.NotEqual(asked[0][one], asked[1][one]);
        }

        Assert.Equal("S256", asked[0]["code_challenge_method"]);
        Assert.Equal("select_account", asked[0]["prompt"]);
        Assert.Equal(new Uri(server.Api.Address, "/auth/google/callback").ToString(), asked[0]["redirect_uri"]);
        Assert.Equal(["email", "openid", "profile"], asked[0]["scope"].Split(' ').Order());
    }

    [Fact]
    public async Task The_sessions_cookie_is_for_this_host_over_TLS_and_out_of_scripts_reach()
    {
        var toGoogle = await browser.GetAsync("/auth/google");
        Assert.All(browser.LastCookies, cookie => Assert.Contains("secure; samesite=lax; httponly", cookie, StringComparison.Ordinal));
        await browser.GetAsync((await browser.GetAsync(toGoogle.Headers.Location!)).Headers.Location!);

        var cookie = Assert.Single(browser.LastCookies, cookie => cookie.StartsWith("__Host-xenocrm=", StringComparison.Ordinal));
        Assert.EndsWith("; path=/; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/%5Cevil.example")]
    [InlineData("%2F%2Fevil.example")]
    [InlineData("%2F%252Fevil.example")]
    [InlineData("%2F%0d%0aSet-Cookie:x=y")]
    public async Task Nobody_is_sent_to_another_host_afterwards(string returnUrl)
    {
        var answer = await browser.SignInAsync("/auth/google?returnUrl=" + returnUrl);
        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_first_is_an_admin_and_later_ones_get_the_configured_role()
    {
        await browser.SignInAsync();
        Google.User = new("1002", "guest@gmail.com", EmailVerified: true, null, "Guest");
        using var second = server.Browser();
        await second.SignInAsync();

        Assert.Equal("admin", (await (await browser.GetAsync("/auth/me")).JsonAsync()).Text("role"));
        Assert.Equal("marketer", (await (await second.GetAsync("/auth/me")).JsonAsync()).Text("role"));
        var people = await (await browser.GetAsync("/people")).JsonAsync();
        Assert.Equal(
            ["Guest marketer google", "Mara admin google"],
            people.EnumerateArray().Select(person => $"{person.Text("name")} {person.Text("role")} {person.Text("via")}"));
        var audit = await (await browser.GetAsync("/audit")).JsonAsync();
        Assert.Equal(
            ["guest@gmail.com person.first-sign-in marketer", "mara@example.com person.first-sign-in admin"],
            audit.EnumerateArray().Select(entry => $"{entry.Text("actor")} {entry.Text("action")} {entry.Text("detail")}"));
    }

    [Fact]
    public async Task Whoever_presses_cancel_is_told_how_to_begin_again()
    {
        Google.Denies = true;
        var problem = await RefusedAsync(await browser.SignInAsync(), HttpStatusCode.Forbidden, "denied");
        Assert.Equal("Google was not allowed to say who you are. Sign in again at /auth/google.", problem);
    }

    [Fact]
    public async Task Another_browser_cannot_use_the_callback()
    {
        var callback = await browser.CallbackAsync();
        using var other = server.Browser();
        await RefusedAsync(await other.GetAsync(callback), HttpStatusCode.BadRequest, "state", other);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(callback)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=stolen")]
    [InlineData("?code=stolen&state=made-up")]
    [InlineData("?error=access_denied")]
    public async Task A_callback_without_a_state_of_ours_is_refused(string query) =>
        await RefusedAsync(await browser.GetAsync("/auth/google/callback" + query), HttpStatusCode.BadRequest, "state");

    [Fact]
    public async Task The_state_of_another_sign_in_is_refused()
    {
        var first = await browser.CallbackAsync();
        using var attacker = server.Browser();
        var theirs = QueryHelpers.ParseQuery((await attacker.CallbackAsync()).Query);
        var mine = QueryHelpers.ParseQuery(first.Query);

        // Their code in my sign-in: I would be in their account. Their state in my browser: not mine.
        await RefusedAsync(await browser.GetAsync(Callback(theirs["code"]!, theirs["state"]!)), HttpStatusCode.BadRequest, "state");
        await RefusedAsync(await browser.GetAsync(Callback(theirs["code"]!, mine["state"]!)), HttpStatusCode.BadRequest, "code");
    }

    [Fact]
    public async Task A_callback_that_is_visited_again_is_refused()
    {
        var callback = await browser.CallbackAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(callback)).StatusCode);
        await (await browser.GetAsync(callback)).ProblemAsync(HttpStatusCode.BadRequest);
        using var later = server.Browser();
        await RefusedAsync(await later.GetAsync(callback), HttpStatusCode.BadRequest, "state", later);
    }

    [Fact]
    public async Task A_code_that_was_used_is_refused_also_in_a_sign_in_of_its_own()
    {
        var used = QueryHelpers.ParseQuery((await browser.CallbackAsync()).Query);
        await browser.GetAsync(Callback(used["code"]!, used["state"]!));
        browser.Forget();
        var fresh = QueryHelpers.ParseQuery((await browser.CallbackAsync()).Query);
        await RefusedAsync(await browser.GetAsync(Callback(used["code"]!, fresh["state"]!)), HttpStatusCode.BadRequest, "code");
    }

    [Fact]
    public async Task Somebody_of_another_domain_is_refused_and_it_is_written_down()
    {
        await browser.SignInAsync();
        Google.User = new("1002", "eve@other.example", EmailVerified: true, "other.example", "Eve");
        using var eve = server.Browser();

        await RefusedAsync(await eve.SignInAsync(), HttpStatusCode.Forbidden, "not-allowed", eve);

        var audit = (await (await browser.GetAsync("/audit?limit=1")).JsonAsync())[0];
        Assert.Equal(
            ("eve@other.example", "person.sign-in-refused", "not allowed"),
            (audit.Text("actor"), audit.Text("action"), audit.Text("detail")));
    }

    [Theory]
    [InlineData("/auth/google?hd=example.com")]
    [InlineData("/auth/google?returnUrl=/&hd=example.com&email=mara@example.com")]
    public async Task A_domain_in_the_request_is_no_domain_in_the_token(string start)
    {
        // An address of the domain that Google does not vouch for as a member of it.
        Google.User = new("1002", "eve@example.com", EmailVerified: true, null, "Eve");
        var callback = await browser.CallbackAsync(start);
        await RefusedAsync(
            await browser.GetAsync(new Uri(callback + "&hd=example.com&email_verified=true")), HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task An_address_that_is_not_verified_is_refused_and_not_written_down()
    {
        Google.User = Google.User with { EmailVerified = false };
        await RefusedAsync(await browser.SignInAsync(), HttpStatusCode.Forbidden, "not-verified");
        Google.User = Google.User with { EmailVerified = true, Subject = "1009" };
        await browser.SignInAsync();
        var audit = await (await browser.GetAsync("/audit")).JsonAsync();
        Assert.Equal("an unverified address", audit[1].Text("actor"));
    }

    [Fact]
    public async Task An_address_that_moved_to_another_account_does_not_bring_the_role_along()
    {
        await browser.SignInAsync();
        Google.User = Google.User with { Subject = "2002", Name = "New Mara" };
        using var other = server.Browser();
        await RefusedAsync(await other.SignInAsync(), HttpStatusCode.Forbidden, "other-account", other);
        Assert.Equal("Mara", (await (await browser.GetAsync("/auth/me")).JsonAsync()).Text("name"));
    }

    [Fact]
    public async Task A_wrong_client_secret_is_the_operators_to_put_right()
    {
        await using var wrong = new GoogleServer(
            ("Authentication:Google:ClientSecret", "a-wrong-one"), ("Auth:AllowedDomains:0", "example.com"));
        using var mara = wrong.Browser();
        await RefusedAsync(await mara.SignInAsync(), HttpStatusCode.InternalServerError, "client", mara, wrong);
    }

    [Fact]
    public async Task While_Google_is_down_it_is_said_so_and_afterwards_it_works()
    {
        Google.Failures["/token"] = HttpStatusCode.ServiceUnavailable;
        var answer = await browser.SignInAsync();
        Assert.Equal("2", Assert.Single(answer.Headers.GetValues("Retry-After")));
        await RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "google");

        Google.Failures.Clear();
        Google.Failures["/userinfo"] = HttpStatusCode.InternalServerError;
        await RefusedAsync(await browser.SignInAsync(), HttpStatusCode.ServiceUnavailable, "google");

        Google.Failures.Clear();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync()).StatusCode);
    }

    [Fact]
    public async Task While_Google_refuses_connections_it_is_said_so()
    {
        var callback = await browser.CallbackAsync();
        await Google.DisposeAsync();
        await RefusedAsync(await browser.GetAsync(callback), HttpStatusCode.ServiceUnavailable, "google");
    }

    [Fact]
    public async Task Nothing_personal_is_logged_on_any_level()
    {
        await browser.SignInAsync();
        await browser.GetAsync("/people");
        Google.User = new("1002", "eve@other.example", EmailVerified: true, "other.example", "Evangeline");
        using var eve = server.Browser();
        await eve.SignInAsync();

        Assert.NotEmpty(server.Log);
        Assert.DoesNotContain(
            server.Log,
            line =>
                new[] { "mara@", "eve@", "Evangeline", SimulatedGoogle.ClientSecret }.Any(
                    personal => line.Text.Contains(personal, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Where_Google_is_configured_nobody_signs_in_for_development()
    {
        await using var development = new GoogleServer("Development", ("Auth:AllowedDomains:0", "example.com"));
        using var client = development.Api.Anonymous();
        await client.PostAsJsonAsync("/auth/dev", new { email = "mara@example.com" }, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
        var routes = development.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(route => route.RoutePattern.RawText);
        Assert.Contains("/auth/google", routes);
        Assert.DoesNotContain("/auth/dev", routes);
    }

    [Fact]
    public async Task A_session_from_Development_is_none_where_people_sign_in_with_Google()
    {
        using var folder = new TempFolder();
        var store = $"Data Source={folder.File("shared.db")}";
        string cookie;
        using (var development = new ApiServer(new Dictionary<string, string?> { ["ConnectionStrings:xenocrm"] = store }))
        {
            using var client = development.Anonymous();
            var answer = await client.PostAsJsonAsync("/auth/dev", new { email = "mara@example.com" }, Cancellation);
            cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
        }

        await using var production = new GoogleServer(("ConnectionStrings:xenocrm", store), ("Auth:AllowedDomains:0", "example.com"));
        using var bearer = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = production.Api.Address };
        bearer.DefaultRequestHeaders.Add("Cookie", "__Host-" + cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bearer.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Empty_lists_let_nobody_in_and_it_is_said_at_start()
    {
        await using var closed = new GoogleServer();
        using var mara = closed.Browser();

        await RefusedAsync(await mara.SignInAsync(), HttpStatusCode.Forbidden, "not-allowed", mara, closed);

        var line = Assert.Single(closed.Log, line => line.Category.EndsWith("SignInNotice", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("Auth:AllowedEmails", line.Text, StringComparison.Ordinal);
        Assert.Contains("Auth:AllowedDomains", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_taken_off_the_list_is_signed_out_by_the_restart_that_it_needs()
    {
        using var folder = new TempFolder();
        var store = ("ConnectionStrings:xenocrm", $"Data Source={folder.File("shared.db")}");
        string cookie;
        await using (var before = new GoogleServer(store, ("Auth:AllowedDomains:0", "example.com")))
        {
            using var mara = before.Browser();
            await mara.SignInAsync();
            cookie = Assert.Single(
                mara.LastCookies, cookie => cookie.StartsWith("__Host-xenocrm=", StringComparison.Ordinal)).Split(';')[0];
        }

        await using var after = new GoogleServer(store, ("Auth:AllowedDomains:0", "other.example"));
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = after.Api.Address };
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
    }

    private static string Callback(string code, string state) =>
        QueryHelpers.AddQueryString("/auth/google/callback", new Dictionary<string, string?> { ["code"] = code, ["state"] = state });

    private Task<string> RefusedAsync(
        HttpResponseMessage answer, HttpStatusCode status, string reason, Browser? by = null, GoogleServer? at = null) =>
        (at ?? server).RefusedAsync(by ?? browser, answer, status, reason);
}
