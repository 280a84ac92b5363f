namespace XenoCrm.Core.Segments;

/// <summary>
/// When customers have ordered, by the days and hours of a week in one time zone. Each customer has one vote, divided
/// evenly over its orders, so that a few who order all the time do not decide for the rest.
/// </summary>
/// <remarks>
/// An order at exactly midnight, in UTC or in the zone, is one of which only the date is known, as files of dates give it.
/// It counts for its weekday and for no hour. Midnight in UTC is the date that was written, whatever the zone.
/// </remarks>
public sealed record OrderTimes
{
    public const int DaysInWeek = 7;
    public const int HoursInDay = 24;
    public const int HoursInWeek = DaysInWeek * HoursInDay;

    /// <summary>Those with orders.</summary>
    public long Customers { get; init; }

    public long Orders { get; init; }

    /// <summary>Those with orders of which the time of day is known.</summary>
    public long TimedCustomers { get; init; }

    public long TimedOrders { get; init; }

    /// <summary>The earliest order; null without orders.</summary>
    public DateTimeOffset? First { get; init; }

    public DateTimeOffset? Last { get; init; }

    /// <summary>Votes by weekday, Monday first; together <see cref="Customers"/>.</summary>
    public required IReadOnlyList<double> Days { get; init; }

    /// <summary>Votes by hour of the week, Monday 0:00 first; together <see cref="TimedCustomers"/>.</summary>
    public required IReadOnlyList<double> Hours { get; init; }

    /// <summary>Monday is 0.</summary>
    public static int Day(DayOfWeek day) => ((int)day + 6) % DaysInWeek;

    /// <summary>The weekday of <see cref="Days"/>'s place.</summary>
    public static DayOfWeek Weekday(int day) => (DayOfWeek)((day + 1) % DaysInWeek);
}

/// <summary>Adds up <see cref="OrderTimes"/> from orders that come customer by customer, in memory for one customer.</summary>
public sealed class OrderTimesTally(TimeZoneInfo zone)
{
    private readonly double[] days = new double[OrderTimes.DaysInWeek];
    private readonly double[] hours = new double[OrderTimes.HoursInWeek];
    private readonly int[] ownDays = new int[OrderTimes.DaysInWeek];
    private readonly int[] ownHours = new int[OrderTimes.HoursInWeek];
    private string? customer;
    private int ownOrders;
    private int ownTimed;
    private long customers;
    private long orders;
    private long timedCustomers;
    private long timedOrders;
    private long first = long.MaxValue;
    private long last = long.MinValue;

    /// <param name="customerId">All orders of a customer come one after the other.</param>
    /// <param name="placedAt">In Unix milliseconds.</param>
    public void Add(string customerId, long placedAt)
    {
        if (customerId != customer)
        {
            CountVotes();
            customer = customerId;
        }

        ownOrders++;
        (first, last) = (Math.Min(first, placedAt), Math.Max(last, placedAt));
        var utc = DateTimeOffset.FromUnixTimeMilliseconds(placedAt);
        if (utc.TimeOfDay == TimeSpan.Zero)
        {
            ownDays[OrderTimes.Day(utc.DayOfWeek)]++;
            return;
        }

        var local = TimeZoneInfo.ConvertTime(utc, zone);
        var day = OrderTimes.Day(local.DayOfWeek);
        ownDays[day]++;
        if (local.TimeOfDay != TimeSpan.Zero)
        {
            ownTimed++;
            ownHours[(day * OrderTimes.HoursInDay) + local.Hour]++;
        }
    }

    public OrderTimes Finish()
    {
        CountVotes();
        return new OrderTimes
        {
            Customers = customers,
            Orders = orders,
            TimedCustomers = timedCustomers,
            TimedOrders = timedOrders,
            First = orders == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(first),
            Last = orders == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last),
            Days = days,
            Hours = hours,
        };
    }

    private void CountVotes()
    {
        if (ownOrders == 0)
        {
            return;
        }

        customers++;
        orders += ownOrders;
        Vote(ownDays, days, ownOrders);
        if (ownTimed > 0)
        {
            timedCustomers++;
            timedOrders += ownTimed;
            Vote(ownHours, hours, ownTimed);
        }

        (ownOrders, ownTimed) = (0, 0);
    }

    private static void Vote(int[] own, double[] all, int orders)
    {
        for (var place = 0; place < own.Length; place++)
        {
            if (own[place] > 0)
            {
                all[place] += (double)own[place] / orders;
                own[place] = 0;
            }
        }
    }
}
