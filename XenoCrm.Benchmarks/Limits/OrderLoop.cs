namespace XenoCrm.Benchmarks.Limits;

/// <summary>Orders in, and their customers' totals kept: one prepared insert and one prepared update an order.</summary>
internal static class OrderLoop
{
    private const string AddTotals = """
        UPDATE customers SET order_count = order_count + 1, total_spend = total_spend + ?2,
            first_order_at = min(coalesce(first_order_at, ?3), ?3), last_order_at = max(coalesce(last_order_at, ?3), ?3)
        WHERE id = ?1
        """;

    /// <param name="bare">A copy with the customers, from before the orders.</param>
    /// <param name="store">The application's store with the orders.</param>
    /// <param name="transaction">Orders in a transaction.</param>
    public static LoopTime Insert(BareStore bare, string store, int transaction)
    {
        using var source = LogLoops.OpenRead(store);
        string[] columns = [.. LogLoops.Columns(source, "orders")];
        var values = string.Join(", ", columns.Select((_, i) => $"?{i + 1}"));
        var insert = $"INSERT INTO orders ({string.Join(", ", columns)}) VALUES ({values})";
        var all = $"SELECT {string.Join(", ", columns)} FROM orders";
        var (customer, amount, at) =
            (Array.IndexOf(columns, "customer_id"), Array.IndexOf(columns, "amount"), Array.IndexOf(columns, "placed_at"));
        var totals = LogLoops.Rows(source, all).Select(order => new[] { order[customer], order[amount], order[at] });
        return bare.Loop([(insert, LogLoops.Rows(source, all)), (AddTotals, totals)], transaction);
    }

    /// <summary>What the customers of a store have ordered and spent, all together.</summary>
    public static (long Orders, long Spend) Totals(string store)
    {
        using var source = LogLoops.OpenRead(store);
        var row = LogLoops.Rows(source, "SELECT coalesce(sum(order_count), 0), coalesce(sum(total_spend), 0) FROM customers").Single();
        return ((long)row[0]!, (long)row[1]!);
    }
}
