using XenoCrm.Api.Samples;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Tests.Samples;

/// <summary>What the sample shop holds to in every store.</summary>
public abstract class SampleShopContract
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    private protected SampleShopStock Stock => new(Customers, Orders, TimeProvider.System);

    [Fact]
    public async Task How_much_of_it_is_there_is_read_from_the_store()
    {
        Assert.Equal(0, await Stock.CountAsync(Cancellation));
        await Stock.AddAsync([.. Stock.Customers(0, 120)], Cancellation);
        Assert.Equal(120, await Stock.CountAsync(Cancellation));
        await Stock.AddAsync([.. Stock.Customers(120, 880)], Cancellation);
        Assert.Equal(SampleShopStock.Size, await Stock.CountAsync(Cancellation));

        // One that somebody erased does not make it a part.
        await Customers.EraseAsync("shop-001000", Cancellation);
        Assert.Equal(SampleShopStock.Size, await Stock.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Customers_come_with_their_orders_and_twice_is_once()
    {
        await Stock.AddAsync([.. Stock.Customers(0, 40)], Cancellation);
        var once = await AllAsync();
        await Stock.AddAsync([.. Stock.Customers(0, 40)], Cancellation);
        Assert.Equal(once, await AllAsync());
        Assert.Equal(40, once.Count);
        Assert.Equal(Stock.Customers(0, 40).Sum(customer => customer.Orders.Length), once.Sum(customer => customer.Orders));
        Assert.All(once, customer => Assert.EndsWith("@example.com", customer.Email ?? "@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_goes_is_what_came_and_nothing_else()
    {
        await Customers.UpsertAsync(
            [new CustomerChange { Id = "shop-000003", Name = "Somebody real" }, new CustomerChange { Id = "c1", Name = "Asha" }],
            Cancellation);
        await Orders.AddAsync([Order("o1", "c1"), Order("shop-000003-1", "shop-000003")], Cancellation);
        await Stock.AddAsync([.. Stock.Customers(0, 40)], Cancellation);
        await Orders.AddAsync([Order("real", "shop-000001")], Cancellation);

        await Stock.RemoveAsync([.. Stock.Customers(0, 40)], Cancellation);

        Assert.Equal([("c1", 1), ("shop-000003", 1)], (await AllAsync()).Select(customer => (customer.Id, customer.Orders)));
        Assert.Equal("Somebody real", (await Customers.FindAsync("shop-000003", Cancellation))!.Name);
        Assert.NotNull(await Orders.FindAsync("real", Cancellation));
        foreach (var order in Stock.Customers(0, 40).Where(customer => customer.Id != "shop-000003").SelectMany(one => one.Orders))
        {
            Assert.Null(await Orders.FindAsync(order.Id, Cancellation));
        }
    }

    private static Order Order(string id, string customer) =>
        new() { Id = id, CustomerId = customer, Amount = 1, PlacedAt = DateTimeOffset.UnixEpoch };

    private async Task<List<(string Id, string? Email, int Orders, decimal Spent)>> AllAsync() =>
        [.. (await Customers.ListAsync((string?)null, new PageRequest(500, null), Cancellation)).Items
            .Select(customer => (customer.Id, customer.Email, customer.OrderCount, customer.TotalSpend))];
}
