namespace XenoCrm.Core.Rules;

/// <summary>What an <see cref="OrdersTest"/> can name: of one order, and of the chosen ones together.</summary>
public static class OrderFields
{
    public static readonly Field PlacedAt = new("placedAt", FieldType.Date);

    /// <summary>Of a refund it is below 0.</summary>
    public static readonly Field Amount = new("amount", FieldType.Number);

    /// <summary>See <see cref="Orders.OrderItems"/>.</summary>
    public static readonly Field Item = new("item", FieldType.TextSet);

    /// <summary>How many are chosen; refunds are no orders.</summary>
    public static readonly Field Count = new("$count", FieldType.Number);

    /// <summary>Of the orders, less the refunds; of nothing it is 0.</summary>
    public static readonly Field Sum = new("$sum", FieldType.Number);

    /// <summary><c>$sum / $count</c>; absent without orders.</summary>
    public static readonly Field Average = new("$avg", FieldType.Number);

    /// <summary>In the order in which the documents list them.</summary>
    public static readonly IReadOnlyList<Field> All = [PlacedAt, Amount, Item, Count, Sum, Average];

    public static bool IsOfAll(Field field) => field.Name[0] == '$';

    public static Field? Find(string name) => All.FirstOrDefault(field => field.Name == name);
}
