namespace XenoCrm.Core.Rules;

/// <summary>When a rule is evaluated, and the account's zone, in which its days lie and <c>$ago</c> counts.</summary>
/// <param name="Now">The moment of evaluation; milliseconds count.</param>
/// <param name="Zone">The account's.</param>
public readonly record struct RuleTime(DateTimeOffset Now, TimeZoneInfo Zone)
{
    /// <summary>For an account in UTC.</summary>
    public static RuleTime Utc(DateTimeOffset now) => new(now, TimeZoneInfo.Utc);

    /// <summary>The day that it is in the account's zone.</summary>
    public DateOnly Today => DayOf(Now);

    /// <summary>The day of a moment in the account's zone.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>The day's first moment: not always midnight, which clocks that are put forward may leave out.</summary>
    public DateTimeOffset StartOf(DateOnly day) => At(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The moment meant by <c>$ago</c>: the same time of day so long before, however many hours the days between have.</summary>
    public DateTimeOffset Before(AgoValue ago) => At(ago.Before(TimeZoneInfo.ConvertTime(RuleDate.CutToMillisecond(Now), Zone).DateTime));

    /// <summary>From when to when a date's value lasts: a day long, or the millisecond that a moment is.</summary>
    public Stretch StretchOf(RuleValue value) => value switch
    {
        DayValue { Day: var day } => new Stretch(
            StartOf(day).ToUnixTimeMilliseconds(),
            day == DateOnly.MaxValue ? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + 1
                : StartOf(day.AddDays(1)).ToUnixTimeMilliseconds()),
        AgoValue ago => Stretch.Of(Before(ago)),
        _ => Stretch.Of(((DateValue)value).At),
    };

    /// <summary>The first day that does not begin before a moment in Unix milliseconds; null if none of the calendar's is.</summary>
    public DateOnly? FirstDayFrom(long at)
    {
        if (at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return null;
        }

        var day = DayOf(DateTimeOffset.FromUnixTimeMilliseconds(at));
        return StartOf(day).ToUnixTimeMilliseconds() >= at ? day : day < DateOnly.MaxValue ? day.AddDays(1) : null;
    }

    // A local time that clocks put forward leave out is as much later as they are put forward; of two it is the first.
    private DateTimeOffset At(DateTime local)
    {
        var (before, after) = (OffsetAround(local, -1), OffsetAround(local, 1));
        var early = Utc(local, before);
        return Zone.GetUtcOffset(early) == before || Utc(local, after) is var late && Zone.GetUtcOffset(late) != after ? early : late;
    }

    private TimeSpan OffsetAround(DateTime local, int days)
    {
        var isInside = days < 0 ? local.Ticks >= TimeSpan.TicksPerDay : local.Ticks <= DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay;
        return Zone.GetUtcOffset(new DateTimeOffset(isInside ? local.AddDays(days) : local, TimeSpan.Zero));
    }

    private static DateTimeOffset Utc(DateTime local, TimeSpan offset) =>
        new(Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
}

/// <summary>A stretch of time in Unix milliseconds.</summary>
/// <param name="First">The first that belongs to it.</param>
/// <param name="Next">The first after it.</param>
public readonly record struct Stretch(long First, long Next)
{
    public static Stretch Of(DateTimeOffset at) => new(at.ToUnixTimeMilliseconds(), at.ToUnixTimeMilliseconds() + 1);

    public bool Contains(long at) => First <= at && at < Next;
}
