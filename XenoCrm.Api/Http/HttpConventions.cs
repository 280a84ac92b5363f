using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Http;

/// <summary>What every endpoint has in common: JSON form, errors as ProblemDetails, the OpenAPI description.</summary>
internal static class HttpConventions
{
    /// <summary>The largest body of a route that does not say otherwise. A long rule has hundreds of KiB.</summary>
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    public static IServiceCollection AddHttpConventions(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddValidation();
        services.AddOpenApi();
        services.AddRequestTimeouts();
        services.AddOptions<CorsOptions>().BindConfiguration(CorsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddCors();

        services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });

        // A bad request is the client's fault in Development too: no exception page, the same answer everywhere.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.MaxDepth = 64;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            json.SerializerOptions.Converters.Add(new UtcConverter());
        });
        return services;
    }

    private static void Complete(ProblemDetailsContext context)
    {
        context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            StatusCodes.Status401Unauthorized => "Nobody is signed in. Sign in under /auth, or send an API key: Authorization: Bearer KEY.",
            StatusCodes.Status403Forbidden => "Whoever is signed in may not do this; an admin can give a role, or an API key a scope, that may.",
            StatusCodes.Status413PayloadTooLarge => BodyLimit.Sentence(context.HttpContext),
            StatusCodes.Status415UnsupportedMediaType => "The Content-Type is missing, or is not one that this route takes; /openapi/v1.json lists them.",
            _ => null,
        };

        // The framework's validation names a property as C# does.
        if (context.ProblemDetails is HttpValidationProblemDetails validation)
        {
            validation.Errors = validation.Errors.ToDictionary(error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
        }
    }

    public static WebApplication UseHttpConventions(this WebApplication app)
    {
        app.Use(SecurityHeaders.InvokeAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSwaggerUI(swagger =>
        {
            swagger.SwaggerEndpoint("/openapi/v1.json", "XenoCrm");
            swagger.DocumentTitle = "XenoCrm API";
        });
        app.UseConfiguredCors();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseRequestTimeouts();
        app.Use(BodyLimit.InvokeAsync);
        return app;
    }

    // Where no origin is configured there is no such middleware, and so no CORS header in any answer.
    private static void UseConfiguredCors(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<CorsOptions>>().Value;
        if (options.Origins.Length == 0)
        {
            return;
        }

        app.UseCors(policy =>
        {
            policy.WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
                .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, "Idempotency-Key", CrossSiteGuard.ProofHeader)
                .WithExposedHeaders(Paging.NextCursorHeader, HeaderNames.RetryAfter, HeaderNames.Location, HeaderNames.ContentDisposition);
            _ = options.IsOpenToAll ? policy.AllowAnyOrigin() : policy.WithOrigins(options.Origins).AllowCredentials();
        });
    }

    public static WebApplication MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
