using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Orders;

namespace XenoCrm.Data.Sqlite;

/// <summary>How an order lies in its row.</summary>
internal static class SqliteOrderRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "id, customer_id, email_key, amount, placed_at, items, refund_of";

    public const int Count = 7;

    /// <summary>For <c>items_key</c>: a JSON array, or null if there is nothing to find the order by.</summary>
    public static string? ItemKeys(string? items) => OrderItems.KeysOf(items) is { Count: > 0 } keys ? SqliteCustomerRow.Json(keys) : null;

    public static Order Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        CustomerId = row.Text(1),
        CustomerEmail = row.Text(2),
        Amount = Money.FromUnits(row.GetInt64(3)),
        PlacedAt = row.Time(4),
        Items = row.Text(5),
        RefundOf = row.Text(6),
    };
}
