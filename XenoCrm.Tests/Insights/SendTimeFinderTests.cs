using System.Globalization;
using XenoCrm.Api.Insights.BestTime;
using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>Made-up shops whose habits are known.</summary>
public sealed class SendTimeFinderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero); // a Monday

    [Fact]
    public void An_evening_of_one_weekday_is_found()
    {
        var best = Find(500, random => random.OneIn(3) ? InHours(random, [4], 19, 20) : AnyTime(random));
        Assert.Equal((DayOfWeek.Friday, 19, Confidence.High), (best!.Weekday, best.Hour, best.Confidence));
        Assert.InRange(best.Share, 0.30, 0.40);
        Assert.Equal(3.0 / 168, best.Uniform);
    }

    [Fact]
    public void An_evening_of_any_day_is_given_without_a_day()
    {
        var best = Find(500, random => random.OneIn(2) ? InHours(random, [0, 1, 2, 3, 4, 5, 6], 18, 21) : AnyTime(random));
        Assert.Equal((null, 19), (best!.Weekday, best.Hour));
        Assert.Equal(0.125, best.Uniform);
    }

    [Fact]
    public void A_day_is_given_without_an_hour_where_no_hour_stands_out()
    {
        var best = Find(1000, random => random.OneIn(3) ? InHours(random, [5], 0, 24) : AnyTime(random));
        Assert.Equal((DayOfWeek.Saturday, null), (best!.Weekday, best.Hour));
    }

    [Fact]
    public void A_habit_around_midnight_is_not_cut_in_two()
    {
        var best = Find(
            500,
            random =>
                random.OneIn(3)
                    ? Start.AddDays(7 * random.Next(20)).AddMinutes((7 * 1440) - 60 + random.Next(120)).AddSeconds(1)
                    : AnyTime(random));
        Assert.Contains((best!.Weekday, best.Hour), new (DayOfWeek?, int?)[] { (DayOfWeek.Sunday, 23), (DayOfWeek.Monday, 0) });
    }

    [Fact]
    public void Dates_without_times_give_a_weekday_and_no_hour()
    {
        var best = Find(500, random => (random.OneIn(3) ? InHours(random, [2], 0, 24) : AnyTime(random)).Date);
        Assert.Equal((DayOfWeek.Wednesday, null, Confidence.High), (best!.Weekday, best.Hour, best.Confidence));
        Assert.Equal(1.0 / 7, best.Uniform);
    }

    [Fact]
    public void Where_nothing_is_to_be_found_next_to_nothing_is_found()
    {
        var (found, sure, shops) = (0, 0, 0);
        Property.Check(cases: 200, random =>
        {
            var best = Find(random.Pick([40, 300, 2000]), AnyTime, random);
            shops++;
            found += best is null ? 0 : 1;
            sure += best is { Confidence: not Confidence.Low } ? 1 : 0;
        });

        // The bound is a bound: accidents are rarer than the 5 in 100 that it allows.
        Assert.True(
            Property.Replays || (found <= 0.05 * shops && sure <= 0.01 * shops), $"{found} of {shops} found, {sure} of them surely.");
    }

    [Fact]
    public void One_customer_who_orders_all_the_time_does_not_decide()
    {
        var random = new Random(7);
        var tally = new OrderTimesTally(TimeZoneInfo.Utc);
        for (var customer = 0; customer < 200; customer++)
        {
            tally.Add(Id(customer), AnyTime(random).ToUnixTimeMilliseconds());
        }

        for (var order = 0; order < 5000; order++)
        {
            tally.Add("wholesale", InHours(random, [0], 9, 10).ToUnixTimeMilliseconds());
        }

        Assert.Null(SendTimeFinder.Find(tally.Finish()));
    }

    [Theory]
    [InlineData(29, 200, false)]
    [InlineData(30, 200, true)]
    [InlineData(300, 27, false)]
    public void Too_few_customers_or_too_short_a_time_tell_nothing(int customers, int days, bool told)
    {
        var tally = new OrderTimesTally(TimeZoneInfo.Utc);
        for (var customer = 0; customer < customers; customer++)
        {
            tally.Add(Id(customer), Start.AddDays(customer % 2 == 0 ? 0 : days / 7 * 7).AddHours(10.5).ToUnixTimeMilliseconds());
        }

        Assert.Equal(told, SendTimeFinder.Find(tally.Finish()) is { Weekday: DayOfWeek.Monday, Hour: 10 });
    }

    [Fact]
    public void The_chance_of_an_accident_is_never_below_what_dice_show()
    {
        // 40 votes with mean 1/8, as often as a fair die of eight sides gives 12 ones or more.
        var random = new Random(11);
        const int tries = 20_000;
        var seen = Enumerable.Range(0, tries).Count(_ => Enumerable.Range(0, 40).Count(_ => random.OneIn(8)) >= 12);
        var bound = Chance.OfAtLeast(12 / 40.0, 1 / 8.0, 40, 1);
        Assert.True(bound >= (double)seen / tries, $"{bound} is said, {(double)seen / tries} seen.");
        Assert.True(bound < 0.05, $"{bound}");
        Assert.Equal(1, Chance.OfAtLeast(0.1, 1 / 8.0, 40, 1));
        Assert.InRange(Chance.OfAtLeast(1, 1 / 8.0, 40, 1), 0, 1e-30);
    }

    private static SendTime? Find(int customers, Func<Random, DateTimeOffset> order, Random? random = null)
    {
        random ??= new Random(5);
        var tally = new OrderTimesTally(TimeZoneInfo.Utc);
        for (var customer = 0; customer < customers; customer++)
        {
            for (var i = random.Next(3); i >= 0; i--)
            {
                tally.Add(Id(customer), order(random).ToUnixTimeMilliseconds());
            }
        }

        return SendTimeFinder.Find(tally.Finish());
    }

    private static DateTimeOffset AnyTime(Random random) => InHours(random, [0, 1, 2, 3, 4, 5, 6], 0, 24);

    // A second after the full minute, so that none falls on midnight.
    private static DateTimeOffset InHours(Random random, int[] days, int from, int to) =>
        Start.AddDays((7 * random.Next(20)) + random.Pick(days)).AddMinutes(random.Next(from * 60, to * 60)).AddSeconds(1);

    private static string Id(int number) => number.ToString("D5", CultureInfo.InvariantCulture);
}
