using System.Diagnostics;

namespace XenoCrm.Benchmarks.Load;

/// <summary>So many a second from now on, whatever each of them takes.</summary>
internal sealed class Pace(int perSecond)
{
    private readonly long started = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    /// <summary>Waits for the moment of the one that comes after <paramref name="before"/> others.</summary>
    public async Task UntilDueAsync(long before)
    {
        var due = TimeSpan.FromSeconds((double)before / perSecond) - Elapsed;
        if (due > TimeSpan.Zero)
        {
            await Task.Delay(due);
        }
    }
}
