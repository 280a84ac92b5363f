using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>
/// Every route that there is, asked by everybody there is: docs/contract/access.txt has the status that each gets. The
/// routes are the server's own list, so that one that nobody thought of is found missing in the file.
/// </summary>
public sealed partial class RouteAccessTests : IDisposable
{
    /// <summary>The columns, and what each caller has; null for one who is nobody.</summary>
    private static readonly (string Name, string[]? Permissions)[] Callers =
    [
        ("nobody", null),
        ("viewer", [Permission.Read]),
        ("marketer", [Permission.Read, Permission.Ingest, Permission.Send]),
        ("admin", [.. Permission.All]),
        ("key:read", [Permission.Read]),
        ("key:ingest", [Permission.Ingest]),
        ("key:send", [Permission.Send]),

        // An admin's browser, made to ask by a page of another site.
        ("elsewhere", [.. Permission.All]),
    ];

    /// <summary>What a route is sent; others get <c>{}</c>, which is JSON and mostly a 400.</summary>
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /auth/dev"] = """{"email":"visitor@example.com","role":"viewer"}""",
        ["POST /customers"] = """{"id":"c1","name":"Mara","email":"mara@example.com"}""",
        ["POST /orders"] = """{"id":"o1","customerId":"c1","amount":1,"placedAt":"2026-01-01"}""",
        ["POST /segments/preview"] = """{"rule":{"city":"Pune"}}""",
        ["POST /vendor/receipt"] = "[]",
    };

    private readonly ApiServer api = new(new Dictionary<string, string?> { ["Limits:SignInBurst"] = "10000", ["Limits:AddressBurst"] = "10000" });
    private readonly Dictionary<string, string> keys = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Table => Path.Combine(Repository.Root, "docs", "contract", "access.txt");

    [Fact]
    public async Task Every_caller_gets_from_every_route_what_the_table_says()
    {
        var expected = Lines();
        var actual = new List<string>();
        foreach (var (route, endpoint) in Routes())
        {
            var statuses = new List<string>();
            foreach (var caller in Callers)
            {
                statuses.Add(await AskAsync(route, endpoint, caller.Name));
            }

            actual.Add(Line(route, statuses));
        }

        // Said so that a line can be copied from here into the file.
        var wrong = actual.Except(expected).ToList();
        Assert.True(wrong.Count == 0, $"docs/contract/access.txt has other lines, or none, for these routes:\n{string.Join('\n', wrong)}");
        Assert.Empty(expected.Except(actual));
    }

    /// <summary>The table and the routes' own policies say the same: neither can be wrong alone.</summary>
    [Fact]
    public void The_table_lets_in_whom_the_routes_policies_let_in()
    {
        var lines = Lines().Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(cells => $"{cells[0]} {cells[1]}", cells => cells[2..]);
        foreach (var (route, endpoint) in Routes())
        {
            Assert.True(lines.ContainsKey(route), $"docs/contract/access.txt has no line for {route}.");
            foreach (var (status, caller) in lines[route].Zip(Callers))
            {
                var refusal = Refusal(route, endpoint, caller.Name, caller.Permissions);
                Assert.True(refusal is null ? status is not ("401" or "403") : status == refusal, $"{route} for {caller.Name}: the table says {status}, the route's policy {refusal ?? "that it may"}.");
            }
        }
    }

    public void Dispose() => api.Dispose();

    private static string? Refusal(string route, RouteEndpoint endpoint, string caller, string[]? permissions)
    {
        var isSigned = endpoint.Metadata.GetMetadata<SignedRequest>() is not null;
        if (caller == "elsewhere" && !route.StartsWith("GET", StringComparison.Ordinal) && !isSigned)
        {
            return "403";
        }

        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return null;
        }

        var asked = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements).OfType<ClaimsAuthorizationRequirement>().Select(claim => claim.AllowedValues!.ToArray()).ToList();
        return permissions is null ? "401" : asked.TrueForAll(anyOf => anyOf.Intersect(permissions).Any()) ? null : "403";
    }

    private static List<string> Lines() =>
        [.. File.ReadLines(Table).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => Spaces().Replace(line.Trim(), " ")).Select(Aligned)];

    private static string Aligned(string line) => line.Split(' ') is [var verb, var path, .. var statuses] ? Line($"{verb} {path}", statuses) : line;

    private static string Line(string route, IEnumerable<string> statuses) => $"{route,-44}{string.Concat(statuses.Select(status => $"{status,10}"))}";

    private IEnumerable<(string Route, RouteEndpoint Endpoint)> Routes() => api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            .Select(verb => (Route: $"{verb} /{endpoint.RoutePattern.RawText?.Trim('/')}", Endpoint: endpoint)))
        .OrderBy(route => route.Endpoint.RoutePattern.RawText?.Trim('/'), StringComparer.Ordinal).ThenBy(route => route.Route, StringComparer.Ordinal);

    private async Task<string> AskAsync(string route, RouteEndpoint endpoint, string caller)
    {
        using var client = caller switch
        {
            "nobody" => api.Anonymous(),
            "elsewhere" => await api.SignedInAsync("admin@example.com", "admin"),
            _ when caller.StartsWith("key:", StringComparison.Ordinal) => await WithKeyAsync(caller[4..]),
            _ => await api.SignedInAsync($"{caller}@example.com", caller),
        };
        using var request = Request(route, endpoint);
        if (caller == "elsewhere")
        {
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
    }

    private HttpRequestMessage Request(string route, RouteEndpoint endpoint)
    {
        var (verb, path) = (route[..route.IndexOf(' ', StringComparison.Ordinal)], route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var request = new HttpRequestMessage(new HttpMethod(verb), Parameter().Replace(path, name => name.Value == "{documentName}" ? "v1" : "unknown"));
        var takes = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes;
        if (takes?.Contains("text/csv") == true)
        {
            request.Content = new StringContent("id,customerId,amount,placedAt,name,email\n", Encoding.UTF8, "text/csv");
        }
        else if (takes is not null || Bodies.ContainsKey(route))
        {
            var body = Encoding.UTF8.GetBytes(Bodies.GetValueOrDefault(route, "{}"));
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (endpoint.Metadata.GetMetadata<SignedRequest>() is not null)
            {
                api.Services.GetRequiredService<WebhookSignature>().Sign(request.Headers, "msg-1", body);
            }
        }

        return request;
    }

    private async Task<HttpClient> WithKeyAsync(string scope)
    {
        if (!keys.TryGetValue(scope, out var key))
        {
            using var admin = await api.SignedInAsync("admin@example.com", "admin");
            using var made = await admin.PostAsJsonAsync("/keys", new { name = scope, scopes = new[] { scope } }, Cancellation);
            made.EnsureSuccessStatusCode();
            keys[scope] = key = (await made.JsonAsync()).Text("key")!;
        }

        var client = api.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
