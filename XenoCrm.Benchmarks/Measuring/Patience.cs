using System.Diagnostics;
using System.Globalization;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>Waits for a number to change, but not for ever: what stands still for minutes has been lost.</summary>
/// <param name="of">What is counted.</param>
internal sealed class Patience(string of)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private long changed = Stopwatch.GetTimestamp();
    private long last = -1;

    /// <exception cref="LedgerException">It has been the same for too long.</exception>
    public void See(long number)
    {
        if (number != last)
        {
            (last, changed) = (number, Stopwatch.GetTimestamp());
        }
        else if (Stopwatch.GetElapsedTime(changed) > Longest)
        {
            throw new LedgerException(string.Create(
                CultureInfo.InvariantCulture, $"The {of} have been {number:N0} for {Longest.TotalMinutes:0} minutes."));
        }
    }
}
