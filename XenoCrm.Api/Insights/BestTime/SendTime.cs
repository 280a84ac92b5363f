using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Segments;
using static XenoCrm.Core.Segments.OrderTimes;

namespace XenoCrm.Api.Insights.BestTime;

internal enum Confidence
{
    Low,
    Medium,
    High,
}

/// <summary>When an audience orders most. One of day and hour may be missing, where it makes no difference or is not known.</summary>
/// <param name="Weekday">Null: any day.</param>
/// <param name="Hour">The middle one of the three hours meant; null: not known.</param>
/// <param name="Share">Of the votes that fall into this time.</param>
/// <param name="Uniform">What would fall into it if people ordered evenly through the week.</param>
/// <param name="Confidence">See docs/insight.md.</param>
internal sealed record SendTime(DayOfWeek? Weekday, int? Hour, double Share, double Uniform, Confidence Confidence);

/// <summary>
/// Finds the time that stands out, if one does. Hours are looked at three at a time, so that a pattern is not lost between
/// neighbours, and every claim is held against accident for all the places where it could have been found.
/// </summary>
internal static class SendTimeFinder
{
    public const int MinCustomers = 30;

    public static readonly TimeSpan MinSpan = TimeSpan.FromDays(28);

    private const int Window = 3;
    private const double DayShare = 1.0 / DaysInWeek;
    private const double HourShare = (double)Window / HoursInDay;
    private const double SlotShare = (double)Window / HoursInWeek;

    // Beyond accident is not enough: with many people a trifle is no accident either.
    private const double MinDayLift = 1.05;
    private const double MinHourLift = 1.5;
    private const double MinSlotLift = 1.2;
    private const double MaxChance = 0.05;

    /// <summary>Whether times of day are known of enough people, and of most orders.</summary>
    public static bool KnowsHours(OrderTimes times) => times.TimedCustomers >= MinCustomers && times.TimedOrders * 2 >= times.Orders;

    /// <summary>
    /// Null where no time stands out, and where there is too little to tell (<see cref="MinCustomers"/>, <see cref="MinSpan"/>).
    /// </summary>
    public static SendTime? Find(OrderTimes times)
    {
        if (times.Customers < MinCustomers || times.Last - times.First < MinSpan)
        {
            return null;
        }

        var (weekday, dayChance) = BestDay(times);
        if (!KnowsHours(times))
        {
            return OnDay();
        }

        var votes = times.TimedCustomers;
        var slots = Windows(times.Hours, votes);
        double[] hours =
        [
            .. Enumerable.Range(0, HoursInDay).Select(hour => Enumerable.Range(0, DaysInWeek).Sum(day => slots[(day * HoursInDay) + hour]))
        ];

        // A time of one day: against the same hours of all days, and against all hours of the same day.
        var slot = Peak(times.Hours);
        var ofDay = times.Hours.Skip(slot / HoursInDay * HoursInDay).Take(HoursInDay).Sum() / votes;
        var usual = Math.Max(hours[slot % HoursInDay] * DayShare, Math.Max(ofDay * HourShare, SlotShare));
        var slotChance = Chance.OfAtLeast(slots[slot], usual, votes, HoursInWeek);
        if (slotChance <= MaxChance && slots[slot] >= MinHourLift * SlotShare && slots[slot] >= MinSlotLift * usual)
        {
            return new SendTime(Weekday(slot / HoursInDay), slot % HoursInDay, slots[slot], SlotShare, Rate(slotChance, votes));
        }

        // An hour, whatever the day; and a day, whatever the hour.
        var hour = Peak(
            [.. Enumerable.Range(0, HoursInDay).Select(hour => times.Hours.Where((_, place) => place % HoursInDay == hour).Sum())]);
        var hourChance = Chance.OfAtLeast(hours[hour], HourShare, votes, HoursInDay);
        if (hourChance > MaxChance || hours[hour] < MinHourLift * HourShare)
        {
            return OnDay();
        }

        return weekday is { } day
            ? new SendTime(Weekday(day), hour, slots[(day * HoursInDay) + hour], SlotShare, Rate(Math.Max(hourChance, dayChance), votes))
            : new SendTime(null, hour, hours[hour], HourShare, Rate(hourChance, votes));

        SendTime? OnDay() =>
            weekday is { } day
                ? new SendTime(Weekday(day), null, times.Days[day] / times.Customers, DayShare, Rate(dayChance, times.Customers))
                : null;
    }

    private static (int? Day, double Chance) BestDay(OrderTimes times)
    {
        var day = Largest(times.Days);
        var share = times.Days[day] / times.Customers;
        var chance = Chance.OfAtLeast(share, DayShare, times.Customers, DaysInWeek);
        return chance <= MaxChance && share >= MinDayLift * DayShare ? (day, chance) : (null, chance);
    }

    /// <summary>The share of each hour with the one before and the one after; the week goes round.</summary>
    private static double[] Windows(IReadOnlyList<double> hours, double votes) =>
        [
            .. Enumerable.Range(0, HoursInWeek)
                .Select(hour => (hours[(hour + HoursInWeek - 1) % HoursInWeek] + hours[hour] + hours[(hour + 1) % HoursInWeek]) / votes)
        ];

    /// <summary>
    /// The middle of the three hours with most votes, the middle one counted double; the last hour is followed by the first.
    /// </summary>
    private static int Peak(IReadOnlyList<double> hours) => Largest(
        [
            .. Enumerable.Range(0, hours.Count)
                .Select(hour => hours[(hour + hours.Count - 1) % hours.Count] + (2 * hours[hour]) + hours[(hour + 1) % hours.Count])
        ]);

    private static int Largest(IReadOnlyList<double> shares) => Enumerable.Range(0, shares.Count).MaxBy(place => shares[place]);

    private static Confidence Rate(double chance, long votes) => (chance, votes) switch
    {
        ( <= 0.001, >= 300) => Confidence.High,
        ( <= 0.01, >= 100) => Confidence.Medium,
        _ => Confidence.Low,
    };
}
