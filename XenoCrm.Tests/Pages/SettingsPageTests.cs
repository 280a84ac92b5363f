using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed partial class SettingsPageTests : IAsyncLifetime
{
    private const string Configured = "a-key-that-only-the-till-knows";

    private readonly ApiServer api = new(new Dictionary<string, string?>
    {
        ["ApiKeys:Keys:till"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Configured))),
    });

    private HttpClient admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("marketer")]
    public async Task They_are_for_admins(string role)
    {
        using var other = await api.SignedInAsync("mo@example.com", role);
        foreach (var path in new[] { "", "/people", "/keys", "/audit", "/system" })
        {
            var html = await other.PageAsync($"/app/settings{path}", HttpStatusCode.Forbidden);
            Assert.Contains("not allowed to do this", html, StringComparison.Ordinal);
        }

        await other.SubmitAsync("/app/settings/keys", ("name", "mine"), ("scopes", "read")).ShownAsync(HttpStatusCode.Forbidden);
        Assert.DoesNotContain("href=\"/app/settings\"", await other.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_is_changed_and_a_person_removed()
    {
        using var mo = await api.SignedInAsync("mo@example.com", "marketer");
        var id = await IdAsync("mo@example.com");
        Assert.Contains("mo@example.com", await admin.PageAsync("/app/settings/people"), StringComparison.Ordinal);
        Assert.Equal(
            "/app/settings/people", await admin.SubmitAsync($"/app/settings/people/{id}/role", ("role", "viewer")).TakenAsync());
        await mo.SubmitAsync("/app/sample-shop").ShownAsync(HttpStatusCode.Forbidden);
        await admin.SubmitAsync($"/app/settings/people/{id}/role", ("role", "queen")).ShownAsync(HttpStatusCode.BadRequest);
        Assert.Equal("/app/settings/people", await admin.SubmitAsync($"/app/settings/people/{id}/remove").TakenAsync());
        Assert.DoesNotContain("mo@example.com", await admin.PageAsync("/app/settings/people"), StringComparison.Ordinal);
        await admin.SubmitAsync($"/app/settings/people/{id}/remove").ShownAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_last_admin_stays_and_the_page_says_why()
    {
        var id = await IdAsync("mara@example.com");
        var html = await admin.SubmitAsync($"/app/settings/people/{id}/role", ("role", "viewer")).ShownAsync(HttpStatusCode.Conflict);
        Assert.Contains("This is the last admin. Make somebody else an admin first.", html, StringComparison.Ordinal);
        Assert.Contains("mara@example.com", html, StringComparison.Ordinal);
        await admin.SubmitAsync($"/app/settings/people/{id}/remove").ShownAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Who_takes_the_role_of_an_admin_from_themselves_is_led_home()
    {
        using var second = await api.SignedInAsync("mo@example.com", "admin");
        var id = await IdAsync("mo@example.com");
        Assert.Equal("/", await second.SubmitAsync($"/app/settings/people/{id}/role", ("role", "viewer")).TakenAsync());
    }

    [Fact]
    public async Task A_key_is_shown_once_by_a_page_that_nobody_keeps_and_works()
    {
        using var answer = await admin.SubmitAsync(
            "/app/settings/keys", ("form", "f1"), ("name", "shop"), ("scopes", "read"), ("scopes", "ingest"), ("expiresOn", "2999-12-31"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var key = Key().Match(await answer.Content.ReadAsStringAsync(Cancellation)).Value;

        using var program = api.Anonymous();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/customers", Cancellation)).StatusCode);
        var page = await admin.PageAsync("/app/settings/keys");
        Assert.DoesNotContain(key, page, StringComparison.Ordinal);
        Assert.Contains("read, ingest", page, StringComparison.Ordinal);
        Assert.Contains("from the server’s configuration", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clicks_are_one_key_and_both_show_it()
    {
        (string, string)[] form = [("form", "f1"), ("name", "shop"), ("scopes", "read")];
        var pages = await Task.WhenAll(
            admin.SubmitAsync("/app/settings/keys", form).ShownAsync(HttpStatusCode.OK),
            admin.SubmitAsync("/app/settings/keys", form).ShownAsync(HttpStatusCode.OK));
        Assert.Equal(Key().Match(pages[0]).Value, Key().Match(pages[1]).Value);
        Assert.Single((await (await admin.GetAsync("/keys", Cancellation)).JsonAsync()).EnumerateArray());
    }

    [Fact]
    public async Task A_form_that_is_wrong_is_shown_again_with_what_was_typed()
    {
        var html = await admin.SubmitAsync(
            "/app/settings/keys", ("form", "f1"), ("name", "-shop"), ("expiresOn", "2001-01-01")).ShownAsync(HttpStatusCode.BadRequest);
        Assert.Contains("value=\"-shop\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"2001-01-01\"", html, StringComparison.Ordinal);
        Assert.Contains("begins with a letter or a digit", html, StringComparison.Ordinal);
        Assert.Contains("at least one scope", html, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", html, StringComparison.Ordinal);

        Assert.Contains(
            "would have expired",
            await admin.SubmitAsync("/app/settings/keys", ("name", "shop"), ("scopes", "read"), ("expiresOn", "2001-01-01"))
                .ShownAsync(HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
        Assert.Contains(
            "There is a key of that name",
            await admin.SubmitAsync("/app/settings/keys", ("name", "till"), ("scopes", "read")).ShownAsync(HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_revoked()
    {
        var made = await (await admin.PostAsJsonAsync("/keys", new { name = "shop", scopes = new[] { "read" } }, Cancellation)).JsonAsync();
        Assert.Equal("/app/settings/keys", await admin.SubmitAsync($"/app/settings/keys/{made.Text("id")}/revoke").TakenAsync());
        using var program = api.Anonymous();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Text("key"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/customers", Cancellation)).StatusCode);
        await admin.SubmitAsync($"/app/settings/keys/{made.Text("id")}/revoke").ShownAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_audit_log_is_filtered_by_action_and_by_person()
    {
        using var mo = await api.SignedInAsync("mo@example.com", "marketer");
        await admin.PostAsJsonAsync("/keys", new { name = "shop", scopes = new[] { "read" } }, Cancellation);
        var all = Body(await admin.PageAsync("/app/settings/audit"));
        Assert.Contains("Made an API key", all, StringComparison.Ordinal);
        Assert.Contains("mo@example.com", all, StringComparison.Ordinal);

        var hers = Body(await admin.PageAsync("/app/settings/audit?actor=mara@example.com"));
        Assert.Contains("Made an API key", hers, StringComparison.Ordinal);
        Assert.DoesNotContain("mo@example.com", hers, StringComparison.Ordinal);

        var keys = Body(await admin.PageAsync("/app/settings/audit?action=key.created&actor="));
        Assert.Contains("shop: read", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("Came for the first time", keys, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing of that was written down", await admin.PageAsync("/app/settings/audit?actor=nobody"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_configured_is_told_without_anything_secret()
    {
        using var secretive = new ApiServer(new Dictionary<string, string?>
        {
            ["OpenAI:ApiKey"] = "sk-very-secret",
            ["Vendor:BaseAddress"] = "http://user:hidden@vendor.example:9999/",
        });
        using var client = await secretive.SignedInAsync();
        var html = await client.PageAsync("/app/settings/system");
        foreach (var words in new[] { "Embedded (SQLite)", "gpt-4.1-mini at OpenAI", "vendor.example:9999", "healthy", "Sample shop" })
        {
            Assert.Contains(words, html, StringComparison.Ordinal);
        }

        foreach (var secret in new[] { "sk-very", "hidden", "Data Source" })
        {
            Assert.DoesNotContain(secret, html, StringComparison.Ordinal);
        }
    }

    private async Task<string> IdAsync(string email) =>
        (await (await admin.GetAsync("/people", Cancellation)).JsonAsync()).EnumerateArray()
            .Single(person => person.Text("email") == email).Text("id")!;

    private static string Body(string html)
    {
        var caption = html.IndexOf("The audit log, newest first", StringComparison.Ordinal);
        return caption < 0 ? html : html[caption..html.IndexOf("</table>", caption, StringComparison.Ordinal)];
    }

    [GeneratedRegex("xenocrm_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();
}
