using System.Collections.Concurrent;
using System.Diagnostics;

namespace XenoCrm.Tests.Support;

/// <summary>Processes that tests start. Each test ends its own; what is left when the tests end, however they do, ends with them.</summary>
internal static class OwnProcesses
{
    private static readonly ConcurrentBag<Process> Started = [];

    static OwnProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => End();

    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        Started.Add(process);
        return process;
    }

    private static void End()
    {
        foreach (var process in Started)
        {
            try
            {
                process.Kill();
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended, and its test has disposed of it.
            }
        }
    }
}
