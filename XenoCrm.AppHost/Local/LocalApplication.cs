using System.Globalization;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.AppHost.Local;

/// <summary>The application on one machine: what runs, what each part is told, and in what order they start and stop.</summary>
internal sealed class LocalApplication : IDisposable
{
    public const string Api = "api";
    public const string Vendor = "vendor";
    public const string Worker = "worker";
    public const string Redis = "redis";

    private readonly HttpHealth health = new();
    private readonly LocalSettings settings;
    private readonly string? redis;
    private readonly string? secret;

    /// <param name="settings">What the environment asks for.</param>
    /// <param name="server">A Redis of our own, if there is one.</param>
    /// <param name="secret">What signs webhooks, unless it is configured.</param>
    /// <exception cref="StartFailure">A service is not built.</exception>
    public LocalApplication(LocalSettings settings, RedisServer? server, string? secret)
    {
        this.settings = settings;
        this.secret = secret;
        redis = server?.ConnectionString ?? (settings.UseRedis ? settings.Redis : null);

        var vendor = Service(Vendor, "XenoCrm.VendorSimulator", settings.VendorAddress);
        var api = Service(Api, "XenoCrm.Api", settings.ApiAddress);
        var worker = Service(Worker, "XenoCrm.ReceiptWorker", settings.WorkerAddress);
        StartOrder = server is null ? [vendor, api, worker] : [server.Describe(), vendor, api, worker];
    }

    /// <summary>Each is ready before the next is started.</summary>
    public IReadOnlyList<LocalService> StartOrder { get; }

    /// <summary>First what lets new work in, then who answers it, then who still works it off, then what that needs.</summary>
    public static IReadOnlyList<string> StopOrder { get; } = [Api, Vendor, Worker, Redis];

    public void Dispose() => health.Dispose();

    private LocalService Service(string name, string project, string address)
    {
        var (assembly, folder) = ServiceOutput.Of(project);
        return new LocalService(
            name,
            ServiceOutput.DotnetPath,
            [assembly],
            folder,
            EnvironmentOf(address),
            cancellationToken => health.IsReadyAsync(address, cancellationToken));
    }

    private Dictionary<string, string?> EnvironmentOf(string address)
    {
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = settings.Environment,
            ["XENOCRM_PORT"] = settings.Port.ToString(CultureInfo.InvariantCulture),
            ["XENOCRM_DATA"] = settings.DataFolder,
            [LocalEnvironment.Lifetime] = LocalEnvironment.LifetimeOfStandardInput,
            ["ConnectionStrings__redis"] = redis,

            // One address each, whatever the runner's own environment says.
            ["ASPNETCORE_URLS"] = address,
            ["DOTNET_URLS"] = null,
            ["URLS"] = null,
            ["HTTP_PORTS"] = null,
            ["ASPNETCORE_HTTP_PORTS"] = null,
            ["HTTPS_PORTS"] = null,
            ["ASPNETCORE_HTTPS_PORTS"] = null,

            // One line an entry, without what the runner's prefix says; where they listen, it says too.
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["Logging__Console__FormatterOptions__ColorBehavior"] = "Disabled",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = null,
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning",
        };
        UnlessSet("Vendor__BaseAddress", settings.VendorAddress);
        UnlessSet("Vendor__CallbackUrl", $"{settings.ApiAddress}/vendor/receipt");
        if (secret is not null)
        {
            environment["Webhooks__Secrets__0"] = secret;
        }

        return environment;

        void UnlessSet(string name, string value)
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                environment[name] = value;
            }
        }
    }
}
