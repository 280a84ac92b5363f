using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>Writes orders within a write, as <see cref="IOrderStore"/> says; <see cref="AddTotals"/> ends the batch.</summary>
internal sealed class SqliteOrderWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>
    /// The columns <c>order_count, total_spend, first_order_at, last_order_at</c> of the customer ?1: refunds count in the money alone.
    /// </summary>
    public const string Totals = """
        count(*) FILTER (WHERE refund_of IS NULL), coalesce(sum(amount), 0),
        min(placed_at) FILTER (WHERE refund_of IS NULL), max(placed_at) FILTER (WHERE refund_of IS NULL)
        FROM orders WHERE customer_id = ?1
        """;

    public const string Recount =
        $"UPDATE customers SET (order_count, total_spend, first_order_at, last_order_at) = (SELECT {Totals}) WHERE id = ?1";

    private readonly Dictionary<string, string?> customersByEmail = [];
    private readonly Dictionary<string, Sums> added = [];
    private readonly HashSet<string> changed = [];

    private readonly SqliteStatement byEmail = new(connection, "SELECT id FROM customers WHERE email_key = ?1");

    private readonly SqliteStatement byId = new(
        connection, $"SELECT {SqliteOrderRow.Columns}, email_hash FROM orders WHERE id = ?1");

    private readonly SqliteStatement insert = new(connection, """
        INSERT INTO orders (id, customer_id, email_key, amount, placed_at, items, refund_of, email_hash, items_key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    private readonly SqliteStatement update = new(connection, """
        UPDATE orders SET customer_id = ?2, email_key = ?3, amount = ?4, placed_at = ?5, items = ?6, refund_of = ?7, email_hash = ?8,
            items_key = ?9
        WHERE id = ?1
        """);

    private readonly SqliteStatement refundsElsewhere = new(
        connection, "SELECT id, customer_id FROM orders WHERE refund_of = ?1 AND (customer_id IS NOT ?2 OR email_key IS NOT ?3)");

    private readonly SqliteStatement move = new(
        connection, "UPDATE orders SET customer_id = ?2, email_key = ?3 WHERE id = ?1");

    private readonly SqliteStatement remove = new(
        connection, "DELETE FROM orders WHERE id = ?1 OR refund_of = ?1 RETURNING customer_id");

    private readonly SqliteStatement recount = new(connection, Recount);

    // A customer that is not there yet counts its orders when it arrives.
    private readonly SqliteStatement addTotals = new(connection, """
        UPDATE customers SET
            order_count = order_count + ?2,
            total_spend = total_spend + ?3,
            first_order_at = min(coalesce(first_order_at, ?4), ?4),
            last_order_at = max(coalesce(last_order_at, ?5), ?5)
        WHERE id = ?1
        """);

    public OrderOutcome Add(Order order)
    {
        var emailKey = order.CustomerEmail is null ? null : TextKey.Of(order.CustomerEmail);
        var owner = emailKey is null ? null : CustomerOf(emailKey);
        if (order.CustomerId is not null && owner is not null && owner != order.CustomerId)
        {
            return OrderOutcome.CustomersDiffer;
        }

        var stored = Find(order.Id);
        var place = OrderPlace.Of(order, owner, stored);
        if (order.RefundOf is not null && Find(order.RefundOf) is { } refunded)
        {
            if (place.RefusalOf(refunded.Order) is { } refusal)
            {
                return refusal;
            }

            place = OrderPlace.Of(refunded.Order);
        }

        if (stored is null)
        {
            Write(insert, order, place);
            Count(order, place);
        }
        else if (place == OrderPlace.Of(stored.Order) && stored.HasContentsOf(order))
        {
            return OrderOutcome.Unchanged;
        }
        else
        {
            Write(update, order, place);
            Recounted(stored.Order.CustomerId);
            Recounted(place.CustomerId);
        }

        if (order.RefundOf is null)
        {
            TakeRefundsAlong(order.Id, place);
        }

        return stored is null ? OrderOutcome.Created : OrderOutcome.Updated;
    }

    /// <summary>Takes an order out, with its refunds. False if there is none.</summary>
    public bool Remove(string id)
    {
        if (Find(id) is null)
        {
            return false;
        }

        using (var row = remove.Query(id))
        {
            while (row.Read())
            {
                Recounted(row.Text(0));
            }
        }

        AddTotals();
        return true;
    }

    public void AddTotals()
    {
        // In the index's order: neighbours lie on the same pages.
        foreach (var (customerId, sums) in added.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!changed.Contains(customerId))
            {
                addTotals.Execute(customerId, sums.Count, sums.Spend, sums.First, sums.Last);
            }
        }

        foreach (var customerId in changed.Order(StringComparer.Ordinal))
        {
            recount.Execute(customerId);
        }

        added.Clear();
        changed.Clear();
    }

    public void Dispose()
    {
        byEmail.Dispose();
        byId.Dispose();
        insert.Dispose();
        update.Dispose();
        refundsElsewhere.Dispose();
        move.Dispose();
        remove.Dispose();
        recount.Dispose();
        addTotals.Dispose();
    }

    private static void Write(SqliteStatement statement, Order order, OrderPlace place) => statement.Execute(
        order.Id,
        place.CustomerId,
        place.EmailKey,
        Money.ToUnits(order.Amount),
        order.PlacedAt,
        order.Items,
        order.RefundOf,
        order.CustomerEmail is null ? null : ErasedPeople.HashOf(order.CustomerEmail),
        SqliteOrderRow.ItemKeys(order.Items));

    private void Count(Order order, OrderPlace place)
    {
        if (order.RefundOf is not null)
        {
            Recounted(place.CustomerId);
        }
        else if (place.CustomerId is { } customerId)
        {
            var (amount, placedAt) = (Money.ToUnits(order.Amount), order.PlacedAt.ToUnixTimeMilliseconds());
            added[customerId] = added.TryGetValue(customerId, out var sums)
                ? sums.Plus(amount, placedAt)
                : new Sums(1, amount, placedAt, placedAt);
        }
    }

    private void Recounted(string? customerId)
    {
        if (customerId is not null)
        {
            changed.Add(customerId);
        }
    }

    private void TakeRefundsAlong(string id, OrderPlace place)
    {
        var refunds = new List<string>();
        using (var row = refundsElsewhere.Query(id, place.CustomerId, place.EmailKey))
        {
            while (row.Read())
            {
                refunds.Add(row.GetString(0));
                Recounted(row.Text(1));
            }
        }

        foreach (var refund in refunds)
        {
            move.Execute(refund, place.CustomerId, place.EmailKey);
            Recounted(place.CustomerId);
        }
    }

    private StoredOrder? Find(string id) =>
        byId.Find(row => new StoredOrder(SqliteOrderRow.Read(row), row.Text(SqliteOrderRow.Count)), id);

    private string? CustomerOf(string emailKey)
    {
        if (!customersByEmail.TryGetValue(emailKey, out var id))
        {
            id = (string?)byEmail.Scalar(emailKey);
            customersByEmail[emailKey] = id;
        }

        return id;
    }

    private readonly record struct Sums(long Count, long Spend, long First, long Last)
    {
        public Sums Plus(long amount, long placedAt) => new(Count + 1, Spend + amount, Math.Min(First, placedAt), Math.Max(Last, placedAt));
    }
}
