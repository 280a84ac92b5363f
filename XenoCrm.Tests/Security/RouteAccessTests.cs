using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http.Metadata;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Security;

/// <summary>
/// Every route that there is in each mode, asked by everybody there is: docs/contract/access.txt has the status that each
/// gets. The routes are the server's own list, so that one that nobody thought of is found missing in the file.
/// </summary>
public sealed partial class RouteAccessTests
{
    private const string Elsewhere = "elsewhere";

    /// <summary>A browser is led to the page that asks who somebody is.</summary>
    private const string ToSignIn = "sign-in";

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
        (Elsewhere, [.. Permission.All]),
    ];

    /// <summary>What a route is sent; others get <c>{}</c>, which is JSON and mostly a 400.</summary>
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /auth/dev"] = """{"email":"visitor@example.com","role":"viewer"}""",
        ["POST /customers"] = """{"id":"c1","name":"Mara","email":"mara@example.com"}""",
        ["POST /orders"] = """{"id":"o1","customerId":"c1","amount":1,"placedAt":"2026-01-01"}""",
        ["POST /segments/preview"] = """{"rule":{"city":"Pune"}}""",
        ["POST /vendor/receipt"] = "[]",
        ["POST /vendor/receipt/test"] = "[]",
    };

    /// <summary>What a page's form is sent, as a browser writes it; others get an empty one.</summary>
    private static readonly Dictionary<string, string> Forms = new()
    {
        ["POST /app/sign-in"] = "email=visitor@example.com&role=viewer",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Development", false)]
    [InlineData("Development", true)]
    [InlineData("Production", true)]
    public async Task Every_caller_gets_from_every_route_what_the_table_says(string environment, bool google)
    {
        var mode = new AccessMode(environment, google);
        await using var server = new AccessServer(mode);
        var actual = new List<string>();
        foreach (var (route, endpoint) in Sorted(await server.RoutesAsync()))
        {
            var statuses = new List<string>();
            foreach (var caller in Callers)
            {
                statuses.Add(await AskAsync(server, route, endpoint, caller.Name));
            }

            actual.Add(AccessTable.Line(route, statuses));
        }

        // Said so that a line can be copied from here into the file.
        var expected = AccessTable.Lines(mode);
        var wrong = actual.Except(expected).ToList();
        Assert.True(
            wrong.Count == 0,
            $"docs/contract/access.txt has other lines for {mode}, or none, for these routes:\n{string.Join('\n', wrong)}");
        Assert.Empty(expected.Except(actual));
    }

    /// <summary>
    /// The table and the routes' own policies say the same: neither can be wrong alone. Here also where nobody can sign in.
    /// </summary>
    [Theory]
    [InlineData("Development", false)]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    [InlineData("Production", true)]
    public async Task The_table_lets_in_whom_the_routes_policies_let_in(string environment, bool google)
    {
        var mode = new AccessMode(environment, google);
        await using var server = new AccessServer(mode);
        var routes = await server.RoutesAsync();
        var lines = AccessTable.Lines(mode)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(cells => $"{cells[0]} {cells[1]}", cells => cells[2..]);
        Assert.Empty(lines.Keys.Except(routes.Select(route => route.Route)));
        foreach (var (route, endpoint) in routes)
        {
            Assert.True(lines.ContainsKey(route), $"docs/contract/access.txt has no line for {route}, which is there in {mode}.");
            foreach (var (status, caller) in lines[route].Zip(Callers))
            {
                var refusal = Refusal(route, endpoint, caller.Name, caller.Permissions);
                Assert.True(
                    refusal is null ? status is not ("401" or "403" or ToSignIn) : status == refusal,
                    $"{route} for {caller.Name}: the table says {status}, the route's policy {refusal ?? "that it may"}.");
            }
        }
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("POST", "/customers/c1/nowhere", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/customers", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_no_route_needs_a_sign_in_too_and_with_one_it_is_said_so(string verb, string path, HttpStatusCode told)
    {
        await using var server = new AccessServer(new AccessMode("Development", Google: false));
        foreach (var (caller, status) in new[] { ("nobody", HttpStatusCode.Unauthorized), ("viewer", told), ("key:read", told) })
        {
            using var client = await server.ClientAsync(caller);
            using var request = new HttpRequestMessage(new HttpMethod(verb), path);
            using var answer = await client.SendAsync(request, Cancellation);
            await answer.ProblemAsync(status);
        }
    }

    private static string? Refusal(string route, RouteEndpoint? endpoint, string caller, string[]? permissions)
    {
        // Google's callback takes what only the browser has that began a sign-in: a correlation cookie and its state.
        if (endpoint is null)
        {
            return null;
        }

        var isSigned = endpoint.Metadata.GetMetadata<SignedRequest>() is not null;
        if (caller == Elsewhere && !route.StartsWith("GET", StringComparison.Ordinal) && !isSigned)
        {
            return "403";
        }

        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return null;
        }

        var asked = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements)
                .OfType<ClaimsAuthorizationRequirement>()
                .Select(claim => claim.AllowedValues!.ToArray())
                .ToList();
        return permissions is null
            ? IsPage(endpoint) ? ToSignIn : "401"
            : asked.TrueForAll(anyOf => anyOf.Intersect(permissions).Any()) ? null : "403";
    }

    private static bool IsPage(RouteEndpoint? endpoint) => endpoint?.Metadata.GetMetadata<PageRoute>() is not null;

    private static IEnumerable<(string Route, RouteEndpoint? Endpoint)> Sorted(
        IEnumerable<(string Route, RouteEndpoint? Endpoint)> routes) =>
        routes.OrderBy(route => route.Route[route.Route.IndexOf('/', StringComparison.Ordinal)..], StringComparer.Ordinal)
            .ThenBy(route => route.Route, StringComparer.Ordinal);

    private static async Task<string> AskAsync(AccessServer server, string route, RouteEndpoint? endpoint, string caller)
    {
        using var client = await server.ClientAsync(caller == Elsewhere ? "admin" : caller);
        using var request = Request(server.Api, route, endpoint);
        if (caller == Elsewhere)
        {
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        }
        else if (IsPage(endpoint))
        {
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        if (route is "POST /auth/logout" or "POST /auth/logout-everywhere" or "POST /app/sign-out")
        {
            server.ForgetSessions();
        }

        return answer.Headers.Location is { } next && Path(next) == PageRoute.SignIn
            ? ToSignIn
            : ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);

        static string Path(Uri address) => (address.IsAbsoluteUri ? address.PathAndQuery : address.OriginalString).Split('?')[0];
    }

    private static HttpRequestMessage Request(ApiServer api, string route, RouteEndpoint? endpoint)
    {
        var (verb, path) = (
            route[..route.IndexOf(' ', StringComparison.Ordinal)], route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var request = new HttpRequestMessage(
            new HttpMethod(verb), Parameter().Replace(path, name => name.Value == "{documentName}" ? "v1" : "unknown"));
        var takes = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes;
        if (IsPage(endpoint) && verb == "POST")
        {
            request.Content = takes?.Contains("multipart/form-data") == true && takes.Count == 1
                ? new MultipartFormDataContent { { new StringContent("name,email\n"), "file", "empty.csv" } }
                : new StringContent(Forms.GetValueOrDefault(route, ""), Encoding.UTF8, "application/x-www-form-urlencoded");
        }
        else if (takes?.Contains("text/csv") == true)
        {
            request.Content = new StringContent("id,customerId,amount,placedAt,name,email\n", Encoding.UTF8, "text/csv");
        }
        else if (takes is not null || Bodies.ContainsKey(route))
        {
            var body = Encoding.UTF8.GetBytes(Bodies.GetValueOrDefault(route, "{}"));
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (endpoint?.Metadata.GetMetadata<SignedRequest>() is not null)
            {
                api.Services.GetRequiredService<WebhookSignature>().Sign(request.Headers, "msg-1", body);
            }
        }

        return request;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
