using XenoCrm.Data.Orders;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOrderStore(SqliteDatabase database) : IOrderStore
{
    public Task<IReadOnlyList<bool>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<bool>>(
            (connection, transaction) =>
            {
                using var orders = new SqliteOrderWriter(connection, transaction);
                bool[] added = [.. batch.Select(orders.Add)];
                orders.AddTotals();
                return added;
            },
            cancellationToken);
}
