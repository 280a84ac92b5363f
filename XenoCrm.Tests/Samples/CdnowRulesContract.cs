using System.Globalization;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Samples;

/// <summary>
/// Rules over the orders of a real shop select in every store whom the raw file says: days are compared as the text that they are
/// there, and amounts in cents, past all of our own code.
/// </summary>
public abstract class CdnowRulesContract
{
    // Somebody who never ordered is not in the file; as many that a tenth of all is no whole number.
    private const int WithoutOrders = 7;

    private const int Batch = 1_000;

    private static readonly DateTimeOffset Now = new(2022, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Rule, Func<Purchase[], bool> Holds)[] OrderRules =
    [
        // Periods: the first day is in it, the last one up to its end.
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$count":{"$gte":2}}}""", Spring, of => of.Length >= 2),
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lte":"2021-05-31"},"$count":{"$gte":2}}}""", Spring, of => of.Length >= 2),
        Rule("""{"orders":{"placedAt":{"$gt":"2021-02-28","$lt":"2021-06-01"},"$count":2}}""", Spring, of => of.Length == 2),
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"}}}""", Spring, of => of.Length > 0),
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$count":{"$lte":1}}}""", Spring, of => of.Length <= 1),
        Rule("""{"orders":{"placedAt":"2021-03-01"}}""", order => order.Day == "20210301", of => of.Length > 0),
        Rule("""{"orders":{"placedAt":{"$gte":{"$ago":"3mo"}},"$count":{"$gt":1}}}""", Since("20220401"), of => of.Length > 1),
        Rule("""{"orders":{"placedAt":{"$gte":{"$ago":"30d"}},"$sum":{"$gte":50}}}""", Since("20220601"), of => Sum(of) >= 50_00),

        // None in a period, whether they ordered at another time or never.
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$count":0}}""", Spring, of => of.Length == 0),
        Rule("""{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$sum":0}}""", Spring, of => Sum(of) == 0),
        Rule("""{"orders":{"$count":0}}""", _ => true, of => of.Length == 0),

        // Sums and averages, to the cent: equality as well, and an average that is no number of cents.
        Rule("""{"orders":{"placedAt":{"$gte":"2021-01-01","$lt":"2022-01-01"},"$sum":{"$gt":500}}}""", In2021, of => Sum(of) > 500_00),
        Rule("""{"orders":{"placedAt":{"$gte":"2021-01-01","$lt":"2022-01-01"},"$sum":24.98}}""", In2021, of => Sum(of) == 24_98),
        Rule("""{"orders":{"placedAt":{"$lt":"2021-07-01"},"$sum":{"$gte":100,"$lt":100.01}}}""",
            Before("20210701"), of => Sum(of) == 100_00),
        Rule("""{"orders":{"placedAt":{"$gte":"2022-01-01"},"$avg":{"$lt":33.333}}}""", Since("20220101"),
            of => of.Length > 0 && Sum(of) * 10 < 33_333L * of.Length),
        Rule("""{"orders":{"placedAt":{"$gte":"2022-01-01"},"$avg":{"$gte":15.49,"$lte":15.49}}}""", Since("20220101"),
            of => of.Length > 0 && Sum(of) == 15_49L * of.Length),

        // Of single orders, with and without a period.
        Rule("""{"orders":{"amount":{"$gte":100}}}""", order => order.Cents >= 100_00, of => of.Length > 0),
        Rule("""{"orders":{"amount":14.37,"$count":{"$gte":2}}}""", order => order.Cents == 14_37, of => of.Length >= 2),
        Rule("""{"orders":{"amount":0}}""", order => order.Cents == 0, of => of.Length > 0),
        Rule("""{"orders":{"placedAt":{"$gte":"2022-03-01"},"amount":{"$gt":50},"$sum":{"$gt":200},"$count":{"$gte":3}}}""",
            order => Since("20220301")(order) && order.Cents > 50_00, of => Sum(of) > 200_00 && of.Length >= 3),

        // Of the last order, or of one of those placed at its moment.
        ("""{"orders":{"amount":{"$gte":100},"$last":true}}""", all => LastOf(all).Any(order => order.Cents >= 100_00)),
        ("""{"orders":{"amount":{"$lt":20},"placedAt":{"$lt":"2021-07-01"},"$last":true}}""",
            all => LastOf(all).Any(order => order.Cents < 20_00 && Before("20210701")(order))),
        ("""{"$not":{"orders":{"placedAt":{"$gte":"2022-01-01"},"$last":true}}}""", all => !all.Any(Since("20220101"))),

        // Joined and denied.
        ("""{"$not":{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$avg":{"$gte":30}}}}""",
            all => all.Where(Spring).ToArray() is var of && !(of.Length > 0 && Sum(of) >= 30_00L * of.Length)),
        ("""
            {"$and":[{"orders":{"placedAt":{"$lt":"2021-07-01"},"$sum":{"$gt":99}}},
                {"orders":{"placedAt":{"$gte":"2021-07-01"},"$count":0}}]}
            """,
            all => Sum(all.Where(Before("20210701"))) > 99_00 && !all.Any(Since("20210701"))),
        ("""{"$or":[{"orders":{"amount":{"$gt":300}}},{"$not":{"orders":{"placedAt":{"$gte":"2021-02-01"},"$count":{"$lt":10}}}}]}""",
            all => all.Any(order => order.Cents > 300_00) || all.Count(Since("20210201")) >= 10),
        ("""{"orderCount":{"$gte":3},"orders":{"placedAt":{"$gte":"2022-01-01"},"$sum":{"$gt":100}},"lastOrderAt":{"$lt":"2022-06-01"}}""",
            all => all.Length >= 3 && Sum(all.Where(Since("20220101"))) > 100_00 && !all.Any(Since("20220601"))),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    protected abstract ISegmentStore Segments { get; }

    /// <summary>Every so many customers of the file are taken, with all their orders.</summary>
    protected virtual int OneIn => 1;

    [Fact]
    public async Task Rules_over_orders_and_rankings_select_whom_the_raw_file_says()
    {
        var purchases = Purchases();
        await LoadAsync(purchases);
        var people = Enumerable.Range(0, WithoutOrders)
            .Select(i => (Id: $"without-{i}", Orders: Array.Empty<Purchase>()))
            .Concat(purchases.GroupBy(order => order.Customer).Select(of => (Id: of.Key, Orders: of.ToArray())))
            .ToArray();

        foreach (var (rule, holds) in OrderRules.Concat(Rankings([.. people.Select(person => person.Orders)])))
        {
            var expected = people.Where(person => holds(person.Orders)).Select(person => person.Id).ToHashSet();

            // Of a share of the file some rules that ask for an exact sum select nobody.
            var tellsApart = expected.Count < people.Length && (expected.Count > 0 || OneIn > 1);
            Assert.True(tellsApart, $"{rule} selects {expected.Count} of {people.Length}");

            var parsed = RuleJson.Parse(rule);
            Assert.Equal((rule, expected.Count), (rule, (await Segments.CountAudienceAsync(parsed, Now, Cancellation)).Matching));
            Assert.True(expected.SetEquals(await SelectedAsync(parsed)), rule);
        }
    }

    private static IEnumerable<(string Rule, Func<Purchase[], bool> Holds)> Rankings(Purchase[][] people)
    {
        var spends = people.Select(of => Sum(of)).OrderDescending().ToArray();
        var counts = people.Select(of => (long)of.Length).OrderDescending().ToArray();

        // A tenth of all, those without orders among them, and what is left over counts as one.
        var tenth = (people.Length + 9) / 10;
        Assert.NotEqual(0, people.Length % 10);

        // The first place at which the next one has spent the same; both are in, so that there is one more than asked for.
        var tied = Enumerable.Range(100, people.Length - 101).First(place => spends[place - 1] == spends[place]);
        Assert.Equal(counts[tenth - 1], counts[tenth]);

        yield return ("""{"totalSpend":{"$top":"10%"}}""", of => Sum(of) >= spends[tenth - 1]);
        yield return ("""{"totalSpend":{"$top":100}}""", of => Sum(of) >= spends[99]);
        yield return ($$$"""{"totalSpend":{"$top":{{{tied}}}}}""", of => Sum(of) >= spends[tied]);
        yield return ("""{"orderCount":{"$top":"10%"}}""", of => of.Length >= counts[tenth]);
        yield return ("""{"orderCount":{"$top":100}}""", of => of.Length >= counts[99]);
        yield return ("""{"$and":[{"totalSpend":{"$top":"10%"}},{"$not":{"orderCount":{"$top":"10%"}}}]}""",
            of => Sum(of) >= spends[tenth - 1] && of.Length < counts[tenth]);
        yield return (
            """{"totalSpend":{"$top":"10%"},"orders":{"placedAt":{"$gte":"2022-01-01"},"$count":0}}""",
            of => Sum(of) >= spends[tenth - 1] && !of.Any(Since("20220101")));
        yield return (
            """{"$or":[{"totalSpend":{"$top":100}},{"orders":{"placedAt":{"$gte":"2021-03-01","$lt":"2021-06-01"},"$count":{"$gt":4}}}]}""",
            of => Sum(of) >= spends[99] || of.Count(Spring) >= 5);
    }

    // customer-id yyyymmdd units amount. The same line twice is two orders.
    private Purchase[] Purchases() =>
    [
        .. File.ReadLines(SampleFiles.Cdnow()).Select((line, index) =>
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var cents = parts[3].Replace(".", "", StringComparison.Ordinal);
            return new Purchase(index, parts[0], parts[1], long.Parse(cents, CultureInfo.InvariantCulture));
        }).Where(order => int.Parse(order.Customer, CultureInfo.InvariantCulture) % OneIn == 0),
    ];

    private async Task LoadAsync(Purchase[] purchases)
    {
        var ids = purchases.Select(order => order.Customer)
            .Distinct()
            .Concat(Enumerable.Range(0, WithoutOrders).Select(i => $"without-{i}"));
        foreach (var some in ids.Chunk(Batch))
        {
            await Customers.UpsertAsync(
                [.. some.Select(id => new CustomerChange { Id = id, Name = "Customer " + id, Email = id + "@example.com" })],
                Cancellation);
        }

        // The first ones once again: an order counts once, however often it is sent.
        foreach (var some in purchases.Concat(purchases.Take(Batch)).Chunk(Batch))
        {
            await Orders.AddAsync([.. some.Select(Order)], Cancellation);
        }
    }

    // The file has days alone. One order is placed as the day begins, the next as it ends: both are of that day.
    private static Order Order(Purchase purchase) => new()
    {
        Id = $"cdnow-{purchase.Line}",
        CustomerId = purchase.Customer,
        Amount = purchase.Cents / 100m,
        PlacedAt = new DateTimeOffset(
            DateOnly.ParseExact(purchase.Day, "yyyyMMdd", CultureInfo.InvariantCulture),
            purchase.Line % 2 == 0 ? TimeOnly.MinValue : new TimeOnly(23, 59, 59, 999),
            TimeSpan.Zero),
    };

    private async Task<HashSet<string>> SelectedAsync(Rule rule)
    {
        var selected = new HashSet<string>();
        await foreach (var customer in Segments.StreamAudienceAsync(rule, Now, Cancellation))
        {
            Assert.True(selected.Add(customer.Id), customer.Id);
        }

        return selected;
    }

    private static (string Rule, Func<Purchase[], bool> Holds) Rule(
        string rule, Func<Purchase, bool> isChosen, Func<Purchase[], bool> holds) => (rule, all => holds([.. all.Where(isChosen)]));

    private static bool Spring(Purchase order) => Since("20210301")(order) && Before("20210601")(order);

    private static bool In2021(Purchase order) => order.Day.StartsWith("2021", StringComparison.Ordinal);

    private static Func<Purchase, bool> Since(string day) => order => string.CompareOrdinal(order.Day, day) >= 0;

    private static Func<Purchase, bool> Before(string day) => order => string.CompareOrdinal(order.Day, day) < 0;

    // By day, and within it as they are placed.
    private static IEnumerable<Purchase> LastOf(Purchase[] all) => all
        .GroupBy(order => (order.Day, IsLate: order.Line % 2))
        .OrderBy(placed => placed.Key)
        .LastOrDefault() ?? Enumerable.Empty<Purchase>();

    private static long Sum(IEnumerable<Purchase> of) => of.Sum(order => order.Cents);

    private sealed record Purchase(int Line, string Customer, string Day, long Cents);
}
