using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using XenoCrm.AppHost.Running;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Benchmarks.Running;

/// <summary>What of the application runs, and how.</summary>
internal sealed record ApplicationOptions
{
    /// <summary>With this machine's redis-server for the receipts.</summary>
    public bool Redis { get; init; }

    /// <summary>The connection string of another store than the embedded one.</summary>
    public string? Store { get; init; }

    /// <summary>Whether there is a vendor to send to. Without one, what is launched stays pending.</summary>
    public bool Vendor { get; init; } = true;

    /// <summary>How many APIs share the work; the vendor calls back the first.</summary>
    public int Apis { get; init; } = 1;

    /// <summary>Where its data lies, if not in the place for temporary files. It stays when the application ends.</summary>
    public string? Folder { get; init; }

    /// <summary>The API has the first core to itself; all others share the rest with the load.</summary>
    public bool ApiOnOneCore { get; init; }

    /// <summary>The clock of all services, if not this machine's.</summary>
    public MovedClock? Clock { get; init; }

    /// <summary>Further environment of the services.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];
}

/// <summary>
/// The services as processes of their own, on a data folder of their own, measured from outside: with
/// no orchestrator and no dashboard beside them that would be measured too.
/// </summary>
internal sealed class RunningApplication : IAsyncDisposable
{
    private const int FurtherApis = LocalEnvironment.RedisOffset + 1;

    private readonly DirectoryInfo folder;
    private readonly List<MeasuredProcess> processes = [];
    private readonly int port;
    private readonly ApplicationOptions options;

    private RunningApplication(ApplicationOptions options)
    {
        this.options = options;
        folder = options.Folder is { } given ? new DirectoryInfo(given) : MeasuredProcess.CreateFolder("xenocrm-load-");
        port = LocalPorts.FindFree(FurtherApis + options.Apis - 1);
        Client = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
        {
            BaseAddress = At(0),
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    /// <summary>Signed in at the API.</summary>
    public HttpClient Client { get; }

    /// <summary>What signs webhooks.</summary>
    public string Secret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string Folder => folder.FullName;

    /// <summary>The embedded store.</summary>
    public string StoreFile => Path.Combine(Folder, "xenocrm.db");

    /// <summary>The vendor's own book.</summary>
    public string VendorFile => Path.Combine(Folder, "vendor.db");

    /// <summary>Of the redis-server; null without.</summary>
    public string? Redis => options.Redis
        ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port + LocalEnvironment.RedisOffset}")
        : null;

    public string? Store => options.Store;

    public Uri VendorAddress => At(LocalEnvironment.VendorOffset);

    public IReadOnlyList<MeasuredProcess> Processes => processes;

    /// <summary>All that run by themselves, in the order in which they are started.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. (string[])(options.Redis ? ["redis"] : []), .. (string[])(options.Vendor ? ["vendor"] : []), "api",
        .. Enumerable.Range(2, options.Apis - 1).Select(ApiName), "worker",
    ];

    public MeasuredProcess this[string name] => processes.Single(process => process.Name == name);

    public static Task<RunningApplication> StartAsync(bool redis, params IReadOnlyList<(string Name, string Value)> settings) =>
        StartAsync(new ApplicationOptions { Redis = redis, Settings = settings });

    public static async Task<RunningApplication> StartAsync(ApplicationOptions options)
    {
        var application = new RunningApplication(options);
        try
        {
            await application.StartAsync();
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>What each process has used so far, to be taken away from what it has used later.</summary>
    public IReadOnlyDictionary<string, Usage> Used() => processes.ToDictionary(process => process.Name, process => process.Used());

    /// <summary>Ends one of them at once, as a loss of power would.</summary>
    public async Task KillAsync(string name)
    {
        var process = this[name];
        await process.DisposeAsync();
        processes.Remove(process);
    }

    /// <summary>Tells one of them to stop. Answers how long it took, and whether it ended as one that was told to.</summary>
    public async Task<(TimeSpan Took, bool IsOrderly)> TerminateAsync(string name)
    {
        var process = this[name];
        var result = await process.TerminateAsync();
        await process.DisposeAsync();
        processes.Remove(process);
        return result;
    }

    /// <summary>Starts one of them, on the same data, and waits until it is ready.</summary>
    public async Task StartAsync(string name)
    {
        var others = options.ApiOnOneCore ? Cores.Others : null;
        switch (name)
        {
            case "redis":
                processes.Add(await LocalRedis.StartAsync(Folder, port + LocalEnvironment.RedisOffset, others));
                break;
            case "vendor":
                await StartAsync(name, "XenoCrm.VendorSimulator", LocalEnvironment.VendorOffset, others);
                break;
            case "worker":
                await StartAsync(name, "XenoCrm.ReceiptWorker", LocalEnvironment.WorkerOffset, others);
                break;
            case "api":
                await StartAsync(name, "XenoCrm.Api", 0, options.ApiOnOneCore ? Cores.First : null);
                break;
            default:
                var number = int.Parse(name.AsSpan("api".Length), CultureInfo.InvariantCulture);
                await StartAsync(name, "XenoCrm.Api", FurtherApis + number - 2, others);
                break;
        }
    }

    /// <summary>Anew: a session is over once a clock was moved.</summary>
    public async Task SignInAsync() =>
        (await Client.PostAsJsonAsync("/auth/dev", new { email = "load@example.com" })).EnsureSuccessStatusCode();

    /// <summary>What the vendor does to messages and requests, in place of what it did; it forgets that when it ends.</summary>
    public async Task SetVendorFaultsAsync(object faults)
    {
        using var client = new HttpClient { BaseAddress = VendorAddress };
        (await client.PutAsJsonAsync("/vendor/faults", faults)).EnsureSuccessStatusCode();
    }

    /// <summary>Ends all of it at once, and leaves nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in processes.AsEnumerable().Reverse())
        {
            await process.DisposeAsync();
        }

        if (options.ApiOnOneCore)
        {
            await Cores.GiveBackAsync();
        }

        if (options.Folder is null)
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task StartAsync()
    {
        if (options.ApiOnOneCore)
        {
            Cores.Need();
            await Cores.MoveLoadToAsync(Cores.Others);
        }

        foreach (var name in Names)
        {
            await StartAsync(name);
        }

        await SignInAsync();
    }

    private static string ApiName(int number) => string.Create(CultureInfo.InvariantCulture, $"api{number}");

    private Uri At(int offset) => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port + offset}"));

    private async Task StartAsync(string name, string project, int offset, string? cores)
    {
        var (assembly, projectFolder) = Services.Of(project);
        var start = cores is null
            ? new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly])
            : Cores.On(cores, ServiceOutput.DotnetPath, [assembly]);
        start.WorkingDirectory = projectFolder;
        foreach (var (key, value) in Environment(offset))
        {
            start.Environment[key] = value;
        }

        var process = MeasuredProcess.Start(name, start);
        processes.Add(process);
        await Health.UntilHealthyAsync(process, At(offset));
    }

    private IEnumerable<(string Name, string Value)> Environment(int offset)
    {
        yield return ("ASPNETCORE_ENVIRONMENT", "Development");
        yield return ("ASPNETCORE_URLS", At(offset).ToString());
        yield return ("XENOCRM_PORT", port.ToString(CultureInfo.InvariantCulture));
        yield return ("XENOCRM_DATA", Folder);
        yield return ("Webhooks__Secrets__0", Secret);

        // What is measured is the application, not its limits for one person, and what it logs is what went wrong.
        yield return ("Logging__LogLevel__Default", "Warning");
        yield return ("Limits__UserRate", "100000");
        yield return ("Limits__UserBurst", "100000");
        if (Redis is not null)
        {
            yield return ("ConnectionStrings__redis", Redis);
        }

        if (Store is not null)
        {
            yield return ("ConnectionStrings__xenocrm", Store);
        }

        if (!options.Vendor)
        {
            // Nobody listens there.
            yield return ("Vendor__BaseAddress", "http://127.0.0.1:9");
            yield return ("Logging__LogLevel__XenoCrm.Api.Vendor", "Error");
        }

        foreach (var setting in options.Clock?.Environment ?? [])
        {
            yield return setting;
        }

        foreach (var setting in options.Settings)
        {
            yield return setting;
        }
    }
}
