using XenoCrm.Core.Text;

namespace XenoCrm.Core.Rules;

public enum FieldType
{
    Text,
    TextSet,
    Number,
    Date,
    Flag,

    /// <summary>An attribute: text, number or true/false, whatever was ingested.</summary>
    Any,
}

/// <summary>A field that a rule can test. <see cref="Name"/> is the JSON name, aliases resolved.</summary>
public sealed record Field(string Name, FieldType Type)
{
    /// <summary>The part after <c>attributes.</c>; null for a field of the catalogue's own.</summary>
    public string? AttributeKey => Type == FieldType.Any ? Name[FieldCatalog.AttributePrefix.Length..] : null;
}

/// <summary>What a rule can name. What is not here cannot be said.</summary>
public static class FieldCatalog
{
    public const string AttributePrefix = "attributes.";

    public static readonly Field Name = new("name", FieldType.Text);
    public static readonly Field Email = new("email", FieldType.Text);
    public static readonly Field Phone = new("phone", FieldType.Text);
    public static readonly Field City = new("city", FieldType.Text);
    public static readonly Field Country = new("country", FieldType.Text);
    public static readonly Field Tags = new("tags", FieldType.TextSet);
    public static readonly Field TotalSpend = new("totalSpend", FieldType.Number);
    public static readonly Field OrderCount = new("orderCount", FieldType.Number);
    public static readonly Field AverageOrderValue = new("averageOrderValue", FieldType.Number);
    public static readonly Field LastOrderAt = new("lastOrderAt", FieldType.Date);
    public static readonly Field FirstOrderAt = new("firstOrderAt", FieldType.Date);
    public static readonly Field DaysSinceLastOrder = new("daysSinceLastOrder", FieldType.Number);
    public static readonly Field CreatedAt = new("createdAt", FieldType.Date);
    public static readonly Field Unsubscribed = new("unsubscribed", FieldType.Flag);

    /// <summary>The fields by their own names, in the order in which the documents list them.</summary>
    public static readonly IReadOnlyList<Field> All =
    [
        Name, Email, Phone, City, Country, Tags, TotalSpend, OrderCount, AverageOrderValue,
        LastOrderAt, FirstOrderAt, DaysSinceLastOrder, CreatedAt, Unsubscribed,
    ];

    private static readonly Dictionary<string, Field> ByName = new(All.ToDictionary(field => field.Name))
    {
        ["visits"] = OrderCount,
        ["lastPurchase"] = LastOrderAt,
    };

    public static Field Attribute(string key) => new(AttributePrefix + key, FieldType.Any);

    /// <summary>The field of that name or alias (names are case-sensitive), or null.</summary>
    public static Field? Find(string name)
    {
        if (ByName.TryGetValue(name, out var field))
        {
            return field;
        }

        return name.StartsWith(AttributePrefix, StringComparison.Ordinal)
            && AttributeKey.Find(name[AttributePrefix.Length..]) is { } key
            ? Attribute(key)
            : null;
    }
}
