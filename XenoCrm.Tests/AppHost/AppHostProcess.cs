using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using XenoCrm.AppHost.Local;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.AppHost;

/// <summary>The AppHost as a process of its own, with the services that it starts, on free ports and a folder of its own.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private AppHostProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public int Id => process.Id;

    public Uri Api => new($"http://localhost:{Port}");

    public IEnumerable<int> Ports => Enumerable.Range(Port, LocalEnvironment.RedisOffset + 1);

    public string Output => Text(output);

    public string Errors => Text(errors);

    public bool IsReady => Output.Contains(" ready in ", StringComparison.Ordinal);

    /// <param name="folder">The data folder.</param>
    /// <param name="port">The first port, for a test that cares.</param>
    /// <param name="environment">What else to set.</param>
    public static AppHostProcess Start(string folder, int? port = null, params (string Name, string Value)[] environment)
    {
        var first = port ?? FreePorts.Row(LocalEnvironment.RedisOffset + 1);
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [ServiceOutput.Of("XenoCrm.AppHost").Assembly, LocalRunner.Argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["XENOCRM_PORT"] = first.ToString(CultureInfo.InvariantCulture),
                ["XENOCRM_DATA"] = folder,
                ["XENOCRM_REDIS"] = "off",
                ["ConnectionStrings__redis"] = null,
                ["ConnectionStrings__xenocrm"] = null,
                ["ASPNETCORE_ENVIRONMENT"] = null,
                ["DOTNET_ENVIRONMENT"] = null,
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AppHostProcess(Process.Start(start)!, first);
    }

    public static async Task<AppHostProcess> StartReadyAsync(string folder, params (string Name, string Value)[] environment)
    {
        var host = Start(folder, null, environment);
        await Poll.UntilAsync(() => host.IsReady || host.process.HasExited, "the AppHost to be ready");
        Assert.True(host.IsReady, $"The AppHost ended:\n{host.Output}\n{host.Errors}");
        return host;
    }

    /// <summary>The process of one of its services.</summary>
    public int IdOf(string service) => int.Parse(
        RunsAsProcess().Matches(Output).Single(line => line.Groups["service"].Value == service).Groups["id"].ValueSpan,
        CultureInfo.InvariantCulture);

    /// <summary>Sends a signal by its name, for instance TERM.</summary>
    public void Signal(string name) => Unix.Signal(name, Id);

    /// <summary>The exit code, after everything that it printed was read.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Poll.Limit, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>Nobody listens any more on any of its ports.</summary>
    public Task GoneAsync() => Poll.UntilAsync(() => Ports.All(FreePorts.IsFree), "all services to be gone");

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [GeneratedRegex(@"^\S+ (?<service>\w+) +runs as process (?<id>\d+)\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RunsAsProcess();
}
