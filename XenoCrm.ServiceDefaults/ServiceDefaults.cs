using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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

    internal const string HealthPath = "/health";
    internal const string AlivePath = "/alive";

    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        HostSettings.Check(builder.Configuration);
        builder.AddTelemetry();
        var start = new StartPhase();
        builder.Logging.AddFilter(StartPhase.HostCategory, start.LetsPass);
        builder.Services.AddSingleton(start);
        builder.Services.AddTransient<IStartupFilter, RequestSpans>();
        builder.Services.AddSingleton(typeof(IValidateOptions<>), typeof(SettingCheck<>));
        builder.Services.TryAddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // The one place that names it; everybody else is given it.
        builder.Services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return builder;
    }

    /// <summary>
    /// <c>/health</c>: ready for work, the store and the stream included; what makes it worse but not unready is named and
    /// still a 200. <c>/alive</c>: the process answers. In every environment, for whoever probes them as often as they like.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<StartPhase>().End);
        var ready = new HealthCheckOptions { ResponseWriter = HealthBody.WriteAsync };
        var alive = new HealthCheckOptions { ResponseWriter = HealthBody.WriteAsync, Predicate = check => check.Tags.Contains(LiveTag) };
        app.MapHealthChecks(HealthPath, ready).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks(AlivePath, alive).AllowAnonymous().DisableRateLimiting();
        return app;
    }

    /// <summary>
    /// As <c>Run</c>, which disposes of the services before a failed start is told: those that ran already would then
    /// complain of that in the log, and not of the cause.
    /// </summary>
    public static void RunService(this WebApplication app)
    {
        app.Start();
        app.WaitForShutdown();
        ((IDisposable)app).Dispose();
    }

    private static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // At Information it writes each request's path and query, and so what somebody searched for.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

        // At Information it tells each step of a connection; that one is lost or back, our own lines say.
        builder.Logging.AddFilter("StackExchange.Redis", LogLevel.Warning);

        // Set by the operator or by Aspire. Without it nobody collects, and activities that nobody sees cost the API
        // time with each receipt: docs/performance.md.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        // A collector that hangs would hold up a stop by the exporters' own 10 s, as long as some orchestrators wait.
        builder.Configuration["OTEL_EXPORTER_OTLP_TIMEOUT"] ??= "2000";

        builder.Services.AddSingleton<IExternalScopeProvider, PrivateScopes>();
        builder.Logging.AddOpenTelemetry(logging =>
        {
            // What was written, not only its template; and the batch or the request that it belongs to.
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.AddOtlpExporter();
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(
                resource => resource.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName))
            .WithTracing(tracing =>
            {
                tracing.AddSource(TelemetryPrefix + "*", "Microsoft.AspNetCore", "System.Net.Http", PollsAreNoTraces.MongoDb);
                tracing.AddProcessor(new PollsAreNoTraces());
                tracing.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                    TelemetryPrefix + "*",
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Net.Http",
                    "System.Runtime");
                metrics.AddOtlpExporter();
            });
    }
}
