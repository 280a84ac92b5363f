namespace XenoCrm.ServiceDefaults;

/// <summary>Pauses between tries: each so many times as long as the one before, up to a limit.</summary>
/// <param name="First">The pause after the first failure.</param>
/// <param name="Longest">The limit.</param>
/// <param name="Factor">By how much they grow.</param>
public readonly record struct Backoff(TimeSpan First, TimeSpan Longest, double Factor = 2)
{
    // Further on the limit was reached long ago, or the first pause is none.
    private const int MaxGrowth = 60;

    public static Backoff Constant(TimeSpan pause) => new(pause, pause, Factor: 1);

    /// <param name="failures">In a row, from 1.</param>
    public TimeSpan After(int failures)
    {
        var pause = First.TotalSeconds * Math.Pow(Factor, Math.Clamp(failures - 1, 0, MaxGrowth));
        return pause < Longest.TotalSeconds ? TimeSpan.FromSeconds(pause) : Longest;
    }

    /// <summary>Between half of the pause and all of it, so that those who failed together do not come again together.</summary>
    /// <param name="failures">In a row, from 1.</param>
    /// <param name="chance">From 0 to 1.</param>
    public TimeSpan After(int failures, double chance) => After(failures) * (0.5 + (chance / 2));
}
