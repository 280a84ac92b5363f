using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Http;

/// <summary>
/// What every answer tells the browser, errors and streams included: nothing runs that is not a file of ours, nobody frames
/// us, and no copy of personal data stays in a cache.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>A page that is no route of ours.</summary>
    private const string Swagger = "/swagger";

    public const string DataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Scripts and style sheets are files of this site; <c>data:</c> is for the small pictures in those style sheets.</summary>
    public const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private const string OneYear = "max-age=31536000";

    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        // At the last moment: an error begins its answer anew, without the headers that were there.
        http.Response.OnStarting(Set, http);
        return next(http);
    }

    private static Task Set(object state)
    {
        var http = (HttpContext)state;
        var isSwagger = http.Request.Path.StartsWithSegments(Swagger, StringComparison.Ordinal);
        var isPage = isSwagger || PageRoute.IsAsked(http);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = isPage ? PagePolicy : DataPolicy;
        headers.XContentTypeOptions = "nosniff";

        // With no-referrer a browser would hide from us, too, that a form is our own: it sends Origin: null then.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!isSwagger && !headers.ContainsKey(HeaderNames.CacheControl))
        {
            headers.CacheControl = "no-store";
        }

        if (http.Request.IsHttps && !http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            headers.StrictTransportSecurity = OneYear;
        }

        return Task.CompletedTask;
    }
}
