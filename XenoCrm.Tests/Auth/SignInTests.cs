using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

public sealed class SignInTests : IDisposable
{
    private const string Key = "a-key-that-only-the-shop-knows";

    private readonly ApiServer api = new(new Dictionary<string, string?>
    {
        ["ApiKeys:Keys:shop"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_is_let_in_without_signing_in()
    {
        using var client = api.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Signing_in_for_development_gives_a_session()
    {
        using var client = await api.SignedInAsync("mara@example.com");
        var me = await client.GetFromJsonAsync<JsonElement>("/auth/me", Cancellation);
        Assert.Equal("mara@example.com", me.GetProperty("email").GetString());
        Assert.Equal("dev", me.GetProperty("via").GetString());
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        using var client = await api.SignedInAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/logout", null, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_session_that_is_used_goes_on_and_one_that_is_not_is_over_after_a_week()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var server = new ApiServer(configure: host => host.ConfigureServices(services => services.AddSingleton<TimeProvider>(clock)));
        using var client = await server.SignedInAsync();
        foreach (var days in (int[])[1, 5, 4, 5, 6, 6])
        {
            clock.Advance(TimeSpan.FromDays(days));
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
        }

        clock.Advance(TimeSpan.FromDays(7.1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_key_that_signs_out_ends_no_session()
    {
        using var person = await api.SignedInAsync();
        using var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        foreach (var path in (string[])["/auth/logout", "/auth/logout-everywhere"])
        {
            Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync(path, null, Cancellation)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_by_field()
    {
        using var client = api.Anonymous();
        var answer = await client.PostAsJsonAsync("/auth/dev", new { email = "nobody" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("email", problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task A_program_comes_in_with_its_key()
    {
        using var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var me = await client.GetFromJsonAsync<JsonElement>("/auth/me", Cancellation);
        Assert.Equal("key", me.GetProperty("via").GetString());
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        using var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/auth/me", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("{\"email\":")]
    [InlineData("{\"email\":7}")]
    [InlineData("[]")]
    public async Task A_body_that_is_not_the_expected_JSON_is_a_problem_with_its_place(string body)
    {
        using var client = api.Anonymous();
        var answer = await client.PostAsync("/auth/dev", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
    }

    public void Dispose() => api.Dispose();
}
