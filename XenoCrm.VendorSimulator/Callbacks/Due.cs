namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>How long to wait for a time of the clock.</summary>
internal static class Due
{
    /// <summary>Clocks are put right now and then: nobody relies on one for longer than this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Until then, from zero up to <see cref="LongestWait"/>, which it is for null.</summary>
    public static TimeSpan In(DateTimeOffset? at, TimeProvider time) => at - time.GetUtcNow() is { } left && left < LongestWait
        ? left > TimeSpan.Zero ? left : TimeSpan.Zero
        : LongestWait;
}
