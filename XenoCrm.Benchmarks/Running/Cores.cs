using System.Diagnostics;
using System.Globalization;
using XenoCrm.Benchmarks.Measuring;

namespace XenoCrm.Benchmarks.Running;

/// <summary>
/// Gives the server under test the first core to itself, and the others to all who load it. With <c>taskset</c>, on Linux.
/// </summary>
internal static class Cores
{
    public const string First = "0";

    public static string Others { get; } = string.Create(CultureInfo.InvariantCulture, $"1-{Environment.ProcessorCount - 1}");

    /// <exception cref="SkippedException">This machine has one core only, or no taskset.</exception>
    public static void Need()
    {
        if (Environment.ProcessorCount < 2 || !File.Exists("/usr/bin/taskset"))
        {
            throw new SkippedException("It needs two cores, and taskset to share them out.");
        }
    }

    /// <summary>The same program, kept to those cores from its start on.</summary>
    public static ProcessStartInfo On(string cores, string program, IEnumerable<string> arguments) =>
        new("taskset", ["-c", cores, program, .. arguments]);

    /// <summary>Moves this process, the load, to those cores, with all threads that it has.</summary>
    public static async Task MoveLoadToAsync(string cores)
    {
        string[] arguments = ["-a", "-c", "-p", cores, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        using var taskset = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true })!;
        await taskset.StandardOutput.ReadToEndAsync();
        await taskset.WaitForExitAsync();
    }

    public static Task GiveBackAsync() =>
        MoveLoadToAsync(string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}"));
}
