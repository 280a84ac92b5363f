using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XenoCrm.AppHost;

/// <summary>How the application is started: Development unless the environment says otherwise, its console quiet.</summary>
internal static class AppHostOptions
{
    /// <summary>Starts without the dashboard, for scripts.</summary>
    public const string NoDashboard = "--no-dashboard";

    /// <summary>The dashboard's pages, what it collects, and what it asks the AppHost.</summary>
    public static readonly IReadOnlyList<string> DashboardAddresses =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    public static DistributedApplicationOptions Read(string[] arguments) => new()
    {
        Args = [$"--environment={Environment()}", .. arguments.Where(argument => argument != NoDashboard)],
        DisableDashboard = arguments.Contains(NoDashboard),

        // Dashboard and services talk on this machine only, in plain HTTP: no certificate to make and to trust.
        AllowUnsecuredTransport = true,
        TrustDeveloperCertificate = false,
    };

    /// <summary>The dashboard's ports follow the services'.</summary>
    /// <exception cref="StartFailure"><c>XENOCRM_PORT</c> is not a port.</exception>
    public static void UseLocalAddresses(this IDistributedApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var defaults = new Dictionary<string, string?>
        {
            [DashboardAddresses[0]] = Address(LocalPorts.Dashboard),
            [DashboardAddresses[1]] = Address(LocalPorts.Telemetry),
            [DashboardAddresses[2]] = Address(LocalPorts.Resources),
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
            ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
            ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",

            // The AppHost goes when its services are gone, not before.
            ["DcpPublisher:WaitForResourceCleanup"] = "true",
        };
        configuration.AddInMemoryCollection(defaults.Where(setting => string.IsNullOrEmpty(configuration[setting.Key])));

        string Address(int offset) =>
            string.Create(CultureInfo.InvariantCulture, $"http://localhost:{LocalPorts.First(configuration) + offset}");
    }

    private static string Environment() =>
        NonEmpty("ASPNETCORE_ENVIRONMENT") ?? NonEmpty("DOTNET_ENVIRONMENT") ?? "Development";

    private static string? NonEmpty(string variable) =>
        System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
