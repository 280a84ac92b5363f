using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Http;

/// <summary>
/// On a route that answers with a page, for a person in a browser: its errors are pages as well, and who is not signed in is asked to.
/// </summary>
internal sealed class PageRoute
{
    /// <summary>The page that asks who somebody is, with <c>?returnUrl=</c>.</summary>
    public const string SignIn = "/app/sign-in";

    /// <summary>Where all pages are but the first, <c>/</c>.</summary>
    public const string Prefix = "/app";

    /// <summary>
    /// Whether the request is for a page: its route says so, or there is no such route and a browser's address bar asked.
    /// </summary>
    public static bool IsAsked(HttpContext http)
    {
        // While an error is answered there is no endpoint any more, but the one that it was.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint is null
            ? HttpMethods.IsGet(http.Request.Method)
                && http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase))
            : endpoint.Metadata.GetMetadata<PageRoute>() is not null;
    }

    public static string SignInFor(HttpRequest request) => request.Path == "/"
        ? SignIn
        : $"{SignIn}?returnUrl={Uri.EscapeDataString(HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : "/")}";
}
