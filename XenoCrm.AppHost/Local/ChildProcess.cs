using System.ComponentModel;
using System.Diagnostics;

namespace XenoCrm.AppHost.Local;

/// <summary>
/// A service while it runs. Its standard input is a pipe from here and nothing is written to it: it ends when we close
/// it or when we are gone, and the service stops with it.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int RememberedLines = 20;

    // Only a process of a process could still hold the pipes after this.
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(2);

    private readonly Process process;
    private readonly ConsoleLog log;
    private readonly Queue<string> lastLines = new(RememberedLines);

    private ChildProcess(LocalService service, Process process, ConsoleLog log)
    {
        Service = service;
        this.process = process;
        this.log = log;
        Exited = WatchAsync();
    }

    public LocalService Service { get; }

    public int Id => process.Id;

    public bool IsReady { get; set; }

    /// <summary>The exit code, after all output has been read.</summary>
    public Task<int> Exited { get; }

    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (lastLines)
            {
                return [.. lastLines];
            }
        }
    }

    /// <exception cref="StartFailure">The program cannot be started.</exception>
    public static ChildProcess Start(LocalService service, ConsoleLog log)
    {
        var start = new ProcessStartInfo(service.FileName, service.Arguments)
        {
            WorkingDirectory = service.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in service.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(service, Process.Start(start)!, log);
        }
        catch (Win32Exception failure)
        {
            throw new StartFailure($"The {service.Name} cannot be started: {service.FileName}: {failure.Message}.");
        }
    }

    /// <summary>Asks for an orderly stop; kills what has not ended in time, or at once when there is a hurry.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience, CancellationToken hurry)
    {
        process.StandardInput.Close();
        try
        {
            await Exited.WaitAsync(patience, hurry);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await Exited;
            return false;
        }
    }

    public void Dispose() => process.Dispose();

    private async Task<int> WatchAsync()
    {
        var output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        await process.WaitForExitAsync();
        await Task.WhenAny(output, Task.Delay(OutputLimit));
        return process.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lastLines)
            {
                if (lastLines.Count == RememberedLines)
                {
                    lastLines.Dequeue();
                }

                lastLines.Enqueue(line);
            }

            if (IsReady || !Service.StartsSilently)
            {
                log.Write(Service.Name, LogLine.Parse(line));
            }
        }
    }
}
