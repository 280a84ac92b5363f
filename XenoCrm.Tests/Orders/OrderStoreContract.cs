using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Orders;

/// <summary>What every store of orders holds to.</summary>
public abstract class OrderStoreContract
{
    protected static readonly DateTimeOffset Day = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    [Fact]
    public async Task Orders_add_up_with_their_first_and_last_day_whatever_their_order()
    {
        await CustomerAsync("c1", "mara@example.com");

        await AddAsync(Of("o1", 10.0001m, Day), Of("o2", 0.0002m, Day.AddDays(-5)));
        await AddAsync(
            Of("o3", 5m, Day.AddDays(7)), Of("o4", 0, Day.AddDays(1)) with { CustomerId = null, CustomerEmail = "MARA@example.com" });

        Assert.Equal((15.0003m, 4, Day.AddDays(-5), Day.AddDays(7)), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_that_comes_again_counts_once()
    {
        await CustomerAsync("c1", "mara@example.com");
        var order = Of("o1", 10, Day) with { Items = """[{"sku":"a"}]""" };

        Assert.Equal([Created, Unchanged], await AddAsync(order, order with { Amount = 10.00m }));
        Assert.Equal([Unchanged], await AddAsync(order with { Items = """[ { "sku" : "a" } ]""" }));
        Assert.Equal([Unchanged], await AddAsync(order with { CustomerId = null, CustomerEmail = "MARA@example.com" }));

        Assert.Equal((10m, 1, Day, Day), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task With_other_contents_it_is_a_correction_that_all_totals_follow()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");
        await AddAsync(Of("o1", 10, Day), Of("o2", 20, Day.AddDays(1)));

        Assert.Equal([Updated], await AddAsync(Of("o1", 500.5m, Day.AddDays(3))));
        Assert.Equal((520.5m, 2, Day.AddDays(1), Day.AddDays(3)), await TotalsAsync("c1"));

        Assert.Equal([Updated, Unchanged], await AddAsync(
            Of("o1", 7, Day) with { CustomerId = "c2" }, Of("o1", 7, Day) with { CustomerId = null, CustomerEmail = "bo@example.com" }));
        Assert.Equal((20m, 1, Day.AddDays(1), Day.AddDays(1)), await TotalsAsync("c1"));
        Assert.Equal((7m, 1, Day, Day), await TotalsAsync("c2"));

        Assert.Equal([Updated], await AddAsync(Of("o2", 20, Day.AddDays(1)) with { CustomerId = null, CustomerEmail = "bo@example.com" }));
        Assert.Equal((0m, 0, null, null), await TotalsAsync("c1"));
        Assert.Equal((27m, 2, Day, Day.AddDays(1)), await TotalsAsync("c2"));
    }

    [Fact]
    public async Task A_correction_to_somebody_who_is_not_there_yet_waits_for_them()
    {
        await CustomerAsync("c1", "mara@example.com");
        await AddAsync(Of("o1", 10, Day), Of("o2", 5, Day) with { CustomerId = null, CustomerEmail = "mara@example.com" });

        Assert.Equal([Updated, Updated], await AddAsync(
            Of("o1", 10, Day) with { CustomerId = "c9" }, Of("o2", 5, Day) with { CustomerId = null, CustomerEmail = "late@example.com" }));
        Assert.Equal((0m, 0, null, null), await TotalsAsync("c1"));

        await CustomerAsync("c9", "late@example.com");
        Assert.Equal((15m, 2, Day, Day), await TotalsAsync("c9"));
    }

    [Fact]
    public async Task A_rule_finds_whom_an_item_is_ordered_by_whatever_becomes_of_the_order()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");
        var order = Of("o1", 10, Day) with { Items = """[{"name":"Red  Mug","sku":"M-1"},{"name":"Plate"}]""" };
        var waiting = Of("o2", 5, Day) with { CustomerId = null, CustomerEmail = "late@example.com", Items = """["Cup"]""" };
        await AddAsync(order, waiting);
        Assert.Equal(("c1", "c1", ""), (await WithAsync("RED MUG"), await WithAsync("m-1"), await WithAsync("cup")));

        await AddAsync(order with { Items = """[{"name":"Cup"},{"name":"Plate"}]""" });
        Assert.Equal(("", "c1", "c1"), (await WithAsync("red mug"), await WithAsync("cup"), await WithAsync("plate")));

        await AddAsync(order with { CustomerId = "c2", Amount = 7 });
        await CustomerAsync("c3", "late@example.com");
        Assert.Equal(("c2", "c3"), (await WithAsync("red mug"), await WithAsync("cup")));
        Assert.Equal("c2", await SelectAsync("""{"orders":{"item":"m-1","$sum":7}}"""));

        await AddAsync(order with { CustomerId = "c2", Items = null });
        await Orders.RemoveAsync("o2", Cancellation);
        Assert.Equal(("", ""), (await WithAsync("red mug"), await WithAsync("cup")));
    }

    [Fact]
    public async Task Nothing_is_found_by_the_items_of_somebody_who_was_erased()
    {
        await CustomerAsync("c1", "mara@example.com");
        await AddAsync(Of("o1", 10, Day) with { Items = """["Mug"]""" });
        await Customers.EraseAsync("c1", Cancellation);

        await CustomerAsync("c1", "mara@example.com");

        Assert.Equal(("", "c1"), (await WithAsync("mug"), await SelectAsync("""{"orders":{"amount":10}}""")));
    }

    [Fact]
    public async Task An_order_stays_its_customers_when_it_comes_again_under_an_address_they_gave_up()
    {
        await CustomerAsync("c1", "old@example.com");
        var order = Of("o1", 10, Day) with { CustomerId = null, CustomerEmail = "old@example.com" };
        await AddAsync(order);
        await CustomerAsync("c1", "new@example.com");
        await CustomerAsync("c2", "old@example.com");

        Assert.Equal([Unchanged], await AddAsync(order));
        Assert.Equal([Updated], await AddAsync(order with { Amount = 11 }));
        Assert.Equal((11m, 1, Day, Day), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_of_two_people_is_refused_and_changes_nothing()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");
        await AddAsync(Of("o1", 10, Day));

        Assert.Equal(
            [OrderOutcome.CustomersDiffer, OrderOutcome.CustomersDiffer, Created],
            await AddAsync(
                Of("o1", 20, Day) with { CustomerEmail = "BO@example.com" },
                Of("o2", 30, Day) with { CustomerEmail = "bo@example.com" },
                Of("o3", 1, Day) with { CustomerEmail = "Mara@example.com" }));
        Assert.Equal((11m, 2, Day, Day), await TotalsAsync("c1"));
        Assert.Null(await Orders.FindAsync("o2", Cancellation));
    }

    [Fact]
    public async Task A_refund_lowers_the_spend_alone()
    {
        await CustomerAsync("c1", "mara@example.com");
        Assert.Equal([Created, Created], await AddAsync(Of("o1", 10, Day), Refund("r1", "o1", -2.5m, Day.AddDays(9))));
        Assert.Equal((7.5m, 1, Day, Day), await TotalsAsync("c1"));
        Assert.Equal([Unchanged], await AddAsync(Refund("r1", "o1", -2.5m, Day.AddDays(9))));
        Assert.Equal([Updated], await AddAsync(Refund("r1", "o1", -12.5m, Day)));
        Assert.Equal((-2.5m, 1, Day, Day), await TotalsAsync("c1"));
        Assert.Equal(-2.5m, (await Customers.FindAsync("c1", Cancellation))!.AverageOrderValue);
    }

    [Fact]
    public async Task A_refund_may_come_before_its_order_and_goes_where_that_goes()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");
        await AddAsync(Refund("r1", "o1", -2, Day));
        Assert.Equal((-2m, 0, null, null), await TotalsAsync("c1"));

        await AddAsync(Of("o1", 10, Day) with { CustomerId = "c2" });
        Assert.Equal((0m, 0, null, null), await TotalsAsync("c1"));
        Assert.Equal((8m, 1, Day, Day), await TotalsAsync("c2"));

        await AddAsync(Of("o1", 10, Day) with { CustomerId = "c3" });
        Assert.Equal((0m, 0, null, null), await TotalsAsync("c2"));

        await CustomerAsync("c3", "late@example.com");
        Assert.Equal((8m, 1, Day, Day), await TotalsAsync("c3"));
    }

    [Fact]
    public async Task A_refund_of_anothers_order_or_of_a_refund_is_refused()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");
        await AddAsync(Of("o1", 10, Day), Refund("r1", "o1", -2, Day));

        Assert.Equal(
            [OrderOutcome.RefundOfAnother, OrderOutcome.RefundOfAnother, OrderOutcome.RefundOfRefund],
            await AddAsync(
                Refund("r2", "o1", -1, Day) with { CustomerId = "c2" },
                Refund("r3", "o1", -1, Day) with { CustomerId = null, CustomerEmail = "bo@example.com" },
                Refund("r4", "r1", -1, Day)));
        Assert.Equal((8m, 1, Day, Day), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_that_is_taken_out_leaves_all_totals_with_its_refunds()
    {
        await CustomerAsync("c1", "mara@example.com");
        await AddAsync(Of("o1", 10, Day), Of("o2", 5, Day.AddDays(1)), Refund("r1", "o1", -2, Day), Refund("r2", "o2", -1, Day));

        Assert.True(await Orders.RemoveAsync("o1", Cancellation));
        Assert.Equal((4m, 1, Day.AddDays(1), Day.AddDays(1)), await TotalsAsync("c1"));
        Assert.Null(await Orders.FindAsync("r1", Cancellation));
        Assert.False(await Orders.RemoveAsync("o1", Cancellation));

        Assert.True(await Orders.RemoveAsync("r2", Cancellation));
        Assert.True(await Orders.RemoveAsync("o2", Cancellation));
        Assert.Equal((0m, 0, null, null), await TotalsAsync("c1"));
        Assert.Null((await Customers.FindAsync("c1", Cancellation))!.AverageOrderValue);
        Assert.Equal([Created], await AddAsync(Of("o1", 3, Day)));
        Assert.Equal((3m, 1, Day, Day), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_is_found_as_it_was_stored()
    {
        await CustomerAsync("c1", "mara@example.com");
        var order = Of("o1", 10.5m, Day) with { Items = """[{"sku":"a"}]""" };
        await AddAsync(order, Of("o2", 1, Day) with { CustomerId = null, CustomerEmail = "Late@example.com" }, Refund("r1", "o1", -1, Day));

        Assert.Equal(order, await Orders.FindAsync("o1", Cancellation));
        Assert.Equal((null, "late@example.com"), await Orders.FindAsync("o2", Cancellation) is { } waiting ? (
            waiting.CustomerId, waiting.CustomerEmail) : default);
        Assert.Equal("o1", (await Orders.FindAsync("r1", Cancellation))!.RefundOf);
        Assert.Null(await Orders.FindAsync("o3", Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public async Task A_customers_orders_are_listed_newest_first_page_by_page(int limit)
    {
        await CustomerAsync("c1", "mara@example.com");
        await AddAsync(Of("o1", 1, Day), Of("o3", 1, Day.AddDays(1)), Of("o2", 1, Day.AddDays(1)), Refund("o4", "o1", -1, Day.AddDays(-3)),
            Of("x", 1, Day) with { CustomerId = "c2" });

        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Orders.ListAsync("c1", new(limit, cursor), Cancellation);
            ids.AddRange(page.Items.Select(order => order.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(["o3", "o2", "o1", "o4"], ids);
        await Assert.ThrowsAsync<Core.InvalidCursorException>(() => Orders.ListAsync("c1", new(limit, "x"), Cancellation));
    }

    [Fact]
    public async Task An_order_for_nobody_yet_is_new_once_too()
    {
        Assert.Equal([Created, Unchanged], await AddAsync(Of("o1", 10, Day), Of("o1", 10, Day)));
        Assert.Equal([Unchanged], await AddAsync(Of("o1", 10, Day)));
    }

    [Fact]
    public async Task An_order_is_nobody_elses()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");

        await AddAsync(Of("o1", 10, Day), Of("o2", 20, Day) with { CustomerId = "c2" });

        Assert.Equal((10m, 1, Day, Day), await TotalsAsync("c1"));
        Assert.Equal((20m, 1, Day, Day), await TotalsAsync("c2"));
    }

    [Fact]
    public async Task An_order_makes_no_customer()
    {
        await AddAsync(Of("o1", 10, Day));
        Assert.Null(await Customers.FindAsync("c1", Cancellation));
    }

    [Fact]
    public async Task Where_an_order_names_both_and_the_address_is_nobodys_the_id_decides()
    {
        await CustomerAsync("c1", "mara@example.com");

        await AddAsync(Of("o1", 10, Day) with { CustomerEmail = "office@example.com" });
        await CustomerAsync("c2", "office@example.com");

        Assert.Equal(1, (await TotalsAsync("c1")).Count);
        Assert.Equal(0, (await TotalsAsync("c2")).Count);
    }

    [Fact]
    public async Task The_largest_amount_adds_up_exactly()
    {
        await CustomerAsync("c1", "mara@example.com");
        await AddAsync(Of("o1", 1_000_000_000m, Day), Of("o2", 999_999_999.9999m, Day));
        Assert.Equal(1_999_999_999.9999m, (await TotalsAsync("c1")).Spend);
    }

    private const OrderOutcome Created = OrderOutcome.Created;
    private const OrderOutcome Updated = OrderOutcome.Updated;
    private const OrderOutcome Unchanged = OrderOutcome.Unchanged;

    private static Order Refund(string id, string of, decimal amount, DateTimeOffset placedAt) => Of(
        id, amount, placedAt) with
    { RefundOf = of };

    private static Order Of(string id, decimal amount, DateTimeOffset placedAt) =>
        new() { Id = id, CustomerId = "c1", Amount = amount, PlacedAt = placedAt };

    private Task<IReadOnlyList<OrderOutcome>> AddAsync(params Order[] orders) => Orders.AddAsync(orders, Cancellation);

    private async Task CustomerAsync(string id, string email) =>
        await Customers.UpsertAsync([new CustomerChange { Id = id, Name = id, Email = email }], Cancellation);

    private async Task<(decimal Spend, int Count, DateTimeOffset? First, DateTimeOffset? Last)> TotalsAsync(string id)
    {
        var customer = await Customers.FindAsync(id, Cancellation) ?? throw new InvalidOperationException($"There is no customer {id}.");
        return (customer.TotalSpend, customer.OrderCount, customer.FirstOrderAt, customer.LastOrderAt);
    }

    private Task<string> WithAsync(string item) => SelectAsync($$$"""{"orders":{"item":"{{{item}}}"}}""");

    private async Task<string> SelectAsync(string rule)
    {
        var page = await Customers.ListAsync(new CustomerQuery { Rule = RuleJson.Parse(rule) }, new(10, null), Cancellation);
        return string.Join(' ', page.Items.Select(customer => customer.Id));
    }
}
