using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The orders that a test chooses. Items are rows of <c>order_items</c>, which have all of an order that is asked: of the first item
/// that an order must have they are where the search begins.
/// </summary>
/// <param name="build">A condition on one order, or on one of its items.</param>
internal sealed class SqliteRuleOrders(Func<FieldTest, string> build)
{
    public const string Orders = "orders";

    /// <returns>What to select from, and the condition on it: columns <c>customer_id, placed_at, amount, refund_of</c>.</returns>
    public (string From, string Condition) Choose(OrdersTest test)
    {
        FieldTest[] items = [.. test.Where.Where(part => part.Field == OrderFields.Item)];
        var first = Array.Find(items, IsHad);
        List<string> conditions = [.. test.Where.Except(items).Select(build)];
        var (from, id) = first is null ? (Orders, "id") : ("order_items", "order_id");
        if (first is null)
        {
            conditions.Add("customer_id IS NOT NULL");
        }
        else if (first.Operator == RuleOperator.Eq || test.Having.Count == 0)
        {
            conditions.Add(build(first));
        }
        else
        {
            // An order with several such items counts once.
            from = $"(SELECT DISTINCT customer_id, order_id, placed_at, amount, refund_of FROM order_items WHERE {build(first)})";
        }

        foreach (var item in items.Where(item => item != first))
        {
            conditions.Add(IsHad(item) ? $"{id} IN ({With(item)})" : $"{id} NOT IN ({With(Opposite(item))})");
        }

        return (from, conditions.Count == 0 ? "TRUE" : string.Join(" AND ", conditions.Select(condition => $"({condition})")));
    }

    private string With(FieldTest item) => $"SELECT order_id FROM order_items WHERE {build(item)}";

    /// <summary>Whether an order passes by an item that it has, and not by those that it lacks.</summary>
    private static bool IsHad(FieldTest item) => item.Operator switch
    {
        RuleOperator.Ne or RuleOperator.Nin => false,
        RuleOperator.Exists => item.Value == new FlagValue(true),
        _ => true,
    };

    private static FieldTest Opposite(FieldTest item) => item.Operator switch
    {
        RuleOperator.Ne => item with { Operator = RuleOperator.Eq },
        RuleOperator.Nin => item with { Operator = RuleOperator.In },
        _ => item with { Values = [new FlagValue(true)] },
    };
}
