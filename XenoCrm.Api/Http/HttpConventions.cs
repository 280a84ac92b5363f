using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using XenoCrm.Api.Http.Description;

namespace XenoCrm.Api.Http;

/// <summary>What every endpoint has in common: JSON form, errors as ProblemDetails, the OpenAPI description.</summary>
internal static class HttpConventions
{
    /// <summary>The largest body of a route that does not say otherwise. A long rule has hundreds of KiB.</summary>
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    public static IServiceCollection AddHttpConventions(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        services.AddSingleton<RouteTable>();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddValidation();
        ApiDescription.Add(services);
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
            StatusCodes.Status403Forbidden =>
                "Whoever is signed in may not do this; an admin can give a role, or an API key a scope, that may.",
            StatusCodes.Status413PayloadTooLarge => BodyLimit.Sentence(context.HttpContext),
            StatusCodes.Status405MethodNotAllowed => "This route does not know the verb; the header Allow lists those that it knows.",
            StatusCodes.Status415UnsupportedMediaType =>
                MediaTypes.Refusal(TypesAt(context.HttpContext), context.HttpContext.Request.ContentType),
            _ => null,
        };

        // The framework's validation names a property as C# does. Any other key is ours: a header's name, or a column's, stays as it is.
        if (context.ProblemDetails is HttpValidationProblemDetails validation && !RequestCheck.NamedErrors(context.HttpContext))
        {
            var properties = RequestCheck.BoundType(context.HttpContext.GetEndpoint())?.GetProperties() ?? [];
            bool IsProperty(string key) => Array.Exists(properties, property => property.Name == key.Split('.', '[')[0]);
            validation.Errors = validation.Errors
                .GroupBy(error => IsProperty(error.Key) ? CamelCase(error.Key) : error.Key)
                .ToDictionary(errors => errors.Key, errors => errors.SelectMany(error => error.Value).ToArray());
        }
    }

    // schedule.At as the body has it, schedule.at.
    private static string CamelCase(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static string[] TypesAt(HttpContext http) => http.RequestServices.GetRequiredService<RouteTable>().TypesAt(http.Request);

    /// <param name="app">The service.</param>
    /// <param name="limitSigned">What holds back signed requests when there are too many.</param>
    public static WebApplication UseHttpConventions(this WebApplication app, Action<IApplicationBuilder> limitSigned)
    {
        app.Use(MethodAnswers.AnswerHeadAsync);
        app.UseRouting();
        app.Use(SecurityHeaders.InvokeAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRequestTimeouts();
        app.Use(BodyLimit.InvokeAsync);
        app.UseWhen(IsSigned, signed => AnswerSigned(signed, limitSigned));
        app.UseSwaggerUI(swagger =>
        {
            swagger.SwaggerEndpoint("/openapi/v1.json", "XenoCrm");
            swagger.DocumentTitle = "XenoCrm API";
            swagger.EnableDeepLinking();
            swagger.EnablePersistAuthorization();
        });
        app.UseConfiguredCors();
        app.Use(MethodAnswers.AnswerOptionsAsync);
        app.UseMiddleware<CrossSiteGuard>();
        return app;
    }

    private static bool IsSigned(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<SignedRequest>() is not null;

    /// <summary>Thousands come a second; no browser sends them and nobody signs in for them, so nothing after this sees them.</summary>
    private static void AnswerSigned(IApplicationBuilder signed, Action<IApplicationBuilder> limit)
    {
        limit(signed);
        signed.UseMiddleware<RequestCheck>();
        signed.UseEndpoints(_ => { });
    }

    /// <summary>After sign-in: whoever may not call a route is not told how to.</summary>
    public static WebApplication UseRequestCheck(this WebApplication app)
    {
        app.UseMiddleware<RequestCheck>();
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
