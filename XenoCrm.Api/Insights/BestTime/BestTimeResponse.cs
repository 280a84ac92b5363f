using System.ComponentModel.DataAnnotations;
using System.Globalization;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Insights.BestTime;

/// <param name="Rule">Whose orders to look at; or <paramref name="SegmentId"/>.</param>
/// <param name="SegmentId">A segment, whose rule is evaluated now.</param>
/// <param name="TimeZone">An IANA id such as <c>Asia/Kolkata</c>; without it the configured one, by default <c>UTC</c>.</param>
public sealed record BestTimeRequest(
    Rule? Rule,
    string? SegmentId,
    [property: StringLength(64, ErrorMessage = "An IANA id of up to {1} characters was expected, such as Europe/Berlin.")]
    string? TimeZone);

/// <param name="Best">When to send; null where <paramref name="Reason"/> says why.</param>
/// <param name="Reason">Why there is no best time; null where there is one.</param>
/// <param name="Text">The same in a sentence or two.</param>
/// <param name="TimeZone">The zone of all days and hours here.</param>
/// <param name="Customers">How many people's orders were looked at, and have any.</param>
/// <param name="Orders">Their orders.</param>
/// <param name="OrdersWithoutTime">Those of them at exactly midnight: only their date is known.</param>
/// <param name="Sampled">The audience is larger than what was looked at.</param>
/// <param name="Weekdays">The share of each, Monday first; null if there are too few customers to tell.</param>
/// <param name="Hours">The share of each hour of the day, 0 to 23, whatever the day; null where hours are not known.</param>
public sealed record BestTimeResponse(
    BestTimeAnswer? Best,
    string? Reason,
    string Text,
    string TimeZone,
    long Customers,
    long Orders,
    long OrdersWithoutTime,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    bool Sampled,
    IReadOnlyList<double>? Weekdays,
    IReadOnlyList<double>? Hours)
{
    private const int SharePlaces = 4;

    internal static BestTimeResponse Of(OrderTimes times, TimeZoneInfo zone, bool sampled, DateTimeOffset now)
    {
        var best = SendTimeFinder.Find(times);
        var knowsHours = SendTimeFinder.KnowsHours(times);
        var reason = best is null ? BestTimeText.Reason(times, knowsHours) : null;
        return new BestTimeResponse(
            best is null ? null : BestTimeAnswer.Of(best, zone, now),
            reason,
            best is null ? reason! : BestTimeText.Of(best, times, knowsHours, zone),
            zone.Id,
            times.Customers,
            times.Orders,
            times.Orders - times.TimedOrders,
            times.First,
            times.Last,
            sampled,
            times.Customers < SendTimeFinder.MinCustomers
                ? null
                : [.. times.Days.Select(votes => Math.Round(votes / times.Customers, SharePlaces))],
            knowsHours
                ?
                [
                    .. times.Hours.Index()
                        .GroupBy(
                            hour => hour.Index % OrderTimes.HoursInDay,
                            (_, hours) => Math.Round(hours.Sum(hour => hour.Item) / times.TimedCustomers, SharePlaces))
                ]
                : null);
    }

    internal static double Round(double share) => Math.Round(share, SharePlaces);
}

/// <param name="Weekday">English, such as <c>Friday</c>; null: any day.</param>
/// <param name="Hour">0 to 23; null where only the day is known, or stands out.</param>
/// <param name="From">The first minute of the three hours around <paramref name="Hour"/>, such as <c>18:00</c>.</param>
/// <param name="To">The end of these hours.</param>
/// <param name="Share">Of the people's orders that fall into this time, each person counted once.</param>
/// <param name="UniformShare">The same if orders came evenly through the week.</param>
/// <param name="Confidence"><c>low</c>, <c>medium</c> or <c>high</c>.</param>
/// <param name="NextAt">The next time that this hour begins; null without an hour.</param>
public sealed record BestTimeAnswer(
    string? Weekday, int? Hour, string? From, string? To, double Share, double UniformShare, string Confidence, DateTimeOffset? NextAt)
{
    internal static BestTimeAnswer Of(SendTime best, TimeZoneInfo zone, DateTimeOffset now) => new(
        best.Weekday?.ToString(),
        best.Hour,
        best.Hour is { } middle ? BestTimeText.Clock(middle - 1) : null,
        best.Hour is { } hour ? BestTimeText.Clock(hour + 2) : null,
        BestTimeResponse.Round(best.Share),
        BestTimeResponse.Round(best.Uniform),
        best.Confidence.ToString().ToLowerInvariant(),
        best.Hour is { } next ? Next(best.Weekday, next, zone, now) : null);

    /// <summary>Looks from quarter to quarter, the finest step of any zone, so that an hour which the clocks skip is not met.</summary>
    private static DateTimeOffset Next(DayOfWeek? weekday, int hour, TimeZoneInfo zone, DateTimeOffset now)
    {
        var quarter = TimeSpan.FromMinutes(15).Ticks;
        var at = new DateTimeOffset(((now.UtcTicks / quarter) + 1) * quarter, TimeSpan.Zero);
        while (TimeZoneInfo.ConvertTime(at, zone) is var local
            && (local.Hour != hour || local.Minute != 0 || (weekday is { } day && local.DayOfWeek != day)))
        {
            at = at.AddTicks(quarter);
        }

        return at;
    }
}

/// <summary>What was found, in words.</summary>
internal static class BestTimeText
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Of(SendTime best, OrderTimes times, bool knowsHours, TimeZoneInfo zone)
    {
        var when = (best.Weekday, best.Hour) switch
        {
            ({ } day, { } hour) => $"on {day}s between {Clock(hour - 1)} and {Clock(hour + 2)} ({zone.Id})",
            (null, { } hour) => $"between {Clock(hour - 1)} and {Clock(hour + 2)} ({zone.Id}), whatever the day",
            ({ } day, _) => $"on {day}s",
            _ => "",
        };
        var customers = knowsHours && best.Hour is not null ? times.TimedCustomers : times.Customers;
        var shares = string.Create(English, $"{best.Share:0.0%} of their orders, where an even week would have {best.Uniform:0.0%}");
        var sentence = $"These customers order most {when}: {shares} "
            + $"({best.Confidence.ToString().ToLowerInvariant()} confidence, {Plural.Of(customers, "customer")}, each counted once).";
        return best.Hour is not null ? sentence
            : knowsHours ? sentence + " No hour of the day stands out."
            : sentence + " Their orders have dates without a time of day, so no hour can be told.";
    }

    public static string Reason(OrderTimes times, bool knowsHours)
    {
        if (times.Customers < SendTimeFinder.MinCustomers)
        {
            var have = times.Customers == 1 ? "has" : "have";
            return string.Create(
                English,
                $"Too few orders: {times.Customers:N0} of these customers {have} ordered, ")
                + $"and {SendTimeFinder.MinCustomers} are needed to tell a habit from accident.";
        }

        if (times.Last - times.First < SendTimeFinder.MinSpan)
        {
            return string.Create(English,
                $"Too short a time: the orders span fewer than {SendTimeFinder.MinSpan.Days} days, in which no weekly habit can be seen.");
        }

        return string.Create(
            English,
            $"No pattern: the orders of these {times.Customers:N0} customers come about evenly, and no time stands out beyond chance.")
            + (knowsHours ? "" : " They have dates without a time of day, so only weekdays could be compared.");
    }

    public static string Clock(int hour) => string.Create(English, $"{(hour + OrderTimes.HoursInDay) % OrderTimes.HoursInDay:00}:00");
}
