using System.Diagnostics;
using System.Globalization;

namespace XenoCrm.Benchmarks.Measuring;

/// <summary>Says on standard error what is under way, with the time since the start; standard output has the results alone.</summary>
internal sealed class Progress(TextWriter writer)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly long started = Stopwatch.GetTimestamp();
    private long last;

    public static Progress Standard { get; } = new(Console.Error);

    public void Say(string text) => writer.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $@"{Stopwatch.GetElapsedTime(started):h\:mm\:ss}  {text}"));

    /// <summary>Says how far something is, every few seconds and no oftener.</summary>
    public void Count(string what, long done, long of)
    {
        var now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(last, now) >= Pause && done < of)
        {
            last = now;
            Say(string.Create(CultureInfo.InvariantCulture, $"  {what}: {done:N0} of {of:N0}"));
        }
    }
}
