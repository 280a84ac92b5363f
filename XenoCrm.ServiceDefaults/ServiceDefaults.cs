using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace XenoCrm.ServiceDefaults;

/// <summary>What every service of the application has: telemetry, health, a clock, an orderly stop.</summary>
public static class Extensions
{
    /// <summary>Activity sources and meters of ours have this prefix.</summary>
    public const string TelemetryPrefix = "XenoCrm";

    /// <summary>A health check with this tag says whether the process is alive; all of them, whether it is ready for work.</summary>
    public const string LiveTag = "live";

    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.AddTelemetry();
        builder.Services.AddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // The one place that names it; everybody else is given it.
        builder.Services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        if (builder.Configuration[LocalEnvironment.Lifetime] == LocalEnvironment.LifetimeOfStandardInput)
        {
            builder.Services.AddSingleton<IHostLifetime, StandardInputLifetime>();
        }

        return builder;
    }

    /// <summary>
    /// <c>/health</c>: ready for work, the store and the stream included. <c>/alive</c>: the process answers. In every
    /// environment and without details, for whoever probes them.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health").AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).AllowAnonymous();
        return app;
    }

    private static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // Set by the operator or by Aspire. Without it nobody collects, and activities that nobody sees would be a fifth of
        // what a receipt costs the API.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging => logging.AddOtlpExporter());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName))
            .WithTracing(tracing =>
            {
                tracing.AddSource(TelemetryPrefix + "*", "Microsoft.AspNetCore", "System.Net.Http", PollsAreNoTraces.MongoDb);
                tracing.AddProcessor(new PollsAreNoTraces());
                tracing.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(TelemetryPrefix + "*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime");
                metrics.AddOtlpExporter();
            });
    }
}
