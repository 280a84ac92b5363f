namespace XenoCrm.Core.Account;

/// <summary>An hour as a clock on the wall shows it, and the moment that it is.</summary>
public static class LocalTime
{
    /// <summary>Up to <see cref="LastYear"/>: nearer to the ends of the calendar an hour of one zone is no moment in another.</summary>
    public const int FirstYear = 1970;

    /// <inheritdoc cref="FirstYear"/>
    public const int LastYear = 9000;

    /// <summary>
    /// The moment at which clocks of the zone show that time. One that they leave out, when they are put forward, is the next that they
    /// show; one that they show twice is the first.
    /// </summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
        {
            local = NextMinute(local);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static DateTime NextMinute(DateTime local) => local.AddTicks(TimeSpan.TicksPerMinute - (local.Ticks % TimeSpan.TicksPerMinute));
}
