using System.Collections.Frozen;

namespace XenoCrm.Core.Rules;

/// <summary>The words of the rule language, and which field takes which operator.</summary>
public static class RuleSyntax
{
    public const string And = "$and";
    public const string Or = "$or";
    public const string Not = "$not";
    public const string Everyone = "$everyone";
    public const string Ago = "$ago";

    /// <summary>In the value of <c>$anniversary</c>.</summary>
    public const string Within = "within";

    /// <summary>What holds of a customer's orders; see <see cref="OrdersTest"/>.</summary>
    public const string Orders = "orders";

    /// <summary>In <c>orders</c>: of the customer's last one; see <see cref="OrdersTest.IsLast"/>.</summary>
    public const string Last = "$last";

    /// <summary>The seed's shorthand: its value is the latest that <c>lastOrderAt</c> may be.</summary>
    public const string LastPurchaseBefore = "lastPurchaseBefore";

    private static readonly FrozenDictionary<string, RuleOperator> Operators = Enum.GetValues<RuleOperator>().ToFrozenDictionary(Name);

    /// <summary><c>$gte</c> for <see cref="RuleOperator.Gte"/>.</summary>
    public static string Name(RuleOperator @operator)
    {
        var name = @operator.ToString();
        return "$" + char.ToLowerInvariant(name[0]) + name[1..];
    }

    public static RuleOperator? FindOperator(string name) => Operators.TryGetValue(name, out var found) ? found : null;

    /// <summary>The fields by which customers can be ranked: everybody has them.</summary>
    public static bool IsRanked(Field field) => field == FieldCatalog.TotalSpend || field == FieldCatalog.OrderCount;

    public static bool Takes(Field field, RuleOperator @operator) =>
        @operator == RuleOperator.Top ? IsRanked(field)
        : @operator == RuleOperator.Anniversary ? field.AttributeKey is not null
        : Takes(field.Type, @operator);

    /// <summary>Text is compared as a whole or by its parts; numbers and dates have an order; everything can be equal or absent.</summary>
    public static bool Takes(FieldType type, RuleOperator @operator) => @operator switch
    {
        RuleOperator.Gt or RuleOperator.Gte or RuleOperator.Lt or RuleOperator.Lte =>
            type is FieldType.Number or FieldType.Date or FieldType.Any,
        RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith =>
            type is FieldType.Text or FieldType.TextSet or FieldType.Any,
        RuleOperator.Top or RuleOperator.Anniversary => false, // a matter of the field
        _ => true,
    };

    /// <summary>The operators that a field takes, for a message.</summary>
    public static string OperatorsOf(Field field) =>
        string.Join(", ", Enum.GetValues<RuleOperator>().Where(o => Takes(field, o)).Select(Name));

    /// <summary>
    /// What a value compared with such a field must be. An attribute has an order only if it is a number, and parts only if it is text.
    /// </summary>
    public static FieldType ValueType(FieldType type, RuleOperator @operator) => @operator switch
    {
        RuleOperator.Exists => FieldType.Flag,
        RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith => FieldType.Text,
        RuleOperator.Gt or RuleOperator.Gte or RuleOperator.Lt or RuleOperator.Lte when type == FieldType.Any => FieldType.Number,
        _ => type == FieldType.TextSet ? FieldType.Text : type,
    };

    /// <summary>Which side of a value something lies on.</summary>
    public static bool IsOrder(RuleOperator @operator) =>
        @operator is RuleOperator.Gt or RuleOperator.Gte or RuleOperator.Lt or RuleOperator.Lte;

    public static string Suffix(AgoUnit unit) => unit switch
    {
        AgoUnit.Days => "d",
        AgoUnit.Weeks => "w",
        AgoUnit.Months => "mo",
        _ => "y",
    };
}
