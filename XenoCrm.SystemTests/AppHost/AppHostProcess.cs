using System.Diagnostics;
using System.Globalization;
using System.Text;
using XenoCrm.AppHost;
using XenoCrm.AppHost.Running;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.AppHost;

/// <summary>The AppHost as a process of its own, as a user starts it, on free ports and a folder of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    /// <summary>On the embedded store and stream, without the dashboard: what starts quickest.</summary>
    public static readonly (string, string)[] Embedded = [("XENOCRM_CONTAINERS", "off"), ("XENOCRM_REDIS", "off")];

    /// <summary>On the embedded store and this machine's redis-server.</summary>
    public static readonly (string, string)[] WithRedis = [("XENOCRM_CONTAINERS", "off")];

    private const string Ready = "XenoCrm is ready.";

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

    public string Output => Text(output);

    public string Errors => Text(errors);

    public bool HasExited => process.HasExited;

    private IEnumerable<int> PortsInUse => Enumerable.Range(Port, LocalPorts.Count).Where(port => !FreePorts.IsFree(port));

    /// <param name="folder">The data folder.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="port">The first port, for a test that cares.</param>
    /// <param name="environment">What else to set.</param>
    public static AppHostProcess Start(
        string folder, string[] arguments, int? port = null, params (string Name, string Value)[] environment)
    {
        var first = port ?? FreePorts.Row(LocalPorts.Count);
        var (assembly, project) = ServiceOutput.Of("XenoCrm.AppHost");
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath, [assembly, .. arguments])
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["XENOCRM_PORT"] = first.ToString(CultureInfo.InvariantCulture),
                ["XENOCRM_DATA"] = folder,

                // Aspire keeps the parameters' values in the user's folder.
                ["HOME"] = folder,
                ["USERPROFILE"] = folder,
            },
        };
        string[] others = ["ConnectionStrings__redis", "ConnectionStrings__xenocrm", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
        foreach (var name in others)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AppHostProcess(OwnProcesses.Start(start), first);
    }

    public static async Task<AppHostProcess> StartReadyAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var host = Start(folder, arguments, null, environment);
        try
        {
            await Poll.UntilAsync(
                () => host.HasExited || host.Output.Contains(Ready, StringComparison.Ordinal),
                () => $"the AppHost to be ready:\n{host.Output}\n{host.Errors}");
            Assert.False(host.HasExited, $"The AppHost ended:\n{host.Output}\n{host.Errors}");

            // The addresses are in the lines after it.
            await Poll.UntilAsync(() => host.Output.Contains("Sign in", StringComparison.Ordinal), "all that it says");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a signal by its name, for instance TERM.</summary>
    public void Signal(string name) => Unix.Signal(name, Id);

    /// <summary>The exit code, after everything that it printed was read.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Poll.Limit, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>Nobody listens any more on any of its ports.</summary>
    public Task GoneAsync() =>
        Poll.UntilAsync(() => !PortsInUse.Any(), () => $"all to be gone; ports in use: {string.Join(", ", PortsInUse)}");

    /// <summary>Kills it if need be; what it started ends by itself then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
            await GoneAsync();
        }

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
}
