using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Google;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;
using XenoCrm.Tests.Auth;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>An API in one of its modes, with people and keys who come in as they do there.</summary>
internal sealed class AccessServer : IAsyncDisposable
{
    private readonly GoogleServer? google;
    private readonly Dictionary<string, string> cookies = [];
    private readonly Dictionary<string, string> keys = [];

    public AccessServer(AccessMode mode)
    {
        (string Key, string? Value)[] settings =
        [
            ("Limits:SignInBurst", "10000"), ("Limits:AddressBurst", "10000"), ("Auth:AllowedDomains:0", "example.com"), (
                "Webhooks:Secrets:0", "a-secret-of-more-than-24-characters"),
        ];
        google = mode.Google
            ? new GoogleServer(
                mode.Environment,
                [.. settings, ("Logging:LogLevel:Default", "Warning"), ("Logging:LogLevel:Microsoft.AspNetCore", "Warning")])
            : null;
        Api = google?.Api
            ?? new ApiServer(settings.ToDictionary(one => one.Key, one => one.Value), host => host.UseEnvironment(mode.Environment));
    }

    public ApiServer Api { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// The server's own list, but for style sheets, scripts and pictures, which are for all; a route that is answered before
    /// there is an endpoint has none.
    /// </summary>
    public async Task<IReadOnlyList<(string Route, RouteEndpoint? Endpoint)>> RoutesAsync()
    {
        var endpoints = Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(verb => ($"{verb} /{endpoint.RoutePattern.RawText?.Trim('/')}", (RouteEndpoint?)endpoint)));
        var handlers = await Api.Services.GetRequiredService<IAuthenticationSchemeProvider>().GetRequestHandlerSchemesAsync();
        return [.. endpoints, .. handlers.SelectMany(Answered)];
    }

    /// <summary>A client of somebody of that role, with that key (<c>key:read</c>), or of nobody.</summary>
    public async Task<HttpClient> ClientAsync(string caller)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Api.Address };
        if (caller.StartsWith("key:", StringComparison.Ordinal))
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(caller[4..]));
        }
        else if (caller != "nobody")
        {
            client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(caller));
        }

        return client;
    }

    /// <summary>Everybody signs in anew: a route has ended sessions.</summary>
    public void ForgetSessions() => cookies.Clear();

    public ValueTask DisposeAsync()
    {
        if (google is not null)
        {
            return google.DisposeAsync();
        }

        Api.Dispose();
        return ValueTask.CompletedTask;
    }

    // Google's handler looks at each request's path, whatever its verb.
    private IEnumerable<(string Route, RouteEndpoint? Endpoint)> Answered(AuthenticationScheme scheme)
    {
        Assert.Equal(GoogleDefaults.AuthenticationScheme, scheme.Name);
        var path = Api.Services.GetRequiredService<IOptionsMonitor<GoogleOptions>>().Get(scheme.Name).CallbackPath;
        return [($"GET {path}", null), ($"POST {path}", null)];
    }

    private async Task<string> CookieAsync(string role)
    {
        if (!cookies.TryGetValue(role, out var cookie))
        {
            cookies[role] = cookie = google is null ? await ForDevelopmentAsync(role) : await WithGoogleAsync(google, role);
        }

        return cookie;
    }

    private async Task<string> ForDevelopmentAsync(string role)
    {
        using var client = Api.Anonymous();
        using var answer = await client.PostAsJsonAsync("/auth/dev", new { email = $"{role}@example.com", role }, Cancellation);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    /// <summary>The first who signs in is an admin, and says what the others are.</summary>
    private async Task<string> WithGoogleAsync(GoogleServer server, string role)
    {
        var admin = role == "admin" ? null : await ClientAsync("admin");
        var address = $"{role}@example.com";
        server.Google.User = new(role, address, EmailVerified: true, "example.com", role);
        using var browser = server.Browser();
        await browser.SignInAsync();
        var cookie = Assert.Single(
            browser.LastCookies,
            one => one.StartsWith("__Host-xenocrm=", StringComparison.Ordinal) || one.StartsWith("xenocrm=", StringComparison.Ordinal));
        if (admin is not null)
        {
            using (admin)
            {
                var people = await admin.GetFromJsonAsync<JsonElement>("/people", Cancellation);
                var id = people.EnumerateArray().Single(person => person.Text("email") == address).Text("id");
                using var change = await admin.PutAsJsonAsync($"/people/{id}/role", new { role }, Cancellation);
                change.EnsureSuccessStatusCode();
            }
        }

        return cookie.Split(';')[0];
    }

    private async Task<string> KeyAsync(string scope)
    {
        if (!keys.TryGetValue(scope, out var key))
        {
            using var admin = await ClientAsync("admin");
            using var made = await admin.PostAsJsonAsync("/keys", new { name = scope, scopes = new[] { scope } }, Cancellation);
            made.EnsureSuccessStatusCode();
            keys[scope] = key = (await made.JsonAsync()).Text("key")!;
        }

        return key;
    }
}
