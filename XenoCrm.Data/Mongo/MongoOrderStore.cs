using MongoDB.Driver;
using XenoCrm.Data.Orders;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoOrderStore(MongoStore store, MongoTotals totals) : IOrderStore
{
    public Task<IReadOnlyList<bool>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<bool>>(
        async token =>
        {
            if (batch.Count == 0)
            {
                return [];
            }

            var owners = await totals.FindOwnersAsync([.. batch.Where(order => order.CustomerId is null).Select(EmailKey).Distinct()], token);
            var documents = batch.DistinctBy(order => order.Id)
                .Select(order => MongoOrder.Of(order, order.CustomerId ?? owners.GetValueOrDefault(EmailKey(order))))
                .ToArray();
            var unsettled = await totals.AnnounceAsync(
                documents.Select(order => order.CustomerId).OfType<string>().Distinct(),
                documents.Select(order => order.EmailKey).OfType<string>().Distinct(),
                token);
            var added = await InsertAsync(documents, token);
            await totals.SettleAsync(unsettled, token);
            await totals.ForgetAsync(unsettled, token);

            // Of an order that stands twice in the batch, the first was new.
            return [.. batch.Select(order => added.Remove(order.Id))];
        },
        cancellationToken);

    private async Task<HashSet<string>> InsertAsync(MongoOrder[] orders, CancellationToken cancellationToken)
    {
        var added = orders.Select(order => order.Id).ToHashSet();
        try
        {
            await store.Orders.InsertManyAsync(orders, new InsertManyOptions { IsOrdered = false }, cancellationToken);
        }
        catch (MongoBulkWriteException e) when (MongoFaults.IsDuplicateKeys(e))
        {
            added.ExceptWith(e.WriteErrors.Select(known => orders[known.Index].Id));
        }

        return added;
    }

    private static string EmailKey(Order order) => TextKey.Of(order.CustomerEmail!);
}
