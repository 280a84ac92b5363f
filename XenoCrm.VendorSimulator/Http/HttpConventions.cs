using Microsoft.AspNetCore.Server.Kestrel.Core;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.VendorSimulator.Http;

/// <summary>What every route of the vendor has in common: errors as ProblemDetails, a limit of the body, signatures.</summary>
internal static class HttpConventions
{
    /// <summary>Enough for a full batch of the longest texts in one-byte letters.</summary>
    public const long MaxBodyBytes = 16 * 1024 * 1024;

    public static WebApplicationBuilder AddHttpConventions(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = SayWhatToSend);
        builder.Services.AddExceptionHandler<VendorExceptionHandler>();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddSingleton(new WebhookSignature(LocalEnvironment.WebhookSecrets(builder.Configuration, builder.Environment)));
        return builder;
    }

    private static void SayWhatToSend(ProblemDetailsContext context)
    {
        if (context.ProblemDetails.Status == StatusCodes.Status415UnsupportedMediaType)
        {
            context.ProblemDetails.Detail ??= "The vendor reads JSON: send it with the header Content-Type: application/json.";
        }
    }

    public static WebApplication UseHttpConventions(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/vendor"), branch => branch.UseMiddleware<SignatureMiddleware>());
        return app;
    }
}
