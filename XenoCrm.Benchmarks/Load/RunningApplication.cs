using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using XenoCrm.AppHost.Running;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Benchmarks.Load;

/// <summary>
/// The services as processes of their own, as they are built and on a data folder of their own, measured from outside: with
/// no orchestrator and no dashboard beside them that would be measured too.
/// </summary>
internal sealed class RunningApplication : IAsyncDisposable
{
    private const int Port = 15_080;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("xenocrm-load-");
    private readonly List<(string Name, Process Process)> services = [];
    private Process? redisServer;

    private RunningApplication()
    {
    }

    /// <summary>Signed in at the API.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
    {
        BaseAddress = At(0),
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>The embedded store.</summary>
    public string StoreFile => Path.Combine(folder.FullName, "xenocrm.db");

    /// <param name="redis">Whether to use this machine's redis-server.</param>
    /// <param name="settings">Environment of the services.</param>
    public static async Task<RunningApplication> StartAsync(bool redis, params (string Name, string Value)[] settings)
    {
        var application = new RunningApplication();
        try
        {
            if (redis)
            {
                settings = [("ConnectionStrings__redis", application.StartRedis()), .. settings];
            }

            await application.StartAsync("vendor", "XenoCrm.VendorSimulator", LocalEnvironment.VendorOffset, settings);
            await application.StartAsync("api", "XenoCrm.Api", 0, settings);
            await application.StartAsync("worker", "XenoCrm.ReceiptWorker", LocalEnvironment.WorkerOffset, settings);
            (await application.Client.PostAsJsonAsync("/auth/dev", new { email = "load@example.com" })).EnsureSuccessStatusCode();
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each service's largest resident memory so far, in MiB.</summary>
    public IEnumerable<(string Name, double PeakMiB)> PeakMemory()
    {
        foreach (var (name, process) in services)
        {
            process.Refresh();
            yield return (name, process.PeakWorkingSet64 / (1024.0 * 1024.0));
        }
    }

    /// <summary>Each service's processor time so far.</summary>
    public IEnumerable<(string Name, TimeSpan Processor)> ProcessorTime()
    {
        foreach (var (name, process) in services)
        {
            process.Refresh();
            yield return (name, process.TotalProcessorTime);
        }
    }

    /// <summary>The API gets the first core to itself; the other services and this process share the rest. Not on macOS.</summary>
    public void PinApiToOneCore()
    {
        using var load = Process.GetCurrentProcess();
        var others = (nint)(((1L << Environment.ProcessorCount) - 1) & ~1L);
        var all = services.Select(service => (service.Process, service.Name == "api" ? 1 : others)).Append((load, others));
        foreach (var (process, cores) in all)
        {
            if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            {
                process.ProcessorAffinity = cores;
            }
        }
    }

    /// <summary>Ends it at once.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in services.Select(service => service.Process).Append(redisServer).OfType<Process>())
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private static Uri At(int offset) => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port + offset}"));

    /// <summary>With every write on disk, as the AppHost runs it.</summary>
    private string StartRedis()
    {
        var program = RedisServer.Find() ?? throw new InvalidOperationException("There is no redis-server (6.2 or later) on the PATH.");
        var port = (Port + LocalEnvironment.RedisOffset).ToString(CultureInfo.InvariantCulture);
        string[] options =
        [
            "--port", port, "--bind", "127.0.0.1", "--dir", folder.FullName, "--appendonly", "yes", "--appendfsync", "always",
            "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
        ];
        redisServer = Process.Start(new ProcessStartInfo(program, options))!;
        return $"127.0.0.1:{port}";
    }

    private async Task StartAsync(string name, string project, int offset, (string Name, string Value)[] settings)
    {
        var (assembly, projectFolder) = ServiceOutput.Of(project);
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly])
        {
            WorkingDirectory = projectFolder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = At(offset).ToString(),
                ["XENOCRM_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
                ["XENOCRM_DATA"] = folder.FullName,
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        services.Add((name, process));

        // What it logs, with warnings only: what went wrong. Standard output is for the results.
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                Console.Error.WriteLine(text);
            }
        };
        process.BeginOutputReadLine();
        await UntilHealthyAsync(name, process, At(offset));
    }

    private static async Task UntilHealthyAsync(string name, Process process, Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(50))
        {
            if (process.HasExited)
            {
                break;
            }

            try
            {
                if ((await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }

        throw new InvalidOperationException($"The {name} did not start.");
    }
}
