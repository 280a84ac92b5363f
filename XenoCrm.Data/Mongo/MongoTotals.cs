using MongoDB.Bson;
using MongoDB.Driver;
using Customer = XenoCrm.Data.Mongo.MongoCustomer.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Keeps what customers' orders add up to. Whoever writes orders, customers or addresses announces first whose totals that
/// concerns, writes, and then settles: gives waiting orders to the customer who has their address, and counts anew from
/// the orders. Both writers look for the other's work after their own is stored, so that one of them sees it; what a crash
/// leaves announced is settled by <see cref="MongoRepair"/>.
/// <para>
/// No count is lost to another that ran beside it: a customer's orders only ever become more, so of two counts the one
/// with more orders is the newer, and an older one is refused.
/// </para>
/// </summary>
internal sealed class MongoTotals(MongoStore store, TimeProvider time)
{
    private const int StepSize = 1_000;

    public async Task<MongoUnsettled> AnnounceAsync(IEnumerable<string> customers, IEnumerable<string> emails, CancellationToken cancellationToken)
    {
        var unsettled = new MongoUnsettled { Id = ObjectId.GenerateNewId(), At = time.GetUtcNow(), Customers = [.. customers], Emails = [.. emails] };
        await store.Unsettled.InsertOneAsync(unsettled, cancellationToken: cancellationToken);
        return unsettled;
    }

    public async Task SettleAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        var owners = await AdoptAsync(unsettled, cancellationToken);
        foreach (var step in unsettled.Customers.Union(owners).Chunk(StepSize))
        {
            await RecountAsync(step, cancellationToken);
        }
    }

    /// <summary>Not worth waiting for: if it is lost, it is settled once more.</summary>
    public Task ForgetAsync(MongoUnsettled unsettled, CancellationToken cancellationToken) =>
        store.Unsettled.WithWriteConcern(WriteConcern.W1).DeleteOneAsync(new BsonDocument(MongoUnsettled.Names.Id, unsettled.Id), cancellationToken);

    /// <summary>The customers who have these addresses, by address.</summary>
    public async Task<Dictionary<string, string>> FindOwnersAsync(IReadOnlyCollection<string> emails, CancellationToken cancellationToken)
    {
        if (emails.Count == 0)
        {
            return [];
        }

        var owners = await store.Find(store.Customers, new BsonDocument(Customer.EmailKey, Query.In(emails)))
            .Project(new BsonDocument(Customer.EmailKey, 1))
            .ToListAsync(cancellationToken);
        return owners.ToDictionary(owner => owner["keys"]["email"].AsString, owner => owner[Customer.Id].AsString);
    }

    /// <summary>Gives the orders that wait for these addresses to those who have them, and answers who that is.</summary>
    private async Task<IReadOnlyCollection<string>> AdoptAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        var owners = await FindOwnersAsync(unsettled.Emails, cancellationToken);
        if (owners.Count == 0)
        {
            return [];
        }

        var waiting = await store.Aggregate(store.Orders)
            .Match(new BsonDocument(Order.EmailKey, Query.In(owners.Keys)))
            .Group(new BsonDocument("_id", "$" + Order.EmailKey))
            .ToListAsync(cancellationToken);
        if (waiting.Count == 0)
        {
            return owners.Values;
        }

        // If they give up their address and this process dies, nothing else would tell that theirs are the orders.
        if (owners.Values.Except(unsettled.Customers).ToArray() is { Length: > 0 } others)
        {
            await store.Unsettled.UpdateOneAsync(
                new BsonDocument(MongoUnsettled.Names.Id, unsettled.Id),
                new BsonDocument("$push", new BsonDocument(MongoUnsettled.Names.Customers, new BsonDocument("$each", new BsonArray(others)))),
                cancellationToken: cancellationToken);
        }

        await store.Orders.BulkWriteAsync(
            waiting.Select(group => new UpdateManyModel<MongoOrder>(
                new BsonDocument(Order.EmailKey, group["_id"]),
                Query.Change(new BsonDocument(Order.CustomerId, owners[group["_id"].AsString]), Order.EmailKey))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken);
        return owners.Values;
    }

    private async Task RecountAsync(string[] customers, CancellationToken cancellationToken)
    {
        var totals = await store.Aggregate(store.Orders)
            .Match(new BsonDocument(Order.CustomerId, Query.In(customers)))
            .Group(new BsonDocument
            {
                { "_id", "$" + Order.CustomerId },
                { Customer.OrderCount, new BsonDocument("$sum", 1) },
                { Customer.TotalSpend, new BsonDocument("$sum", "$" + Order.Amount) },
                { Customer.FirstOrderAt, new BsonDocument("$min", "$" + Order.PlacedAt) },
                { Customer.LastOrderAt, new BsonDocument("$max", "$" + Order.PlacedAt) },
            })
            .ToListAsync(cancellationToken);
        if (totals.Count > 0)
        {
            await store.Customers.BulkWriteAsync(totals.Select(Raise), new BulkWriteOptions { IsOrdered = false }, cancellationToken);
        }
    }

    /// <summary>A customer who is not there yet counts its orders when it arrives.</summary>
    private static UpdateOneModel<MongoCustomer> Raise(BsonDocument totals)
    {
        var count = totals[Customer.OrderCount].ToInt32();
        var newer = new BsonDocument { { Customer.Id, totals["_id"] }, { Customer.OrderCount, Query.Lt(count) } };
        totals.Remove("_id");
        totals[Customer.OrderCount] = count;
        totals[Customer.AverageOrderValue] = new BsonDecimal128(ExactDecimal.Quotient(totals[Customer.TotalSpend].AsDecimal, count));
        return new UpdateOneModel<MongoCustomer>(newer, Query.Change(totals));
    }
}
