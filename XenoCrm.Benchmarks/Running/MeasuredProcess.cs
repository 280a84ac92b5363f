using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Running;

/// <summary>A process of ours, watched from outside. What it prints goes to standard error: standard output is for the results.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private static readonly ConcurrentStack<DirectoryInfo> Folders = [];
    private static readonly ConcurrentDictionary<MeasuredProcess, bool> Running = [];
    private static volatile bool isEnding;

    private readonly Process process;

    // Whoever ends the harness early leaves nothing behind.
    static MeasuredProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        isEnding = true;
        foreach (var measured in Running.Keys)
        {
            measured.End();
        }

        foreach (var folder in Folders)
        {
            Delete(folder);
        }
    };

    private MeasuredProcess(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    public bool HasExited => process.HasExited;

    public static MeasuredProcess Start(string name, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"The {name} did not start.");
        process.OutputDataReceived += Show;
        process.ErrorDataReceived += Show;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var measured = new MeasuredProcess(name, process);
        Running[measured] = true;
        if (isEnding)
        {
            // It began while the others were ended.
            measured.End();
        }

        return measured;

        static void Show(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { Length: > 0 } text)
            {
                Console.Error.WriteLine(text);
            }
        }
    }

    /// <summary>A new folder in the place for temporary ones, which is gone when the harness ends, however it ends.</summary>
    /// <param name="name">Begins its name.</param>
    /// <param name="within">Where it lies, if elsewhere.</param>
    public static DirectoryInfo CreateFolder(string name, string? within = null)
    {
        var folder = within is null
            ? Directory.CreateTempSubdirectory(name)
            : Directory.CreateDirectory(Path.Combine(within, name + Guid.NewGuid().ToString("N")));
        Folders.Push(folder);
        return folder;
    }

    public Usage Used()
    {
        process.Refresh();
        const double MiB = 1024 * 1024;
        return new(process.UserProcessorTime, process.PrivilegedProcessorTime, process.PeakWorkingSet64 / MiB, process.WorkingSet64 / MiB);
    }

    /// <summary>What it has spent on each of <paramref name="rows"/> since then.</summary>
    public Spent SpentSince(Usage before, long rows)
    {
        var now = Used();
        return Spent.PerRow(Name, now.User - before.User, now.System - before.System, rows);
    }

    /// <summary>Takes the processor away from it, with all it has in memory, until it is let go on. Not on Windows.</summary>
    public Task StopAsync() => SignalAsync("-STOP");

    public Task ContinueAsync() => SignalAsync("-CONT");

    /// <summary>Asks it to end and waits for that, a minute at most. Orderly: it ended by itself, with 0. Not on Windows.</summary>
    public async Task<(TimeSpan Took, bool IsOrderly)> TerminateAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await SignalAsync("-TERM");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (Stopwatch.GetElapsedTime(started), process.HasExited && process.ExitCode == 0);
    }

    /// <summary>Ends it at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        Running.TryRemove(this, out _);
        process.Dispose();
    }

    // What still goes on in this process may put a file there meanwhile.
    private static void Delete(DirectoryInfo folder)
    {
        for (var left = 10; Directory.Exists(folder.FullName) && left > 0; left--)
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(50);
            }
        }
    }

    private void End()
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // Ended and disposed of by its owner meanwhile.
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}

/// <param name="User">Processor time in the program itself.</param>
/// <param name="System">Processor time in the kernel for it.</param>
/// <param name="PeakMiB">The most memory that was resident so far.</param>
/// <param name="MiB">The memory that is resident now.</param>
internal sealed record Usage(TimeSpan User, TimeSpan System, double PeakMiB, double MiB);
