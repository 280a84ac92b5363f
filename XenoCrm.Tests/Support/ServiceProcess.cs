using System.Collections.Concurrent;
using System.Diagnostics;
using XenoCrm.AppHost.Running;

namespace XenoCrm.Tests.Support;

/// <summary>One of our services as a process of its own, started from its own output folder.</summary>
internal sealed class ServiceProcess : IRunningService
{
    private readonly string project;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;

    public ServiceProcess(string project, Uri address, IReadOnlyDictionary<string, string> environment)
    {
        this.project = project;
        Address = address;
        this.environment = environment;
    }

    public Uri Address { get; }

    /// <summary>What it has printed so far, over all its lives.</summary>
    public IReadOnlyCollection<string> Output => output;

    public Process Process => process ?? throw new InvalidOperationException($"{project} was not started.");

    /// <summary>Starts it and waits until it is ready for work.</summary>
    public async Task StartAsync()
    {
        Launch();
        using var client = new HttpClient { BaseAddress = Address };
        await Poll.UntilAsync(
            async () =>
            {
                Assert.False(process!.HasExited, $"{project} ended:\n{string.Join('\n', output.TakeLast(20))}");
                try
                {
                    return (await client.GetAsync("/health", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"{project} to be healthy");
    }

    /// <summary>Ends it at once, as a crash would (SIGKILL).</summary>
    public void Kill()
    {
        Process.Kill();
        Process.WaitForExit();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits for its end.</summary>
    public async Task<int?> StopAsync()
    {
        Unix.Signal("TERM", Process.Id);
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            Kill();
        }

        process?.Dispose();
    }

    private void Launch()
    {
        process?.Dispose();
        var (assembly, folder) = ServiceOutput.Of(project);
        var start = new ProcessStartInfo(ServiceOutput.DotnetPath)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(assembly);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/');
        start.Environment["Logging__Console__FormatterName"] = "simple";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        process = OwnProcesses.Start(start);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
