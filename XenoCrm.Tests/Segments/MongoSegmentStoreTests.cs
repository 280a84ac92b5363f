using MongoDB.Bson;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;
using XenoCrm.Tests.Rules;

namespace XenoCrm.Tests.Segments;

public sealed class MongoSegmentStoreTests(MongoFixture mongo) : SegmentStoreContract, IClassFixture<MongoFixture>
{
    private protected override async Task<ISegmentStore> StoreOfAsync(
        IReadOnlyList<Customer> customers, params IReadOnlyList<Segment> segments)
    {
        var store = await StoreOfAsync(customers);
        if (segments.Count > 0)
        {
            await store.Segments.InsertManyAsync(
                segments.Select(segment => MongoSegment.Of(segment, visible: true, campaignId: null)), cancellationToken: Cancellation);
        }

        return new MongoSegmentStore(store, Account);
    }

    private protected override async Task<ISegmentStore> StoreOfAsync(IReadOnlyList<Customer> customers, IReadOnlyList<Order> orders)
    {
        var store = await StoreOfAsync(customers);
        await store.Orders.InsertManyAsync(
            orders.Select(order => MongoOrder.Of(order, OrderPlace.Of(order))), cancellationToken: Cancellation);
        return new MongoSegmentStore(store, Account);
    }

    [Fact]
    public async Task A_segment_whose_campaign_is_being_prepared_is_not_shown()
    {
        var store = await StoreOfAsync([]);
        await store.Segments.InsertManyAsync(
            [
                MongoSegment.Of(Segment(1), visible: true, "k1"),
                MongoSegment.Of(Segment(2), visible: false, "k2")], cancellationToken: Cancellation);
        var segments = new MongoSegmentStore(store, Account);
        Assert.Null(await segments.FindAsync(Segment(2).Id, Cancellation));
        var shown = await segments.ListAsync(archived: false, new(10, null), Cancellation);
        Assert.Equal(["segment 1"], shown.Items.Select(segment => segment.Name));
    }

    [Fact]
    public async Task A_stream_gives_each_customer_once_while_others_come_and_go()
    {
        var customers = Customers(2000).Select(customer => customer with { Phone = "+1 555 04" }).ToArray();
        var store = await StoreOfAsync(customers);

        var seen = new List<string>();
        await foreach (var customer in new MongoSegmentStore(store, Account).StreamAudienceAsync(new Everyone(), RuleMeanings.Now,
            Cancellation))
        {
            if (seen.Count == 0)
            {
                await store.Customers.DeleteOneAsync(new BsonDocument("_id", customers[1999].Id), Cancellation);
                await store.Customers.InsertOneAsync(MongoCustomer.Of(customers[0] with { Id = "z" }), cancellationToken: Cancellation);
            }

            seen.Add(customer.Id);
        }

        Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
        Assert.Empty(customers[..1999].Select(customer => customer.Id).Except(seen));
    }

    private async Task<MongoStore> StoreOfAsync(IReadOnlyList<Customer> customers)
    {
        var store = await mongo.StoreAsync();
        if (customers.Count > 0)
        {
            await store.Customers.InsertManyAsync(customers.Select(MongoCustomer.Of), cancellationToken: Cancellation);
        }

        return store;
    }
}
