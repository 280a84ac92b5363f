using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Http;

/// <summary>
/// Keeps other sites from acting with a person's cookie, by what the browser itself says of where a request comes from:
/// <code>
/// Sec-Fetch-Site: same-origin | none     ours, or typed by the person; anything else is another site's
/// Origin: https://crm.example            where the first is missing (plain HTTP, an older browser)
/// </code>
/// A page can set neither. A program sends neither and has no person's cookie that it did not fetch itself. See
/// docs/decisions/browsers-say-where-from.md.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, IOptions<CorsOptions> cors)
{
    /// <summary>Proof enough by being there: a form cannot send it, and a script of another site is not allowed to.</summary>
    public const string ProofHeader = "X-XenoCrm";

    private static readonly string[] FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

    private readonly HashSet<string> trusted = new(cors.Value.Trusted, StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsGuarded(http) || http.Request.Headers.ContainsKey(ProofHeader))
        {
            await next(http);
        }
        else if (Refusal(http.Request) is { } refusal)
        {
            await TypedResults.Problem(refusal, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
        }
        else if (IsBareForm(http))
        {
            var types = http.RequestServices.GetRequiredService<RouteTable>().TypesAt(http.Request);
            await TypedResults.Problem(
                MediaTypes.Refusal(types, http.Request.ContentType)
                    + (types.Length > 0 ? "" : $" The header {ProofHeader}: 1 shows that it is no form of another site."),
                statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(http);
        }
        else
        {
            await next(http);
        }
    }

    // No browser adds a Bearer by itself (unlike Basic), and where there is one it decides and the cookie is not looked at.
    private static bool IsGuarded(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method)
        && !HttpMethods.IsHead(http.Request.Method)
        && !HttpMethods.IsOptions(http.Request.Method)
        && !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && http.GetEndpoint() is not null;

    private string? Refusal(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (trusted.Contains(origin))
        {
            return null;
        }

        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
        {
            return site == "same-origin" || site == "none" ? null : Sentence($"another site (Sec-Fetch-Site: {Shown(site)})");
        }

        return origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : Sentence($"another origin ({Shown(origin)}) than {request.Scheme}://{request.Host}");
    }

    // Without any word from a browser: what an HTML form could send, to a route that does not ask for it.
    private static bool IsBareForm(HttpContext http) =>
        !http.Request.Headers.ContainsKey("Sec-Fetch-Site")
        && http.Request.Headers.Origin.Count == 0
        && MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
        && FormTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        && http.GetEndpoint()!.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains(
            type.MediaType.Value, StringComparer.OrdinalIgnoreCase) != true;

    private static string Sentence(string from) =>
        $"The request comes from {from}, and a person's sign-in is not for other sites to use. Send it from this site, with an API key, "
        + $"or with the header {ProofHeader}: 1. Behind a proxy, let it pass the Host on; a site of your own is named in "
            + $"{CorsOptions.Section}:Origins.";

    private static string Shown(string? header) => header is { Length: > 100 } ? header[..100] + "…" : header ?? "";
}

/// <summary>On a route whose every request is signed: no cookie is looked at, so no cookie can be misused.</summary>
internal sealed class SignedRequest;
