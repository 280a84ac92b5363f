using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using XenoCrm.AppHost.Local;

namespace XenoCrm.Benchmarks.Load;

/// <summary>The whole application as the AppHost runs it, on a data folder of its own, measured from outside.</summary>
internal sealed partial class RunningApplication : IAsyncDisposable
{
    private const int Port = 15_080;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("xenocrm-load-");
    private readonly Process host;
    private readonly List<(string Name, Process Process)> services = [];
    private Task<string> drain = Task.FromResult("");

    private RunningApplication(Process host) => this.host = host;

    /// <summary>Signed in at the API.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}")),
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>The embedded store.</summary>
    public string StoreFile => Path.Combine(folder.FullName, "xenocrm.db");

    /// <param name="redis">Whether to use this machine's redis-server.</param>
    /// <param name="settings">Environment of the services.</param>
    public static async Task<RunningApplication> StartAsync(bool redis, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [typeof(LocalRunner).Assembly.Location, LocalRunner.Argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var host = new Process { StartInfo = start };
        var application = new RunningApplication(host);
        start.Environment["XENOCRM_PORT"] = Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["XENOCRM_DATA"] = application.folder.FullName;
        start.Environment["XENOCRM_REDIS"] = redis ? null : "off";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        host.Start();
        host.BeginErrorReadLine();
        try
        {
            await application.ReadUntilReadyAsync();
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
        foreach (var (process, cores) in services.Select(service => (service.Process, service.Name == LocalApplication.Api ? 1 : others)).Append((load, others)))
        {
            if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            {
                process.ProcessorAffinity = cores;
            }
        }
    }

    /// <summary>Ends it at once, and prints what it has logged since it was ready: with warnings only, what went wrong.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        services.ForEach(service => service.Process.Dispose());
        host.Kill(entireProcessTree: true);
        await host.WaitForExitAsync();
        Console.Error.Write(await drain);
        host.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task ReadUntilReadyAsync()
    {
        while (await host.StandardOutput.ReadLineAsync() is { } line)
        {
            // Redis is not ours, and starts behind a shell.
            if (RunsAsProcess().Match(line) is { Success: true } found && found.Groups["service"].Value != LocalApplication.Redis)
            {
                services.Add((found.Groups["service"].Value, Process.GetProcessById(int.Parse(found.Groups["id"].ValueSpan, CultureInfo.InvariantCulture))));
            }

            if (line.Contains(" ready in ", StringComparison.Ordinal))
            {
                // The log must go on being read, or the pipe fills and the application waits for us.
                drain = host.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        await host.WaitForExitAsync();
        throw new InvalidOperationException("The application did not start; run the AppHost by hand to see why.");
    }

    [GeneratedRegex(@"^\S+ (?<service>\w+) +runs as process (?<id>\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RunsAsProcess();
}
