using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Keys;
using XenoCrm.Core;
using XenoCrm.Core.Keys;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Keys;

public sealed class KeyApiTests : IAsyncLifetime
{
    private const string Configured = "a-key-that-only-the-shop-knows";

    private readonly ApiServer api = new(new Dictionary<string, string?>
    {
        ["ApiKeys:Keys:till"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Configured))),
        ["ApiKeys:NoteUsesEvery"] = "00:00:00.05",
    });

    private HttpClient admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IKeyStore Store => api.Services.GetRequiredService<IKeyStore>();

    public async ValueTask InitializeAsync() => admin = await api.SignedInAsync("mara@example.com");

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_kept()
    {
        var answer = await CreateAsync(new { name = "shop", scopes = new[] { "ingest" } });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var key = await answer.JsonAsync();
        var secret = key.Text("key")!;

        Assert.Matches("^xenocrm_[A-Za-z0-9_-]{43}$", secret);
        var list = await admin.GetStringAsync("/keys", Cancellation);
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
        var listed = Assert.Single(JsonDocument.Parse(list).RootElement.EnumerateArray());
        Assert.Equal(
            ["id", "name", "scopes", "createdBy", "createdAt", "expiresAt", "lastUsedAt"], listed.EnumerateObject()
                .Select(property => property.Name));
        Assert.Equal("mara@example.com", listed.Text("createdBy"));
        var stored = Assert.Single((await Store.ListAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), stored.Hash);
    }

    [Fact]
    public async Task No_two_keys_are_alike() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => KeySecret.Create()).Distinct().Count());

    [Theory]
    [InlineData("read", HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("ingest", HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Forbidden)]
    [InlineData("send", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)]
    public async Task A_key_may_do_what_its_scopes_say_and_no_more(
        string scope, HttpStatusCode read, HttpStatusCode ingest, HttpStatusCode send)
    {
        using var program = Program(await SecretAsync("shop", scope));

        Assert.Equal(read, (await program.GetAsync("/customers", Cancellation)).StatusCode);
        Assert.Equal(
            ingest,
            (await program.PostAsJsonAsync("/customers", new { name = "Asha", email = "asha@example.com" }, Cancellation)).StatusCode);
        Assert.Equal(send, (await program.PostAsync("/campaigns/none/pause", null, Cancellation)).StatusCode);
        var me = await (await program.GetAsync("/auth/me", Cancellation)).JsonAsync();
        Assert.Equal(
            ("key", "key:shop", $"""["{scope}"]"""), (me.Text("via"), me.Text("name"), me.GetProperty("permissions").GetRawText()));
    }

    [Fact]
    public async Task No_key_makes_keys_or_administers_not_even_one_from_configuration()
    {
        await (await CreateAsync(new { name = "root", scopes = new[] { "administer" } })).ErrorAsync("scopes");
        foreach (var secret in new[] { Configured, await SecretAsync("shop", "read", "ingest", "send") })
        {
            using var program = Program(secret);
            Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/customers", Cancellation)).StatusCode);
            Assert.Equal(
                HttpStatusCode.Forbidden,
                (await program.PostAsJsonAsync("/keys", new { name = "more", scopes = new[] { "read" } }, Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/keys", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/people", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await program.DeleteAsync("/customers/c1", Cancellation)).StatusCode);
        }
    }

    [Fact]
    public async Task A_revoked_key_is_good_no_more()
    {
        var created = await (await CreateAsync(new { name = "shop", scopes = new[] { "read" } })).JsonAsync();
        using var program = Program(created.Text("key")!);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/customers", Cancellation)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/keys/{created.Text("id")}", Cancellation)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/customers", Cancellation)).StatusCode);
        await (await admin.DeleteAsync($"/keys/{created.Text("id")}", Cancellation)).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Another_server_on_the_same_store_refuses_a_revoked_key_within_seconds()
    {
        using var other = new ApiServer(
            new Dictionary<string,
            string?>
            { ["ConnectionStrings:xenocrm"] = $"Data Source={Path.Combine(api.DataFolder, "xenocrm.db")}" });
        var created = await (await CreateAsync(new { name = "shop", scopes = new[] { "read" } })).JsonAsync();
        using var program = other.Anonymous();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", created.Text("key"));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/customers", Cancellation)).StatusCode);

        await admin.DeleteAsync($"/keys/{created.Text("id")}", Cancellation);

        await Poll.UntilAsync(
            async () =>
                (await program.GetAsync("/customers",
                    Cancellation)).StatusCode == HttpStatusCode.Unauthorized, "the other server to notice");
    }

    [Fact]
    public async Task An_expired_key_is_good_no_more()
    {
        var secret = KeySecret.Create();
        var now = TimeProvider.System.GetUtcNow();
        await Store.AddAsync(
            new ApiKey
            {
                Id = "0199a000-0000-7000-8000-000000000001",
                Name = "old",
                Hash = Convert.ToHexStringLower(KeySecret.Hash(secret)),
                Scopes = ["read"],
                CreatedBy = "mara@example.com",
                CreatedAt = now.AddDays(-2),
                ExpiresAt = now.AddSeconds(-1),
            },
            Cancellation);
        using var program = Program(secret);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/customers", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_last_use_is_noted_behind_the_requests()
    {
        var secret = await SecretAsync("shop", "read");
        using var program = Program(secret);
        await program.GetAsync("/customers", Cancellation);
        await Poll.UntilAsync(
            async () =>
                (await Store.FindByHashAsync(Convert.ToHexStringLower(KeySecret.Hash(secret)),
                    Cancellation))!.LastUsedAt is not null, "the use to be noted");
    }

    [Theory]
    [InlineData("""{"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"","scopes":["read"]}""", "name")]
    [InlineData("""{"name":"a\nb","scopes":["read"]}""", "name")]
    [InlineData("""{"name":"shop"}""", "scopes")]
    [InlineData("""{"name":"shop","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"shop","scopes":["READ"]}""", "scopes")]
    [InlineData("""{"name":"shop","scopes":["read"],"expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    public async Task A_key_that_cannot_be_is_refused_by_field(string body, string field)
    {
        var answer = await admin.PostAsync("/keys", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        await answer.ErrorAsync(field);
    }

    [Theory]
    [InlineData("Shop")]
    [InlineData("till")]
    public async Task A_name_that_a_key_has_is_refused(string name)
    {
        await SecretAsync("shop", "read");
        await (await CreateAsync(new { name, scopes = new[] { "read" } })).ProblemAsync(HttpStatusCode.Conflict);
    }

    private Task<HttpResponseMessage> CreateAsync(object key) => admin.PostAsJsonAsync("/keys", key, Cancellation);

    private async Task<string> SecretAsync(string name, params string[] scopes) =>
        (await (await CreateAsync(new { name, scopes })).JsonAsync()).Text("key")!;

    private HttpClient Program(string secret)
    {
        var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }
}
