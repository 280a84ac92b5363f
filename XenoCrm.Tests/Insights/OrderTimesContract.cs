using System.Globalization;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>Every store counts order times and takes samples alike.</summary>
public abstract class OrderTimesContract
{
    private static readonly Rule Everyone = new Everyone();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    protected abstract ISegmentStore Segments { get; }

    private static DateTimeOffset Now { get; } = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_customer_has_one_vote_divided_over_its_orders()
    {
        await CustomersAsync("a", "b");
        // Monday, Tuesday
        await OrdersAsync("a", "2026-06-01T10:15:00Z", "2026-06-02T10:15:00Z", "2026-06-02T10:45:00Z", "2026-06-02T22:00:00Z");
        await OrdersAsync("b", "2026-06-08T10:59:59.999Z");

        var times = await CountAsync("UTC");

        Assert.Equal((2L, 5L, 2L, 5L), (times.Customers, times.Orders, times.TimedCustomers, times.TimedOrders));
        Assert.Equal([1.25, 0.75, 0, 0, 0, 0, 0], times.Days);
        Assert.Equal((1.25, 0.5, 0.25), (times.Hours[10], times.Hours[34], times.Hours[46]));
        Assert.Equal(2, times.Hours.Sum());
        Assert.Equal((At("2026-06-01T10:15:00Z"), At("2026-06-08T10:59:59.999Z")), (times.First, times.Last));
    }

    [Theory]
    [InlineData("UTC", "2026-03-29T00:30:00Z", DayOfWeek.Sunday, 0)]
    [InlineData("Europe/Berlin", "2026-03-29T00:30:00Z", DayOfWeek.Sunday, 1)] // winter, an hour before the clocks change
    [InlineData("Europe/Berlin", "2026-03-29T01:30:00Z", DayOfWeek.Sunday, 3)] // summer: 2 o'clock did not exist
    [InlineData("Europe/Berlin", "2026-10-25T00:30:00Z", DayOfWeek.Sunday, 2)] // 2 o'clock came twice
    [InlineData("Europe/Berlin", "2026-10-25T01:30:00Z", DayOfWeek.Sunday, 2)]
    [InlineData("Asia/Kolkata", "2026-06-01T18:29:59Z", DayOfWeek.Monday, 23)]
    [InlineData("Asia/Kolkata", "2026-06-01T18:30:01Z", DayOfWeek.Tuesday, 0)]
    [InlineData("Asia/Kathmandu", "2026-06-01T18:14:59Z", DayOfWeek.Monday, 23)] // +05:45
    [InlineData("Pacific/Kiritimati", "2026-06-07T10:00:01Z", DayOfWeek.Monday, 0)] // +14
    public async Task Hours_are_those_of_the_zone_at_that_time_of_the_year(string zone, string placedAt, DayOfWeek weekday, int hour)
    {
        await CustomersAsync("a");
        await OrdersAsync("a", placedAt);
        var times = await CountAsync(zone);
        Assert.Equal(1, times.Days[OrderTimes.Day(weekday)]);
        Assert.Equal(1, times.Hours[(OrderTimes.Day(weekday) * 24) + hour]);
    }

    [Fact]
    public async Task A_date_without_a_time_counts_for_its_own_weekday_whatever_the_zone_and_for_no_hour()
    {
        await CustomersAsync("a", "b");
        await OrdersAsync("a", "2026-06-01T00:00:00Z", "2026-06-03T00:00:00-04:00"); // a Monday in UTC, a Wednesday in New York
        await OrdersAsync("b", "2026-06-01T00:00:00.001Z");

        var times = await CountAsync("America/New_York");

        Assert.Equal((2L, 3L, 1L, 1L), (times.Customers, times.Orders, times.TimedCustomers, times.TimedOrders));
        Assert.Equal([0.5, 0, 0.5, 0, 0, 0, 1], times.Days);
        Assert.Equal(1, times.Hours[(6 * 24) + 20]);
    }

    [Fact]
    public async Task Only_those_count_who_match_and_can_be_reached()
    {
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "in", Name = "A", Email = "in@example.com", City = "Pune" },
                new CustomerChange { Id = "other", Name = "A", Email = "other@example.com", City = "Delhi" },
                new CustomerChange { Id = "gone", Name = "A", Email = "gone@example.com", City = "Pune", Unsubscribed = true },
                new CustomerChange { Id = "mute", Name = "A", City = "Pune" },
                new CustomerChange { Id = "idle", Name = "A", Phone = "+1 202 555 0100", City = "Pune" },
            ],
            Cancellation);
        foreach (var id in (string[])["in", "other", "gone", "mute", "stranger"])
        {
            await OrdersAsync(id, "2026-06-01T10:15:00Z");
        }

        var times = await Segments.CountOrderTimesAsync(RuleJson.Parse("""{"city":"pune"}"""), Now, TimeZoneInfo.Utc, 10, Cancellation);
        Assert.Equal((1L, 1L), (times.Customers, times.Orders));
    }

    [Fact]
    public async Task Without_orders_there_is_nothing()
    {
        var times = await CountAsync("UTC");
        Assert.Equal(
            (0L, 0L, null, null, 0.0), (times.Customers, times.Orders, times.First, times.Last, times.Days.Sum() + times.Hours.Sum()));
    }

    [Fact]
    public async Task A_sample_is_the_first_in_its_order_whatever_the_store()
    {
        string[] ids = [.. Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i:D3}"))];
        await CustomersAsync(ids);
        await OrdersAsync("c000", "2026-06-01T10:15:00Z");
        string[] expected = [.. ids.OrderBy(SampleOrder.Of).Take(60).Order(StringComparer.Ordinal)];

        Assert.Equal(expected, (await Segments.SpreadSampleAsync(Everyone, Now, 60, Cancellation)).Select(customer => customer.Id));
        Assert.Equal(ids, (await Segments.SpreadSampleAsync(Everyone, Now, 1000, Cancellation)).Select(customer => customer.Id));
        Assert.Equal(
            expected.Contains("c000") ? 1 : 0,
            (await Segments.CountOrderTimesAsync(Everyone, Now, TimeZoneInfo.Utc, 60, Cancellation)).Customers);

        // Not the first ids, which are the oldest customers: about as many of each half.
        Assert.InRange(expected.Count(id => string.CompareOrdinal(id, "c250") < 0), 15, 45);
    }

    [Fact]
    public Task It_counts_as_a_count_by_hand_does() => Property.CheckAsync(cases: 3, async random =>
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(
            random.Pick(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"]));
        var run = random.Next().ToString(CultureInfo.InvariantCulture);
        string[] ids = [.. Enumerable.Range(0, 12).Select(i => $"{run}-{i:D2}")];
        await CustomersAsync(ids);
        Order[] orders =
        [
            .. Enumerable.Range(0, 150).Select(i => new Order
            {
                Id = $"{run}-o{i}",
                CustomerId = random.Pick(ids),
                Amount = 1,
                PlacedAt = Now.Date.AddDays(-random.Next(800)).AddMinutes(random.OneIn(3) ? 0 : random.Next(1440)),
            }),
        ];
        await Orders.AddAsync(orders, Cancellation);

        var times = await Segments.CountOrderTimesAsync(
            RuleJson.Parse($$$"""{"email":{"$startsWith":"{{{run}}}"}}"""), Now, zone, 100, Cancellation);

        var days = new double[7];
        var hours = new double[168];
        foreach (var own in orders.GroupBy(order => order.CustomerId))
        {
            var dated = own.Where(order => order.PlacedAt.UtcDateTime.TimeOfDay == TimeSpan.Zero).ToArray();
            var local = own.Except(dated).Select(order => TimeZoneInfo.ConvertTimeFromUtc(order.PlacedAt.UtcDateTime, zone)).ToArray();
            var timed = local.Where(at => at.TimeOfDay != TimeSpan.Zero).ToArray();
            foreach (var at in dated.Select(order => order.PlacedAt.UtcDateTime).Concat(local))
            {
                days[((int)at.DayOfWeek + 6) % 7] += 1.0 / own.Count();
            }

            foreach (var at in timed)
            {
                hours[((((int)at.DayOfWeek + 6) % 7) * 24) + at.Hour] += 1.0 / timed.Length;
            }
        }

        Assert.Equal((orders.Select(order => order.CustomerId).Distinct().Count(), 150L), (times.Customers, times.Orders));
        Assert.Equal(days.Select(votes => Math.Round(votes, 9)), times.Days.Select(votes => Math.Round(votes, 9)));
        Assert.Equal(hours.Select(votes => Math.Round(votes, 9)), times.Hours.Select(votes => Math.Round(votes, 9)));
    });

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private Task<OrderTimes> CountAsync(string zone) =>
        Segments.CountOrderTimesAsync(Everyone, Now, TimeZoneInfo.FindSystemTimeZoneById(zone), 1000, Cancellation);

    private Task CustomersAsync(params string[] ids) =>
        Customers.UpsertAsync(
            [.. ids.Select(id => new CustomerChange { Id = id, Name = "Ann", Email = $"{id}@example.com" })], Cancellation);

    private Task OrdersAsync(string customer, params string[] times) =>
        Orders.AddAsync(
            [.. times.Select((at, i) => new Order { Id = $"{customer}-{i}", CustomerId = customer, Amount = 5, PlacedAt = At(at) })],
            Cancellation);
}
