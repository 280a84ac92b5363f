using XenoCrm.Core;
using XenoCrm.Core.Orders;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOrderStore(SqliteDatabase database) : IOrderStore
{
    public Task<IReadOnlyList<OrderOutcome>> AddAsync(IReadOnlyList<Order> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<OrderOutcome>>(
            connection =>
            {
                using var orders = new SqliteOrderWriter(connection);
                OrderOutcome[] outcomes = [.. batch.Select(orders.Add)];
                orders.AddTotals();
                return outcomes;
            },
            cancellationToken);

    public Task<Order?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT {SqliteOrderRow.Columns} FROM orders WHERE id = ?1", SqliteOrderRow.Read, id),
        cancellationToken);

    public Task<Page<Order>> ListAsync(string customerId, PageRequest page, CancellationToken cancellationToken)
    {
        var after = OrderCursor.Read(customerId, page.Cursor);
        return database.ReadAsync(
            connection =>
            {
                var orders = connection.List(
                    $"""
                    SELECT {SqliteOrderRow.Columns} FROM orders
                    WHERE customer_id = ?1 AND (placed_at, id) < (?2, ?3)
                    ORDER BY placed_at DESC, id DESC LIMIT ?4
                    """,
                    SqliteOrderRow.Read,
                    customerId, after?.PlacedAt ?? long.MaxValue, after?.Id ?? "", page.Limit + 1);
                return OrderCursor.Page(customerId, orders, page.Limit);
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            using var orders = new SqliteOrderWriter(connection);
            return orders.Remove(id);
        },
        cancellationToken);
}
