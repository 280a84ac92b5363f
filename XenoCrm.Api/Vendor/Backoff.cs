namespace XenoCrm.Api.Vendor;

internal static class Backoff
{
    /// <summary>The pause after the n-th failure in a row: doubled each time up to the longest, of which a random half is taken off so that tries do not come in step.</summary>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var full = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + (random.NextDouble() / 2)));
    }
}
