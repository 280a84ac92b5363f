using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
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
        Assert.Equal("""<key id="1"><secret>new</secret></key>""", kept.Single(key => (string?)key.Attribute("id") == "1").ToString(SaveOptions.DisableFormatting));
    }

    private static async Task<string> SignInAsync(ApiServer server)
    {
        using var client = server.Anonymous();
        using var content = new StringContent("""{"email":"mara@example.com"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/auth/dev", content, Cancellation);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    /// <summary>Who that is; null if nobody.</summary>
    private static async Task<string?> MeAsync(ApiServer server, string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        using var answer = await client.GetAsync("/auth/me", Cancellation);
        return answer.StatusCode == HttpStatusCode.OK ? (await answer.JsonAsync()).Text("email") : null;
    }
}
