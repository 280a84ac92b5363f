using System.Globalization;
using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Segments;

/// <summary>What every store of segments does. A store's own test class says how to make one.</summary>
public abstract class SegmentStoreContract
{
    private static readonly Rule Everyone = new Everyone();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A new store that holds these, totals and all.</summary>
    private protected abstract Task<ISegmentStore> StoreOfAsync(IReadOnlyList<Customer> customers, params IReadOnlyList<Segment> segments);

    /// <summary>A new store that holds these, whatever the totals say; when the last order was they have to say.</summary>
    private protected abstract Task<ISegmentStore> StoreOfAsync(IReadOnlyList<Customer> customers, IReadOnlyList<Order> orders);

    /// <summary>The settings of the account whose store it is.</summary>
    private protected AccountSettings Account { get; private set; } = Accounts.InUtc;

    private RuleTime Time => new(RuleSamples.Now, Account.Current.Zone);

    [Theory]
    [InlineData("UTC", 12)]
    [InlineData("Europe/Berlin", 4)]
    [InlineData("America/Sao_Paulo", 4)]
    [InlineData("Asia/Kolkata", 4)]
    [InlineData("Pacific/Apia", 4)]
    public async Task It_selects_whom_the_evaluator_selects(string zone, int cases)
    {
        Account = Accounts.In(zone);
        var (rules, telling) = (0, 0);
        await Property.CheckAsync(cases, async random =>
        {
            var samples = new RuleSamples(random);
            Customer[] customers = [.. Enumerable.Range(0, 100).Select(samples.Customer)];
            Order[] orders = [.. customers.SelectMany(customer => samples.Orders(customer.Id)), .. samples.Orders("nobody")];
            customers = [.. customers.Select(customer => RuleSamples.WithLast(customer, orders))];
            var store = await StoreOfAsync(customers, orders);
            for (var i = 0; i < 75; i++)
            {
                var rule = samples.Rule();
                var selected = await AssertAgreesAsync(store, customers, orders, rule);
                rules++;
                telling += selected is > 0 and < 100 ? 1 : 0;
            }
        });

        // Rules that select nobody or everybody would prove little.
        Assert.True(Property.Replays || telling * 3 > rules, $"Only {telling} of {rules} rules tell customers apart.");
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.All), MemberType = typeof(RuleMeanings))]
    public async Task It_gives_a_rule_its_documented_meaning(string rule, string expected)
    {
        var store = await StoreOfAsync(RuleMeanings.Cast);
        var selected = await store.SampleAudienceAsync(RuleJson.Parse(rule), RuleMeanings.Now, 10, Cancellation);
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.OfOrders), MemberType = typeof(RuleMeanings))]
    public async Task It_gives_a_rule_over_orders_its_documented_meaning(string rule, string expected)
    {
        var store = await StoreOfAsync(RuleMeanings.Cast, RuleMeanings.Orders);
        var selected = await store.SampleAudienceAsync(RuleJson.Parse(rule), RuleMeanings.Now, 10, Cancellation);
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.Ranking), MemberType = typeof(RuleMeanings))]
    public async Task It_gives_a_ranking_its_documented_meaning(string rule, string expected)
    {
        var store = await StoreOfAsync(RuleMeanings.Cast);
        var selected = await store.SampleAudienceAsync(RuleJson.Parse(rule), RuleMeanings.Now, 10, Cancellation);
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Fact]
    public async Task A_ranking_of_nobody_selects_nobody()
    {
        var store = await StoreOfAsync([]);
        foreach (var rank in (string[])["1", "\"10%\""])
        {
            var rule = RuleJson.Parse($$$"""{"totalSpend":{"$top":{{{rank}}}}}""");
            Assert.Equal(new AudienceCount(0, 0, 0, 0), await store.CountAudienceAsync(rule, RuleMeanings.Now, Cancellation));
        }
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Apia")]
    public async Task Anniversaries_agree_too(string zone)
    {
        Account = Accounts.In(zone);
        string[] birthdays =
        [
            .. Enumerable.Range(-3, 12).Select(day => RuleDate.Format(Time.Today.AddDays(day).AddYears(-30))), "2000-02-29", "2026-02-30",
            "1990-03-31T12:00:00Z", "spring", RuleDate.Format(Time.Today),
        ];
        Customer[] customers = [.. Customers(birthdays.Length).Select((customer, i) => customer with
        {
            Attributes = new Dictionary<string, AttributeValue> { ["birthday"] = AttributeValue.Of(birthdays[i]) },
        })];
        var store = await StoreOfAsync([.. customers, RuleMeanings.Cast[1]]);
        foreach (var days in (int[])[0, 1, 7, 365, 366])
        {
            var rule = RuleJson.Parse($$$$"""{"attributes.birthday":{"$anniversary":{"within":"{{{{days}}}}d"}}}""");
            Assert.InRange(await AssertAgreesAsync(store, [RuleMeanings.Cast[1], .. customers], [], rule), 2, 14);
            await AssertAgreesAsync(store, [RuleMeanings.Cast[1], .. customers], [], new Not(rule));
        }
    }

    [Fact]
    public async Task Rankings_among_other_tests_and_ties_agree_too()
    {
        await Property.CheckAsync(3, async random =>
        {
            var samples = new RuleSamples(random);
            Customer[] customers = [.. Enumerable.Range(0, 60).Select(samples.Customer)];
            var store = await StoreOfAsync(customers);
            for (var i = 0; i < 20; i++)
            {
                var field = random.OneIn(2) ? FieldCatalog.TotalSpend : FieldCatalog.OrderCount;
                var rank = random.OneIn(2)
                    ? new RankValue(random.Next(1, 70), IsPercent: false)
                    : new RankValue(random.Next(1, 1_000_000) / 10_000m, IsPercent: true);
                var top = new FieldTest(field, RuleOperator.Top, rank);
                Rule rule = random.Next(3) switch
                {
                    0 => top,
                    1 => new Not(top),
                    _ => new AnyOf([samples.Rule(), new AllOf([top, samples.Rule()])]),
                };
                await AssertAgreesAsync(store, customers, [], rule);
            }
        });
    }

    [Fact]
    public async Task A_rule_over_orders_is_summed_up_and_sampled_like_any_other()
    {
        var rule = RuleJson.Parse("""{"orders":{"placedAt":{"$gte":"2026-01-01"}}}""");
        var store = await StoreOfAsync(RuleMeanings.Cast, RuleMeanings.Orders);

        Assert.Equal(
            new AudienceSummary(Customers: 2, Ordered: 2, OrderedAgain: 1, Recent: 2, Orders: 4, TotalSpend: 1999.9999m),
            await store.SummarizeAudienceAsync(rule, RuleMeanings.Now, Cancellation));
        var spread = await store.SpreadSampleAsync(rule, RuleMeanings.Now, 10, Cancellation);
        Assert.Equal(["ada", "eve"], spread.Select(customer => customer.Id));
        var times = await store.CountOrderTimesAsync(rule, RuleMeanings.Now, TimeZoneInfo.Utc, 10, Cancellation);
        Assert.Equal((1, 3), (times.Customers, times.Orders));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.InBerlin), MemberType = typeof(RuleMeanings))]
    public async Task Days_and_spans_are_the_accounts(string rule, string expected)
    {
        Account = Accounts.In("Europe/Berlin");
        var store = await StoreOfAsync(RuleMeanings.Berliners);
        var selected = await store.SampleAudienceAsync(RuleJson.Parse(rule), RuleMeanings.BerlinNow, 10, Cancellation);
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [InlineData("tests")]
    [InlineData("averages")]
    [InlineData("texts")]
    [InlineData("fractions")]
    [InlineData("attributes")]
    [InlineData("orders")]
    [InlineData("levels")]
    public async Task It_takes_the_largest_rules_that_there_can_be(string of)
    {
        static string Many(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));
        static string List(string name, int count, string rule) => $$"""{"{{name}}":[{{Many(count, _ => rule)}}]}""";
        static string NoneOf(string field, Func<int, string> value) => $$"""{"{{field}}":{"$nin":[""" + Many(1000, value) + "]}}";
        var rule = of switch
        {
            "tests" => List("$and", 199, """{"name":{"$contains":"a"}}"""),
            "averages" => List("$or", 199, """{"averageOrderValue":{"$lt":0.30000000000000004}}"""),
            "texts" => List("$or", 199, NoneOf("city", i => $"\"{i}\"")),
            "fractions" => List("$or", 199, NoneOf("averageOrderValue", i => $"{i}.5")),
            "attributes" => List("$or", 199, NoneOf("attributes.plan", i => i % 2 == 0 ? $"\"{i}\"" : $"{i}")),
            "orders" => $$"""{"$or":[{{Many(66, i => $$$$"""{"orders":{"item":{"$ne":"{{{{i}}}}"},"$sum":{"$lt":{{{{i}}}}.5}}}""")}}]}""",
            _ => string.Concat(Enumerable.Repeat("""{"$not":""", 6)) + List("$and", 193, """{"tags":{"$ne":"a"}}""") + new string('}', 6),
        };
        var customers = Customers(3);
        await AssertAgreesAsync(await StoreOfAsync(customers), customers, [], RuleJson.Parse(rule));
    }

    [Theory]
    [InlineData("""{"orders":{"item":"mug","$last":true}}""", 3)]
    [InlineData("""{"orders":{"item":{"$ne":"mug"},"$last":true}}""", 4)]
    [InlineData("""{"orders":{"item":"mug","amount":{"$gt":10},"$last":true}}""", 1)]
    [InlineData("""{"orders":{"amount":{"$gt":10},"$last":true}}""", 4)]
    [InlineData("""{"$not":{"orders":{"item":"mug","$last":true}}}""", 3)]
    public async Task Of_several_orders_at_the_last_moment_one_of_them_will_do(string rule, int selected)
    {
        Customer[] customers = [.. Customers(6)];
        Order Order(int customer, string item, decimal amount, double after = 0) => new()
        {
            Id = $"{customer}{item}{after}",
            CustomerId = customers[customer].Id,
            Amount = amount,
            PlacedAt = RuleMeanings.Now.AddMilliseconds(after),
            Items = $"[\"{item}\"]",
        };
        Order[] orders =
        [
            Order(0, "Mug", 5), Order(0, "Cup", 20), Order(0, "Cup", 20, after: -1),
            Order(1, "Mug", 20), Order(1, "Cup", 5, after: 1),
            Order(2, "Mug", 5), Order(2, "Cup", 20, after: 0.5),
            Order(3, "Cup", 20), Order(3, "Mug", 20, after: -1),
            Order(4, "Mug", 20), Order(4, "Mug", -20, after: 1) with { RefundOf = "4Mug0" },
        ];
        customers = [.. customers.Select(customer => RuleSamples.WithLast(customer, orders))];
        Assert.Equal(selected, await AssertAgreesAsync(await StoreOfAsync(customers, orders), customers, orders, RuleJson.Parse(rule)));
    }

    [Fact]
    public async Task Many_tests_of_the_orders_of_many_customers_agree_too()
    {
        // More at once than any one query of a store looks at.
        static string Test(int i) => $$$"""{"orders":{"amount":{{{i * 3}}}}}""";
        var rule = RuleJson.Parse($$"""{"$or":[{{string.Join(',', Enumerable.Range(0, 99).Select(Test))}}]}""");
        var customers = Customers(450);
        Order[] orders = [.. customers.Select((customer, i) => new Order
        {
            Id = customer.Id,
            CustomerId = customer.Id,
            Amount = i,
            PlacedAt = RuleMeanings.Now,
        })];
        Assert.Equal(99, await AssertAgreesAsync(await StoreOfAsync(customers, orders), customers, orders, rule));
    }

    [Fact]
    public async Task It_counts_who_matches_and_why_some_cannot_be_reached()
    {
        var store = await StoreOfAsync(
        [
            Customer(1) with { Email = "a@example.com" },
            Customer(2) with { Phone = "+1 555 01" },
            Customer(3),
            Customer(4) with { Email = "b@example.com", Unsubscribed = true },
            Customer(5) with { Unsubscribed = true },
        ]);

        var count = await store.CountAudienceAsync(Everyone, RuleMeanings.Now, Cancellation);

        Assert.Equal(new AudienceCount(Matching: 5, Unsubscribed: 2, Suppressed: 0, NoAddress: 1), count);
        Assert.Equal(2, count.Reachable);
    }

    [Theory]
    [InlineData(AddressKind.Email, 3, "c0001 c0003")]
    [InlineData(AddressKind.Phone, 2, "c0002 c0003")]
    public async Task By_one_channel_it_counts_and_streams_those_who_have_such_an_address(AddressKind channel, long without, string reached)
    {
        var store = await StoreOfAsync(
        [
            Customer(1) with { Email = "a@example.com" },
            Customer(2) with { Phone = "+1 555 01" },
            Customer(3) with { Email = "c@example.com", Phone = "+1 555 02" },
            Customer(4),
            Customer(5) with { Email = "b@example.com", Unsubscribed = true },
            .. channel == AddressKind.Email ? [Customer(6)] : Array.Empty<Customer>(),
        ]);
        var count = await store.CountAudienceAsync(Everyone, channel, RuleMeanings.Now, Cancellation);
        Assert.Equal((1, without, 2), (count.Unsubscribed, count.NoAddress, count.Reachable));
        Assert.Equal(
            reached.Split(' '),
            await store.StreamAudienceAsync(Everyone, channel, RuleMeanings.Now, Cancellation)
                .Select(one => one.Id)
                .ToListAsync(Cancellation));
    }

    [Fact]
    public async Task It_counts_nobody_in_an_empty_store()
    {
        var store = await StoreOfAsync([]);
        Assert.Equal(new AudienceCount(0, 0, 0, 0), await store.CountAudienceAsync(Everyone, RuleMeanings.Now, Cancellation));
    }

    [Fact]
    public async Task It_sums_up_an_audience_and_counts_orders_to_the_very_moment()
    {
        var recent = RuleMeanings.Now.AddDays(-AudienceSummary.RecentDays);
        var store = await StoreOfAsync(
        [
            Customer(1) with { City = "Pune" },
            Customer(2) with { City = "Pune", OrderCount = 1, TotalSpend = 0.1m, FirstOrderAt = recent, LastOrderAt = recent },
            Customer(3) with { City = "Pune", OrderCount = 4, TotalSpend = 12.3456m, FirstOrderAt = recent.AddDays(-9),
                LastOrderAt = recent.AddMilliseconds(-1) },
            Customer(4) with { City = "Delhi", OrderCount = 9, TotalSpend = 1000, FirstOrderAt = recent, LastOrderAt = RuleMeanings.Now },
        ]);

        Assert.Equal(
            new AudienceSummary(Customers: 3, Ordered: 2, OrderedAgain: 1, Recent: 1, Orders: 5, TotalSpend: 12.4456m),
            await store.SummarizeAudienceAsync(RuleJson.Parse("""{"city":"pune"}"""), RuleMeanings.Now, Cancellation));
        Assert.Equal(
            AudienceSummary.Nobody,
            await store.SummarizeAudienceAsync(RuleJson.Parse("""{"city":"agra"}"""), RuleMeanings.Now, Cancellation));
    }

    [Fact]
    public async Task A_sample_is_the_first_by_id()
    {
        var store = await StoreOfAsync([.. Customers(9).Reverse()]);
        var sample = await store.SampleAudienceAsync(Everyone, RuleMeanings.Now, 3, Cancellation);
        Assert.Equal(["c0000", "c0001", "c0002"], sample.Select(customer => customer.Id));
    }

    [Theory]
    [InlineData("""{"city":"Agra"}""")]
    [InlineData("""{"tags":"vip"}""")]
    [InlineData("""{"attributes.plan":"gold"}""")]
    public async Task Few_who_are_far_apart_are_each_counted_once_and_the_sample_is_the_first_of_them(string rule)
    {
        Customer[] customers =
        [
            .. Customers(2000).Select((customer, i) => i % 300 == 299
                ? customer with
                {
                    City = "Agra",
                    Tags = ["vip"],
                    Attributes = new Dictionary<string, AttributeValue> { ["plan"] = AttributeValue.Of("Gold") },
                }
                : customer),
        ];
        var store = await StoreOfAsync([.. customers.Reverse()]);
        var few = RuleJson.Parse(rule);

        Assert.Equal(6, (await store.CountAudienceAsync(few, RuleMeanings.Now, Cancellation)).Matching);
        Assert.Equal(6, (await store.SummarizeAudienceAsync(few, RuleMeanings.Now, Cancellation)).Customers);
        var sample = await store.SampleAudienceAsync(few, RuleMeanings.Now, 5, Cancellation);
        Assert.Equal(["c0299", "c0599", "c0899", "c1199", "c1499"], sample.Select(customer => customer.Id));
    }

    [Fact]
    public async Task A_sample_has_all_that_is_known_of_a_customer()
    {
        var customer = RuleMeanings.Cast[0];
        var store = await StoreOfAsync([customer]);
        Assert.Equivalent(
            customer, Assert.Single(await store.SampleAudienceAsync(Everyone, RuleMeanings.Now, 3, Cancellation)), strict: true);
    }

    [Fact]
    public async Task An_audience_is_streamed_by_id_without_those_who_cannot_be_reached()
    {
        Customer[] customers = [.. Customers(2500).Select((customer, i) => (i % 5) switch
        {
            0 => customer with { Unsubscribed = true, Email = "x@example.com" + i },
            1 => customer,
            2 => customer with { Phone = "+1 555 02" },
            _ => customer with { Email = string.Create(CultureInfo.InvariantCulture, $"y{i}@example.com") },
        })];
        var store = await StoreOfAsync([.. customers.Reverse()]);

        var streamed = await StreamAsync(store, Everyone).Select(customer => customer.Id).ToListAsync(Cancellation);

        Assert.Equal(customers.Where((_, i) => i % 5 > 1).Select(customer => customer.Id), streamed);
    }

    [Fact]
    public async Task A_stream_that_is_cancelled_ends_with_that()
    {
        var store = await StoreOfAsync([.. Customers(5000).Select(customer => customer with { Phone = "+1 555 03" })]);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in store.StreamAudienceAsync(Everyone, RuleMeanings.Now, cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task A_segment_is_found_as_it_was_stored()
    {
        var segment =
            Segment(1) with
            {
                Prompt = "spent at least 1000",
                Rule = RuleJson.Parse("""{"totalSpend":1000,"city":{"$in":["Zürich","\"Bern\""]}}""")
            };
        var store = await StoreOfAsync([], segment);
        Assert.Equal(segment, await store.FindAsync(segment.Id, Cancellation));
    }

    [Fact]
    public async Task A_segment_that_is_not_there_is_not_found()
    {
        var store = await StoreOfAsync([], Segment(1));
        Assert.Null(await store.FindAsync(Segment(2).Id, Cancellation));
    }

    [Fact]
    public async Task Segments_are_listed_newest_first_page_by_page()
    {
        var store = await StoreOfAsync([], Segment(2), Segment(1), Segment(3), Segment(5), Segment(4));

        var pages = new List<string>();
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(archived: false, new PageRequest(2, cursor), Cancellation);
            pages.Add(string.Join(' ', page.Items.Select(segment => segment.Name)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(["segment 5 segment 4", "segment 3 segment 2", "segment 1"], pages);
    }

    [Fact]
    public async Task A_segment_is_stored_renamed_put_away_and_taken_out_again()
    {
        var store = await StoreOfAsync([], Segment(1));
        Assert.Equal(Segment(2), await store.AddAsync(Segment(2), null, Cancellation));
        Assert.Equal("two", (await store.ChangeAsync(Segment(2).Id, "two", null, Cancellation))!.Name);
        Assert.True((await store.ChangeAsync(Segment(2).Id, null, true, Cancellation))!.IsArchived);
        Assert.Equal(["segment 1"], await NamesAsync(archived: false));
        Assert.Equal(["two"], await NamesAsync(archived: true));
        Assert.Equal(Segment(2) with { Name = "two", IsArchived = true }, await store.FindAsync(Segment(2).Id, Cancellation));
        Assert.Equal(Segment(2) with { Name = "two" }, await store.ChangeAsync(Segment(2).Id, null, false, Cancellation));
        Assert.Equal(["two", "segment 1"], await NamesAsync(archived: false));
        Assert.Null(await store.ChangeAsync(Segment(3).Id, "three", null, Cancellation));

        async Task<string[]> NamesAsync(bool archived) =>
            [.. (await store.ListAsync(archived, new PageRequest(9, null), Cancellation)).Items.Select(segment => segment.Name)];
    }

    [Fact]
    public async Task A_key_stores_one_segment_however_many_come_with_it_at_once()
    {
        var store = await StoreOfAsync([]);
        var stored = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => store.AddAsync(Segment(i), "key", Cancellation)));
        Assert.Single(stored.Select(segment => segment.Id).Distinct());
        Assert.Single((await store.ListAsync(archived: false, new PageRequest(9, null), Cancellation)).Items);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_list_has_no_next()
    {
        var store = await StoreOfAsync([], Segment(1), Segment(2));
        Assert.Null((await store.ListAsync(archived: false, new PageRequest(2, null), Cancellation)).NextCursor);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("not base64url!")]
    [InlineData("Y3VzdG9tZXJzCmMwMDAx")] // another list's
    [InlineData("_w")]
    public async Task A_cursor_that_is_not_ours_is_refused(string cursor)
    {
        var store = await StoreOfAsync([], Segment(1));
        await Assert.ThrowsAsync<InvalidCursorException>(() => store.ListAsync(archived: false, new PageRequest(2, cursor), Cancellation));
    }

    private protected static Segment Segment(int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"0199a000-0000-7000-8000-{number:D12}"),
        $"segment {number}",
        Everyone,
        Prompt: null,
        "mara@example.com",
        RuleMeanings.Now.AddMinutes(number),
        Audience: number);

    private protected static Customer[] Customers(int count) => [.. Enumerable.Range(0, count).Select(Customer)];

    private static Customer Customer(int number) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"c{number:D4}"),
        Name = "Ann",
        CreatedAt = RuleMeanings.Now,
    };

    private static IAsyncEnumerable<Customer> StreamAsync(ISegmentStore store, Rule rule) =>
        store.StreamAudienceAsync(rule, RuleSamples.Now, Cancellation);

    /// <summary>Sample, count and stream against the evaluator; answers how many match.</summary>
    private async Task<int> AssertAgreesAsync(
        ISegmentStore store, IReadOnlyList<Customer> customers, IReadOnlyList<Order> orders, Rule rule)
    {
        var resolved = RuleRanking.Resolve(rule, customers);
        Customer[] expected = [.. customers.Where(customer => Matches(resolved, customer, orders))];
        var selected = await store.SampleAudienceAsync(rule, RuleSamples.Now, int.MaxValue, Cancellation);
        if (!selected.Select(customer => customer.Id).SequenceEqual(expected.Select(customer => customer.Id)))
        {
            await FailOnSmallestPartAsync(store, customers, orders, rule);
        }

        var unsubscribed = expected.Count(customer => customer.Unsubscribed);
        var noAddress = expected.Count(customer => !customer.Unsubscribed && customer.Address is null);
        Assert.Equal(
            new AudienceCount(expected.Length, unsubscribed, 0, noAddress),
            await store.CountAudienceAsync(rule, RuleSamples.Now, Cancellation));
        Assert.Equal(
            expected.Where(customer => !customer.Unsubscribed && customer.Address is not null).Select(customer => customer.Id),
            await StreamAsync(store, rule).Select(customer => customer.Id).ToListAsync(Cancellation));
        return expected.Length;
    }

    // The rule as a whole is hard to read; a part of it that is already wrong says more.
    private async Task FailOnSmallestPartAsync(
        ISegmentStore store, IReadOnlyList<Customer> customers, IReadOnlyList<Order> orders, Rule rule)
    {
        IEnumerable<Rule> parts = rule switch
        {
            AllOf all => all.Rules,
            AnyOf any => any.Rules,
            Not not => [not.Rule],
            _ => [],
        };
        foreach (var part in parts)
        {
            await AssertAgreesAsync(store, customers, orders, part);
        }

        var selected = (await store.SampleAudienceAsync(rule, RuleSamples.Now, int.MaxValue, Cancellation))
            .Select(customer => customer.Id)
            .ToHashSet();
        var wrong = customers.First(customer => selected.Contains(customer.Id)
            != Matches(RuleRanking.Resolve(rule, customers), customer, orders));
        Assert.Fail(
            $"The store {(selected.Contains(wrong.Id) ? "selects" : "leaves out")} {System.Text.Json.JsonSerializer.Serialize(wrong)} for "
                + $"{RuleJson.Print(rule)}");
    }

    private bool Matches(Rule rule, Customer customer, IReadOnlyList<Order> orders) =>
        RuleEvaluator.Matches(rule, customer, [.. orders.Where(order => order.CustomerId == customer.Id)], Time);
}
