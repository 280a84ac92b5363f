using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <remarks>
/// A batch is planned against what is stored, announced, written and settled. An order is replaced only where it is still whose
/// the plan found it to be, so that those whose totals change were announced; what another process was quicker with is planned anew.
/// </remarks>
internal sealed class MongoOrderStore(MongoStore store, MongoTotals totals) : IOrderStore
{
    private static readonly FilterDefinitionBuilder<MongoOrder> Where = Builders<MongoOrder>.Filter;
    private static readonly MongoField<MongoOrder, string> Id = new(order => order.Id);
    private static readonly MongoField<MongoOrder, string?> CustomerId = new(order => order.CustomerId);
    private static readonly MongoField<MongoOrder, string?> EmailKey = new(order => order.EmailKey);

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
        async token => (await store.Find(store.Orders, order => order.Id == id).FirstOrDefaultAsync(token))?.ToOrder(),
        cancellationToken);

    public Task<Page<Order>> ListAsync(string customerId, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = Where.Eq(order => order.CustomerId, customerId);
        if (OrderCursor.Read(customerId, page.Cursor) is { } after)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(after.PlacedAt);
            filter &= Where.Lt(order => order.PlacedAt, at)
                | (Where.Eq(order => order.PlacedAt, at) & Where.Lt(order => order.Id, after.Id));
        }

        return store.RunAsync(
            async token =>
            {
                var orders = await store.Find(store.Orders, filter)
                    .SortByDescending(order => order.PlacedAt)
                    .ThenByDescending(order => order.Id)
                    .Limit(page.Limit + 1)
                    .ToListAsync(token);
                return OrderCursor.Page(customerId, orders.ConvertAll(order => order.ToOrder()), page.Limit);
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            for (var isRemoved = false; ; isRemoved = true)
            {
                var orders = await store.Find(store.Orders, order => order.Id == id || order.RefundOf == id).ToListAsync(token);
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
        string?[] written = [.. orders.Select(order => order.Id).Distinct()];
        string?[] named = [.. written.Union(orders.Select(order => order.RefundOf).OfType<string>())];
        var stored = await store.Find(store.Orders, order => named.Contains(order.Id) || written.Contains(order.RefundOf))
            .ToListAsync(cancellationToken);
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
        var failed = await MongoBulk.WriteAsync(
            store.Orders, writes.Select(write => (write.After.Id, Model(write.Before, write.After))), cancellationToken);
        await totals.SettleAsync(unsettled, cancellationToken);
        await totals.ForgetAsync(unsettled, cancellationToken);
        return failed;
    }

    private static WriteModel<MongoOrder> Model(MongoOrder? before, MongoOrder after) => before is null
        ? new InsertOneModel<MongoOrder>(after)
        : new ReplaceOneModel<MongoOrder>(Found(before), after);

    /// <summary>The order where it is still whose it was.</summary>
    internal static FilterDefinition<MongoOrder> Found(MongoOrder order) => Where.Eq(Id, order.Id)
        & (order.CustomerId is null ? Where.Exists(CustomerId, exists: false) : Where.Eq(CustomerId, order.CustomerId))
        & (order.EmailKey is null ? Where.Exists(EmailKey, exists: false) : Where.Eq(EmailKey, order.EmailKey));
}
