using System.Diagnostics;
using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

/// <summary>What sessions hold to with every store: they survive a restart, and each replica knows those of the others.</summary>
public abstract class SharedSessionContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A server with a data folder of its own, on the store that all of the test's servers share.</summary>
    protected abstract ApiServer Server();

    [Fact]
    public async Task A_cookie_of_one_server_is_good_at_another_and_after_a_restart()
    {
        string cookie;
        using (var first = Server())
        {
            cookie = await SignInAsync(first);
            using var second = Server();
            Assert.Equal("mara@example.com", await MeAsync(second, cookie));
            Assert.Equal("mara@example.com", await MeAsync(first, await SignInAsync(second)));
        }

        using var restarted = Server();
        Assert.Equal("mara@example.com", await MeAsync(restarted, cookie));
    }

    [Fact]
    public async Task Servers_that_start_at_once_on_a_new_store_know_each_others_cookies()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(Server, Cancellation)));
        try
        {
            foreach (var one in servers)
            {
                var cookie = await SignInAsync(one);
                foreach (var other in servers)
                {
                    Assert.Equal("mara@example.com", await MeAsync(other, cookie));
                }
            }
        }
        finally
        {
            Array.ForEach(servers, server => server.Dispose());
        }
    }

    [Fact]
    public async Task A_copied_cookie_is_worth_nothing_after_the_sign_out_anywhere_within_five_seconds()
    {
        using var first = Server();
        using var second = Server();
        var (cookie, other) = (await SignInAsync(first), await SignInAsync(first));
        Assert.Equal("mara@example.com", await MeAsync(second, cookie));

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(first, cookie, "/auth/logout"));
        Assert.Null(await MeAsync(first, cookie));
        await AssertEndsAsync(second, cookie);

        // The other browser's session goes on.
        Assert.Equal("mara@example.com", await MeAsync(first, other));
        Assert.Equal("mara@example.com", await MeAsync(second, other));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_all_sessions_of_that_person_at_every_server_within_five_seconds()
    {
        using var first = Server();
        using var second = Server();
        string[] cookies = [await SignInAsync(first), await SignInAsync(second), await SignInAsync(first)];
        var bo = await SignInAsync(second, "bo@example.com");
        foreach (var cookie in cookies)
        {
            Assert.Equal("mara@example.com", await MeAsync(second, cookie));
        }

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(first, cookies[0], "/auth/logout-everywhere"));
        foreach (var cookie in cookies)
        {
            Assert.Null(await MeAsync(first, cookie));
            await AssertEndsAsync(second, cookie);
        }

        Assert.Equal("bo@example.com", await MeAsync(second, bo));
        Assert.Equal("mara@example.com", await MeAsync(second, await SignInAsync(first)));
    }

    [Fact]
    public async Task Somebody_who_is_removed_is_out_at_every_server_within_five_seconds_and_a_new_sign_in_brings_no_old_session_back()
    {
        using var first = Server();
        using var second = Server();
        var admin = await SignInAsync(first, "admin@example.com");
        var cookie = await SignInAsync(second);
        Assert.Equal("mara@example.com", await MeAsync(second, cookie));

        using var client = Client(first, admin);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/people/{await PersonAsync(client)}", Cancellation)).StatusCode);
        Assert.Null(await MeAsync(first, cookie));
        await AssertEndsAsync(second, cookie);

        await SignInAsync(second);
        Assert.Null(await MeAsync(second, cookie));
    }

    [Fact]
    public async Task Who_becomes_a_viewer_may_send_at_no_server_any_more_within_five_seconds()
    {
        using var first = Server();
        using var second = Server();
        using var admin = Client(first, await SignInAsync(first, "admin@example.com"));
        var cookie = await SignInAsync(second);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(second, cookie, "/campaigns/none/pause"));

        var role = new { role = "viewer" };
        Assert.Equal(
            HttpStatusCode.OK,
            (await admin.PutAsJsonAsync($"/people/{await PersonAsync(admin)}/role", role, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(first, cookie, "/campaigns/none/pause"));
        await AssertWithinAsync(
            async () => await PostAsync(second, cookie, "/campaigns/none/pause") == HttpStatusCode.Forbidden, "the role to count");
        Assert.Equal("mara@example.com", await MeAsync(second, cookie));
    }

    [Fact]
    public async Task A_campaigns_events_end_with_the_session_that_follows_them_at_every_server()
    {
        using var first = Server();
        using var second = Server();
        var cookie = await SignInAsync(first);
        using var client = Client(second, cookie);
        await client.PostAsJsonAsync("/customers", new { name = "Asha", email = "asha@example.com" }, Cancellation);
        var launched = await client.PostAsJsonAsync(
            "/segments", new { name = "All", message = "Hi", rule = new Dictionary<string, bool> { ["$everyone"] = true } }, Cancellation);
        var campaign = (await launched.JsonAsync()).Text("campaignId");
        using var events = new StreamReader(await client.GetStreamAsync($"/campaigns/{campaign}/events", Cancellation));
        Assert.Equal("event: stats", await events.ReadLineAsync(Cancellation));

        // Nobody is there to send to, so the campaign itself goes on.
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(first, cookie, "/auth/logout"));
        var rest = events.ReadToEndAsync(Cancellation);
        await AssertWithinAsync(() => Task.FromResult(rest.IsCompleted), "the events to end");
        Assert.DoesNotContain("completed", await rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_none()
    {
        using var server = Server();
        var cookie = await SignInAsync(server);
        Assert.Null(await MeAsync(server, cookie[..^8] + (cookie[^8] == 'A' ? 'B' : 'A') + cookie[^7..]));
    }

    [Fact]
    public void A_key_is_kept_as_it_is_written_once_under_its_name()
    {
        using var server = Server();
        var keys = server.Services.GetRequiredService<IXmlRepository>();
        var before = keys.GetAllElements().Count;

        keys.StoreElement(XElement.Parse("""<key id="1"><secret>é &amp; &lt;</secret></key>"""), "key-1");
        keys.StoreElement(XElement.Parse("""<key id="1"><secret>new</secret></key>"""), "key-1");

        var kept = keys.GetAllElements();
        Assert.Equal(before + 1, kept.Count);
        Assert.Equal(
            """<key id="1"><secret>new</secret></key>""",
            kept.Single(key => (string?)key.Attribute("id") == "1").ToString(SaveOptions.DisableFormatting));
    }

    private static async Task<string> SignInAsync(ApiServer server, string email = "mara@example.com")
    {
        using var client = server.Anonymous();
        using var content = new StringContent($$"""{"email":"{{email}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/auth/dev", content, Cancellation);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    /// <summary>Who that is; null if nobody.</summary>
    private static async Task<string?> MeAsync(ApiServer server, string cookie)
    {
        using var client = Client(server, cookie);
        using var answer = await client.GetAsync("/auth/me", Cancellation);
        return answer.StatusCode == HttpStatusCode.OK ? (await answer.JsonAsync()).Text("email") : null;
    }

    private static async Task<HttpStatusCode> PostAsync(ApiServer server, string cookie, string path)
    {
        using var client = Client(server, cookie);
        using var answer = await client.PostAsync(path, null, Cancellation);
        return answer.StatusCode;
    }

    private static Task AssertEndsAsync(ApiServer server, string cookie) =>
        AssertWithinAsync(async () => await MeAsync(server, cookie) is null, "the session to end");

    private static async Task AssertWithinAsync(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.StartNew();
        await Poll.UntilAsync(condition, what);
        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    /// <summary>Mara's id, as an admin sees it.</summary>
    private static async Task<string?> PersonAsync(HttpClient admin)
    {
        var people = (await (await admin.GetAsync("/people", Cancellation)).JsonAsync()).EnumerateArray();
        return people.Single(person => person.Text("email") == "mara@example.com").Text("id");
    }

    private static HttpClient Client(ApiServer server, string cookie) => new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = server.Address,
        DefaultRequestHeaders = { { "Cookie", cookie } },
    };
}
