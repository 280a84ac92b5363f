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
/// No count is lost to another that ran beside it: each change of the totals raises their revision, and a count is written only
/// where the revision is the one that was read before it was counted; else it is counted anew.
/// </para>
/// </summary>
internal sealed class MongoTotals(MongoStore store, TimeProvider time)
{
    private const int StepSize = 1_000;

    public async Task<MongoUnsettled> AnnounceAsync(
        IEnumerable<string> customers, IEnumerable<string> emails, IEnumerable<string> orders, CancellationToken cancellationToken)
    {
        var unsettled = new MongoUnsettled
        {
            Id = ObjectId.GenerateNewId(),
            At = time.GetUtcNow(),
            Customers = [.. customers],
            Emails =
            [.. emails],
            Orders = [.. orders]
        };
        await store.Unsettled.InsertOneAsync(unsettled, cancellationToken: cancellationToken);
        return unsettled;
    }

    public async Task SettleAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        var owners = await AdoptAsync(unsettled, cancellationToken);
        var moved = await TakeRefundsAlongAsync(unsettled, cancellationToken);
        foreach (var step in unsettled.Customers.Union(owners).Union(moved).Chunk(StepSize))
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
        await AnnounceTooAsync(unsettled, owners.Values, cancellationToken);
        await store.Orders.BulkWriteAsync(
            waiting.Select(group => new UpdateManyModel<MongoOrder>(
                new BsonDocument(Order.EmailKey, group["_id"]),
                Query.Change(new BsonDocument(Order.CustomerId, owners[group["_id"].AsString]), Order.EmailKey))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken);
        return owners.Values;
    }

    /// <summary>Brings refunds to where their orders are, and answers whose they were and are.</summary>
    private async Task<IReadOnlyCollection<string>> TakeRefundsAlongAsync(MongoUnsettled unsettled, CancellationToken cancellationToken)
    {
        if (unsettled.Orders is not { Count: > 0 } written)
        {
            return [];
        }

        var refunds = await store.Find(store.Orders, new BsonDocument("$or", new BsonArray
            {
                new BsonDocument { { Order.Id, Query.In(written) }, { Order.RefundOf, Query.Present } },
                new BsonDocument(Order.RefundOf, Query.In(written)),
            }))
            .ToListAsync(cancellationToken);
        if (refunds.Count == 0)
        {
            return [];
        }

        var refunded = await store.Find(store.Orders, new BsonDocument(
            Order.Id, Query.In(refunds.Select(refund => refund.RefundOf!).Distinct()))).ToListAsync(cancellationToken);
        var orders = refunded.ToDictionary(order => order.Id);
        var moves = refunds
            .Select(refund => (Refund: refund, Order: orders.GetValueOrDefault(refund.RefundOf!)))
            .Where(move => move.Order is { RefundOf: null } && (
                move.Order.CustomerId != move.Refund.CustomerId || move.Order.EmailKey != move.Refund.EmailKey))
            .ToArray();
        if (moves.Length == 0)
        {
            return [];
        }

        string[] customers =
            [.. moves.SelectMany(move => new[] { move.Refund.CustomerId, move.Order!.CustomerId }).OfType<string>().Distinct()];
        await AnnounceTooAsync(unsettled, customers, cancellationToken);
        await store.Orders.BulkWriteAsync(
            moves.OrderBy(move => move.Refund.Id, StringComparer.Ordinal)
                .Select(move => new UpdateOneModel<MongoOrder>(MongoOrderStore.Found(move.Refund), Place(move.Order!))),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken);
        return customers;
    }

    private async Task AnnounceTooAsync(MongoUnsettled unsettled, IEnumerable<string> customers, CancellationToken cancellationToken)
    {
        if (customers.Except(unsettled.Customers).ToArray() is { Length: > 0 } others)
        {
            await store.Unsettled.UpdateOneAsync(
                new BsonDocument(MongoUnsettled.Names.Id, unsettled.Id),
                new BsonDocument(
                    "$push", new BsonDocument(MongoUnsettled.Names.Customers, new BsonDocument("$each", new BsonArray(others)))),
                cancellationToken: cancellationToken);
        }
    }

    private async Task RecountAsync(string[] customers, CancellationToken cancellationToken)
    {
        BulkWriteResult<MongoCustomer> written;
        List<BsonDocument> found;
        do
        {
            // A customer who is not there yet counts its orders when it arrives.
            found = await store.Find(store.Customers, new BsonDocument(Customer.Id, Query.In(customers)))
                .Sort(new BsonDocument(Customer.Id, 1))
                .Project(new BsonDocument(Customer.TotalsRevision, 1))
                .ToListAsync(cancellationToken);
            if (found.Count == 0)
            {
                return;
            }

            var totals = await CountAsync(customers, cancellationToken);
            written = await store.Customers.BulkWriteAsync(
                found.Select(customer => Set(customer, totals.GetValueOrDefault(customer[Customer.Id].AsString))),
                new BulkWriteOptions { IsOrdered = false },
                cancellationToken);
        }
        while (written.MatchedCount < found.Count);
    }

    /// <summary>What each one's orders add up to: refunds count in the money alone.</summary>
    private async Task<Dictionary<string, BsonDocument>> CountAsync(string[] customers, CancellationToken cancellationToken)
    {
        static BsonDocument OfOrders(BsonValue value, BsonValue otherwise) =>
            new("$cond", new BsonArray { new BsonDocument(
                "$eq", new BsonArray { new BsonDocument("$type", "$" + Order.RefundOf), "missing" }), value, otherwise });
        var totals = await store.Aggregate(store.Orders)
            .Match(new BsonDocument(Order.CustomerId, Query.In(customers)))
            .Group(new BsonDocument
            {
                { "_id", "$" + Order.CustomerId },
                { Customer.OrderCount, new BsonDocument("$sum", OfOrders(1, 0)) },
                { Customer.TotalSpend, new BsonDocument("$sum", "$" + Order.Amount) },
                { Customer.FirstOrderAt, new BsonDocument("$min", OfOrders("$" + Order.PlacedAt, BsonNull.Value)) },
                { Customer.LastOrderAt, new BsonDocument("$max", OfOrders("$" + Order.PlacedAt, BsonNull.Value)) },
            })
            .ToListAsync(cancellationToken);
        return totals.ToDictionary(customer => customer["_id"].AsString);
    }

    private static UpdateOneModel<MongoCustomer> Set(BsonDocument customer, BsonDocument? totals)
    {
        var revision = customer.GetValue(Customer.TotalsRevision, Query.Absent);
        var count = totals is null ? 0 : totals[Customer.OrderCount].ToInt32();
        var spend = totals is null ? 0 : totals[Customer.TotalSpend].AsDecimal;
        var set = new BsonDocument { { Customer.OrderCount, count }, { Customer.TotalSpend, new BsonDecimal128(spend) } };
        var change = count == 0
            ? Query.Change(set, Customer.AverageOrderValue, Customer.FirstOrderAt, Customer.LastOrderAt)
            : Query.Change(set.AddRange(new BsonDocument
            {
                { Customer.AverageOrderValue, new BsonDecimal128(ExactDecimal.Quotient(spend, count)) },
                { Customer.FirstOrderAt, totals![Customer.FirstOrderAt] },
                { Customer.LastOrderAt, totals[Customer.LastOrderAt] },
            }));
        return new UpdateOneModel<MongoCustomer>(
            new BsonDocument { { Customer.Id, customer[Customer.Id] }, { Customer.TotalsRevision, revision } },
            change.Add("$inc", new BsonDocument(Customer.TotalsRevision, 1L)));
    }

    private static BsonDocument Place(MongoOrder order) => order switch
    {
        { CustomerId: { } customer } => Query.Change(new BsonDocument(Order.CustomerId, customer), Order.EmailKey),
        _ => Query.Change(new BsonDocument(Order.EmailKey, order.EmailKey), Order.CustomerId),
    };
}
