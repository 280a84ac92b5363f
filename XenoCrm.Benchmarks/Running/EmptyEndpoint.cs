using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using XenoCrm.AppHost.Running;

namespace XenoCrm.Benchmarks.Running;

/// <summary>
/// An ASP.NET Core endpoint that does nothing, as a process of its own with the settings that the API's runtime has: the most that
/// a server can answer here, and the soonest that one can start.
/// </summary>
internal static class EmptyEndpoint
{
    public const string Command = "empty-endpoint";

    /// <summary>What that process does.</summary>
    public static async Task ServeAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address(port).ToString());
        await using var application = builder.Build();
        application.MapPost("/vendor/receipt", () => TypedResults.Ok());
        application.MapGet("/health", () => TypedResults.Ok());
        await HostingAbstractionsHostExtensions.RunAsync(application, cancellationToken);
    }

    public static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));

    public static async Task<MeasuredProcess> StartAsync(int port, string? cores)
    {
        var process = MeasuredProcess.Start("empty endpoint", StartInfo(port, cores));
        try
        {
            await Health.UntilHealthyAsync(process, Address(port));
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public static ProcessStartInfo StartInfo(int port, string? cores)
    {
        var (api, folder) = ServiceOutput.Of("XenoCrm.Api");
        string[] arguments =
        [
            "exec", "--runtimeconfig", Path.ChangeExtension(api, ".runtimeconfig.json"), typeof(EmptyEndpoint).Assembly.Location, Command,
            "--port", port.ToString(CultureInfo.InvariantCulture),
        ];
        var start = cores is null
            ? new ProcessStartInfo(ServiceOutput.DotnetPath, arguments)
            : Cores.On(cores, ServiceOutput.DotnetPath, arguments);
        start.WorkingDirectory = Path.GetDirectoryName(folder)!;
        return start;
    }
}
