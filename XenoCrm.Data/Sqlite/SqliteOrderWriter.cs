using Microsoft.Data.Sqlite;
using XenoCrm.Data.Orders;

namespace XenoCrm.Data.Sqlite;

/// <summary>Adds orders within a transaction, as <see cref="IOrderStore.AddAsync"/> says; <see cref="AddTotals"/> ends the batch.</summary>
internal sealed class SqliteOrderWriter(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
{
    private readonly Dictionary<string, string?> customersByEmail = [];
    private readonly Dictionary<string, Totals> added = [];

    private readonly SqliteStatement byEmail = new(connection, transaction, "SELECT id FROM customers WHERE email_key = ?1");

    private readonly SqliteStatement insert = new(connection, transaction, """
        INSERT INTO orders (id, customer_id, email_key, amount, placed_at, items) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id) DO NOTHING
        """);

    // A customer that is not there yet counts its orders when it arrives.
    private readonly SqliteStatement addTotals = new(connection, transaction, """
        UPDATE customers SET
            order_count = order_count + ?2,
            total_spend = total_spend + ?3,
            first_order_at = min(coalesce(first_order_at, ?4), ?4),
            last_order_at = max(coalesce(last_order_at, ?5), ?5)
        WHERE id = ?1
        """);

    /// <summary>Whether the order was new.</summary>
    public bool Add(Order order)
    {
        var emailKey = order.CustomerId is null ? TextKey.Of(order.CustomerEmail!) : null;
        var customerId = order.CustomerId ?? CustomerOf(emailKey!);
        var amount = Money.ToUnits(order.Amount);
        var placedAt = order.PlacedAt.ToUnixTimeMilliseconds();
        if (insert.Execute(order.Id, customerId, customerId is null ? emailKey : null, amount, placedAt, order.Items) == 0)
        {
            return false;
        }

        if (customerId is not null)
        {
            added[customerId] = added.TryGetValue(customerId, out var totals) ? totals.Plus(amount, placedAt) : new Totals(1, amount, placedAt, placedAt);
        }

        return true;
    }

    public void AddTotals()
    {
        // In the index's order: neighbours lie on the same pages.
        foreach (var (customerId, totals) in added.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            addTotals.Execute(customerId, totals.Count, totals.Spend, totals.First, totals.Last);
        }

        added.Clear();
    }

    public void Dispose()
    {
        byEmail.Dispose();
        insert.Dispose();
        addTotals.Dispose();
    }

    private string? CustomerOf(string emailKey)
    {
        if (!customersByEmail.TryGetValue(emailKey, out var id))
        {
            id = (string?)byEmail.Scalar(emailKey);
            customersByEmail[emailKey] = id;
        }

        return id;
    }

    private readonly record struct Totals(long Count, long Spend, long First, long Last)
    {
        public Totals Plus(long amount, long placedAt) => new(Count + 1, Spend + amount, Math.Min(First, placedAt), Math.Max(Last, placedAt));
    }
}
