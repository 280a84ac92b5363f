using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Text;
using Names = XenoCrm.Data.Mongo.MongoOrder.Names;

namespace XenoCrm.Data.Mongo;

/// <remarks>
/// A batch is planned against what is stored, announced, written and settled. An order is replaced only where it is still whose
/// the plan found it to be, so that those whose totals change were announced; what another process was quicker with is planned anew.
/// </remarks>
internal sealed class MongoOrderStore(MongoStore store, MongoTotals totals) : IOrderStore
{
    public Task<IReadOnlyList<OrderOutcome>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<OrderOutcome>>(
        async token =>
        {
            var outcomes = new OrderOutcome[batch.Count];
            int[] open = [.. Enumerable.Range(0, batch.Count)];
            while (open.Length > 0)
            {
                var plan = await PlanAsync([.. open.Select(i => batch[i])], token);
                foreach (var i in open)
                {
                    // Written already, and planned once more with others: it was an update all the same.
                    var outcome = plan.Add(batch[i]);
                    outcomes[i] = outcome == OrderOutcome.Unchanged && outcomes[i] == OrderOutcome.Updated ? OrderOutcome.Updated : outcome;
                }

                var failed = await WriteAsync(plan, token);
                open = [.. open.Where(i => failed.Contains(batch[i].Id))];
            }

            return outcomes;
        },
        cancellationToken);

    public Task<Order?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store.Find(store.Orders, new BsonDocument(Names.Id, id)).FirstOrDefaultAsync(token))?.ToOrder(),
        cancellationToken);

    public Task<Page<Order>> ListAsync(string customerId, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument(Names.CustomerId, customerId);
        if (OrderCursor.Read(customerId, page.Cursor) is { } after)
        {
            var at = new BsonDateTime(after.PlacedAt);
            filter.Add("$or", new BsonArray
            {
                new BsonDocument(Names.PlacedAt, Query.Lt(at)),
                new BsonDocument { { Names.PlacedAt, at }, { Names.Id, Query.Lt(after.Id) } },
            });
        }

        return store.RunAsync(
            async token =>
            {
                var newest = new BsonDocument { { Names.PlacedAt, -1 }, { Names.Id, -1 } };
                var orders = await store.Find(store.Orders, filter).Sort(newest).Limit(page.Limit + 1).ToListAsync(token);
                return OrderCursor.Page(customerId, orders.ConvertAll(order => order.ToOrder()), page.Limit);
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            for (var isRemoved = false; ; isRemoved = true)
            {
                var those = new BsonDocument("$or", new BsonArray { new BsonDocument(Names.Id, id), new BsonDocument(Names.RefundOf, id) });
                var orders = await store.Find(store.Orders, those).ToListAsync(token);
                if (!orders.Exists(order => order.Id == id))
                {
                    return isRemoved;
                }

                // The refunds first: what is cut off in between is asked for again.
                var unsettled = await totals.AnnounceAsync(
                    orders.Select(order => order.CustomerId).OfType<string>().Distinct(), [], [], token);
                foreach (var order in orders.OrderBy(order => order.Id == id))
                {
                    await store.Orders.DeleteOneAsync(Found(order), token);
                }

                await totals.SettleAsync(unsettled, token);
                await totals.ForgetAsync(unsettled, token);
            }
        },
        cancellationToken);

    private async Task<MongoOrderPlan> PlanAsync(IReadOnlyList<Order> orders, CancellationToken cancellationToken)
    {
        var owners = await totals.FindOwnersAsync(
            [.. orders.Select(order => order.CustomerEmail).OfType<string>().Select(TextKey.Of).Distinct()], cancellationToken);
        var ids = orders.Select(order => order.Id).Concat(orders.Select(order => order.RefundOf).OfType<string>()).Distinct();
        var named = new BsonDocument(Names.Id, Query.In(ids));
        var refunds = new BsonDocument(Names.RefundOf, Query.In(orders.Select(order => order.Id).Distinct()));
        var stored = await store.Find(store.Orders, new BsonDocument("$or", new BsonArray { named, refunds })).ToListAsync(
            cancellationToken);
        return new MongoOrderPlan(stored, owners);
    }

    /// <summary>Answers which orders were not written, because another process was quicker.</summary>
    private async Task<HashSet<string>> WriteAsync(MongoOrderPlan plan, CancellationToken cancellationToken)
    {
        var writes = plan.Writes().ToArray();
        if (writes.Length == 0)
        {
            return [];
        }

        var unsettled = await totals.AnnounceAsync(
            writes.SelectMany(write => new[] { write.Before?.CustomerId, write.After.CustomerId }).OfType<string>().Distinct(),
            writes.Select(write => write.After.EmailKey).OfType<string>().Distinct(),
            writes.Select(write => write.After.Id),
            cancellationToken);
        var failed = await WriteAsync(writes, cancellationToken);
        await totals.SettleAsync(unsettled, cancellationToken);
        await totals.ForgetAsync(unsettled, cancellationToken);
        return failed;
    }

    private async Task<HashSet<string>> WriteAsync((MongoOrder? Before, MongoOrder After)[] writes, CancellationToken cancellationToken)
    {
        HashSet<string> failed = [];
        BulkWriteResult<MongoOrder> result;
        try
        {
            result = await store.Orders.BulkWriteAsync(
                writes.Select(write => write.Before is null
                    ? (WriteModel<MongoOrder>)new InsertOneModel<MongoOrder>(write.After)
                    : new ReplaceOneModel<MongoOrder>(Found(write.Before), write.After)),
                new BulkWriteOptions { IsOrdered = false },
                cancellationToken);
        }
        catch (MongoBulkWriteException<MongoOrder> e) when (MongoFaults.IsDuplicateKeys(e))
        {
            failed = [.. e.WriteErrors.Select(error => writes[error.Index].After.Id)];
            result = e.Result;
        }

        // Which of them were not found is not told; those that were are the same once more.
        var replaced = writes.Where(write => write.Before is not null).Select(write => write.After.Id).ToArray();
        if (result.MatchedCount < replaced.Length)
        {
            failed.UnionWith(replaced);
        }

        return failed;
    }

    /// <summary>The order where it is still whose it was.</summary>
    internal static BsonDocument Found(MongoOrder order) => new()
    {
        { Names.Id, order.Id },
        { Names.CustomerId, order.CustomerId is null ? Query.Absent : (BsonValue)order.CustomerId },
        { Names.EmailKey, order.EmailKey is null ? Query.Absent : (BsonValue)order.EmailKey },
    };
}
