using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenoCrm.Api.Http;

/// <summary>What every endpoint has in common: JSON form, errors as ProblemDetails, the OpenAPI description.</summary>
internal static class HttpConventions
{
    /// <summary>The largest body but for an import, which is streamed.</summary>
    public const long MaxBodyBytes = 32 * 1024 * 1024;

    public static IServiceCollection AddHttpConventions(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddValidation();
        services.AddOpenApi();

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
        if (context.ProblemDetails is { Status: StatusCodes.Status415UnsupportedMediaType, Detail: null } unsupported)
        {
            unsupported.Detail = "The Content-Type is missing, or is not one that this route takes; /openapi/v1.json lists them.";
        }

        // The framework's validation names a property as C# does.
        if (context.ProblemDetails is HttpValidationProblemDetails validation)
        {
            validation.Errors = validation.Errors.ToDictionary(error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
        }
    }

    public static WebApplication UseHttpConventions(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(BodyLimit.InvokeAsync);
        return app;
    }

    public static WebApplication MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.UseSwaggerUI(swagger =>
        {
            swagger.SwaggerEndpoint("/openapi/v1.json", "XenoCrm");
            swagger.DocumentTitle = "XenoCrm API";
        });
        return app;
    }
}
