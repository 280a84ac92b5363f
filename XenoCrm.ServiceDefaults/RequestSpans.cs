using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace XenoCrm.ServiceDefaults;

/// <summary>
/// Names a request's span after its route, <c>GET /customers/{id}</c>, and says how it ended: the framework's own span
/// says neither. Never the path or the query, which may name a person. Probes come every few seconds and are left out.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
            if (span is not { Recorded: true })
            {
                return rest(context);
            }

            if (context.Request.Path.Value is Extensions.HealthPath or Extensions.AlivePath)
            {
                // Before anything goes on under it, which would otherwise be left behind as a trace of its own.
                span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                span.IsAllDataRequested = false;
                return rest(context);
            }

            return DescribedAsync(span, context, rest);
        });
        next(app);
    };

    private static async Task DescribedAsync(Activity span, HttpContext context, RequestDelegate rest)
    {
        try
        {
            await rest(context);
        }
        finally
        {
            Describe(span, context);
        }
    }

    private static void Describe(Activity span, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.request.method", context.Request.Method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error, context.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
        }
    }
}
