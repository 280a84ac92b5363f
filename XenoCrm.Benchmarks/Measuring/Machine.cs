using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>Where and on what it was measured: without this no figure means anything.</summary>
internal sealed record Machine(
    string Processor,
    int Cores,
    string Memory,
    string System,
    string Runtime,
    string Disk,
    double FlushMicroseconds,
    string Redis,
    string Node)
{
    private const int Flushes = 200;

    /// <param name="folder">Where the stores of the runs lie.</param>
    public static Machine Look(string folder) => new(
        Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        string.Create(
            CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):0.0} GiB"),
        Value("/etc/os-release", "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        DiskOf(folder),
        FlushTime(folder),
        RedisVersion(),
        FirstLine("node", "--version") ?? "none");

    /// <summary>The commit of the source tree, and whether it has changes that are in none.</summary>
    public static string Commit(string tree)
    {
        var commit = FirstLine("git", "-C", tree, "rev-parse", "--short=10", "HEAD");
        return commit is null ? "unknown"
            : FirstLine("git", "-C", tree, "status", "--porcelain", "--", ".", ":!docs/performance.md") is { Length: > 0 }
                ? commit + " with changes" : commit;
    }

    public string ToMarkdown(string flushing) => string.Create(CultureInfo.InvariantCulture, $"""
        {Cores} cores ({Processor}), {Memory}, {System}, {Runtime}, Redis {Redis}, Node {Node}. Stores on {Disk}, where a write of 4 KiB
        and its flush take {FlushMicroseconds:0} µs (median of {Flushes}). {flushing}
        """);

    // Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64
    private static string RedisVersion() => FirstLine("redis-server", "--version")?.Split(' ')
        .FirstOrDefault(word => word.StartsWith("v=", StringComparison.Ordinal))?[2..] ?? "none";

    private static string DiskOf(string folder)
    {
        // The mount that holds the folder is the one with the longest path.
        var path = Path.GetFullPath(folder);
        var mount = !File.Exists("/proc/mounts") ? null : File.ReadLines("/proc/mounts")
            .Select(line => line.Split(' '))
            .Where(fields => path == fields[1] || path.StartsWith(fields[1].TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(fields => fields[1].Length);
        return mount is null ? "an unknown disk" : $"{mount[2]} ({mount[0]})";
    }

    private static double FlushTime(string folder)
    {
        var file = Path.Combine(folder, "flush");
        var times = new List<double>();
        using (var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
        {
            var page = new byte[4096];
            for (var i = 0; i < Flushes; i++)
            {
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(handle, page, i * (long)page.Length);
                RandomAccess.FlushToDisk(handle);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        File.Delete(file);
        return Series.Of(times).Median;
    }

    private static string? Value(string file, string name) => !File.Exists(file) ? null : File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOfAny([':', '=']) + 1)..].Trim())
        .FirstOrDefault();

    private static string? FirstLine(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text.Split('\n')[0].Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
