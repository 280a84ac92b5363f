using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Customers;

public sealed class MongoCustomerStoreTests(MongoFixture mongo) : CustomerStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    protected override DateTimeOffset Now => stores!.Clock.GetUtcNow();

    [Fact]
    public async Task Addresses_can_go_from_hand_to_hand_within_a_batch()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "A", Email = "a@example.com" });
        await Orders.AddAsync([new Order { Id = "o1", CustomerEmail = "x@example.com", Amount = 1, PlacedAt = Now }], Cancellation);

        var results = await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c1", Email = "b@example.com" },
                new CustomerChange { Id = "c2", Name = "B", Email = "a@example.com" },
                new CustomerChange { Id = "c2", Email = "x@example.com" },
                new CustomerChange { Id = "c2", Email = "y@example.com" },
                new CustomerChange { Id = "c3", Name = "C", Email = "a@example.com" },
                new CustomerChange { Id = "c1", Email = "a@example.com", City = "Köln" },
                new CustomerChange { Email = "A@example.com", City = "Bonn" },
            ],
            Cancellation);

        Assert.Equal(
            ["Updated c1", "Created c2", "Updated c2", "Updated c2", "Created c3", "EmailTaken c3", "Updated c3"],
            results.Select(result => $"{result.Outcome} {result.Id}"));
        Assert.Equal(
            ["c1 b@example.com", "c2 y@example.com", "c3 A@example.com"],
            (await Customers.ListAsync(null, new(10, null), Cancellation)).Items.Select(customer => $"{customer.Id} {customer.Email}"));
        Assert.Equal(1, (await FindAsync("c2")).OrderCount);
    }

    [Fact]
    public async Task Many_processes_at_once_make_one_customer_of_an_address()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            new MongoStores(mongo.Open()).Customers.UpsertAsync(
                [new CustomerChange { Name = $"N{i}", Email = "mara@example.com" }], Cancellation)));

        Assert.Single(results.SelectMany(result => result), result => result.Outcome == CustomerOutcome.Created);
        Assert.Single((await Customers.ListAsync(null, new(50, null), Cancellation)).Items);
    }

    [Fact]
    public async Task Changes_of_different_fields_at_once_are_all_kept()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara" });
        CustomerChange[] changes =
        [
            new() { Id = "c1", City = "Köln" },
            new() { Id = "c1", Country = "DE" },
            new() { Id = "c1", Phone = "+49 30 1234" },
            new() { Id = "c1", Tags = ["vip"] },
            new() { Id = "c1", Unsubscribed = true },
        ];

        await Task.WhenAll(changes.Select(change => Customers.UpsertAsync([change], Cancellation)));

        var found = await FindAsync("c1");
        Assert.Equal(("Köln", "DE", "+49 30 1234", true), (found.City, found.Country, found.Phone, found.Unsubscribed));
        Assert.Equal(["vip"], found.Tags);
    }

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
