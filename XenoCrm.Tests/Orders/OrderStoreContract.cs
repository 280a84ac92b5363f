using XenoCrm.Data.Customers;
using XenoCrm.Data.Orders;

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
        await AddAsync(Of("o3", 5m, Day.AddDays(7)), Of("o4", 0, Day.AddDays(1)) with { CustomerId = null, CustomerEmail = "MARA@example.com" });

        Assert.Equal((15.0003m, 4, Day.AddDays(-5), Day.AddDays(7)), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_that_comes_again_counts_once_and_stays_as_it_was()
    {
        await CustomerAsync("c1", "mara@example.com");

        Assert.Equal([true, false], await AddAsync(Of("o1", 10, Day), Of("o1", 10, Day)));
        Assert.Equal([false], await AddAsync(Of("o1", 500, Day.AddDays(3))));

        Assert.Equal((10m, 1, Day, Day), await TotalsAsync("c1"));
    }

    [Fact]
    public async Task An_order_for_nobody_yet_is_new_once_too()
    {
        Assert.Equal([true, false], await AddAsync(Of("o1", 10, Day), Of("o1", 10, Day)));
        Assert.Equal([false], await AddAsync(Of("o1", 10, Day)));
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
    public async Task Where_an_order_names_both_the_id_decides()
    {
        await CustomerAsync("c1", "mara@example.com");
        await CustomerAsync("c2", "bo@example.com");

        await AddAsync(Of("o1", 10, Day) with { CustomerEmail = "bo@example.com" });

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

    private static Order Of(string id, decimal amount, DateTimeOffset placedAt) => new() { Id = id, CustomerId = "c1", Amount = amount, PlacedAt = placedAt };

    private Task<IReadOnlyList<bool>> AddAsync(params Order[] orders) => Orders.AddAsync(orders, Cancellation);

    private async Task CustomerAsync(string id, string email) =>
        await Customers.UpsertAsync([new CustomerChange { Id = id, Name = id, Email = email }], Cancellation);

    private async Task<(decimal Spend, int Count, DateTimeOffset? First, DateTimeOffset? Last)> TotalsAsync(string id)
    {
        var customer = await Customers.FindAsync(id, Cancellation) ?? throw new InvalidOperationException($"There is no customer {id}.");
        return (customer.TotalSpend, customer.OrderCount, customer.FirstOrderAt, customer.LastOrderAt);
    }
}
