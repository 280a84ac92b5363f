using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Orders;

public sealed class MongoOrderStoreTests(MongoFixture mongo) : OrderStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    [Fact]
    public async Task Many_processes_at_once_write_the_orders_and_the_addresses_of_the_same_people()
    {
        CustomerChange[] people =
            [.. Enumerable.Range(0, 40).Select(i => new CustomerChange { Name = $"N{i}", Email = $"n{i}@example.com" })];
        Order[] Basket(int process) =>
        [
            .. people.Select((person, i) => new Order
            {
                Id = $"{process}-{i}", CustomerEmail = person.Email, Amount = 5, PlacedAt = stores!.Clock.GetUtcNow(),
            }),
        ];

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async process =>
        {
            // Each in an order of its own, so that one holds what another wants.
            var own = new MongoStores(mongo.Open());
            await own.Orders.AddAsync([.. Basket(process).Shuffle()], Cancellation);
            await own.Customers.UpsertAsync([.. people.Shuffle()], Cancellation);
        }));

        var customers = (await Customers.ListAsync(null, new(50, null), Cancellation)).Items;
        Assert.Equal(people.Length, customers.Count);
        Assert.All(customers, customer => Assert.Equal((10, 50m), (customer.OrderCount, customer.TotalSpend)));
    }

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
