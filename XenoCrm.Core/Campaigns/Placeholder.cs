using System.Globalization;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Campaigns;

/// <summary>A placeholder of a message: <c>{{city|your city}}</c>.</summary>
/// <param name="Name"><c>city</c>, <c>attributes.plan</c>.</param>
/// <param name="Fallback">What stands for a value that is missing; empty for nothing.</param>
public sealed record Placeholder(string Name, string Fallback)
{
    /// <summary>Each person's own address at which the messages end. Everybody has one.</summary>
    public const string UnsubscribeUrl = "unsubscribeUrl";

    private const string AttributePrefix = "attributes.";

    private static readonly Dictionary<string, Func<Customer, AccountOptions, string?>> Values = new()
    {
        ["name"] = (customer, _) => customer.Name,
        ["firstName"] = (customer, _) => Words(customer)[0],
        ["lastName"] = (customer, _) => Words(customer) is [_, .., var last] ? last : null,
        ["email"] = (customer, _) => customer.Email,
        ["phone"] = (customer, _) => customer.Phone,
        ["city"] = (customer, _) => customer.City,
        ["country"] = (customer, _) => customer.Country,
        ["tags"] = (customer, _) => string.Join(", ", customer.Tags),
        ["totalSpend"] = (customer, account) => AccountFormat.Money(customer.TotalSpend, account),
        ["orderCount"] = (customer, _) => customer.OrderCount.ToString(CultureInfo.InvariantCulture),
        ["averageOrderValue"] = (customer, account) =>
            customer.AverageOrderValue is { } average ? AccountFormat.Money(average, account) : null,
        ["firstOrderAt"] = (customer, account) => customer.FirstOrderAt is { } at ? AccountFormat.Date(at, account) : null,
        ["lastOrderAt"] = (customer, account) => customer.LastOrderAt is { } at ? AccountFormat.Date(at, account) : null,
    };

    public static IEnumerable<string> Names => Values.Keys.Append(AttributePrefix + "KEY").Append(UnsubscribeUrl);

    /// <summary>The name that a misspelt one was meant to be; null where none is near.</summary>
    public static string? Nearest(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return KnownNames.Nearest(name, Values.Keys.Append(UnsubscribeUrl));
        }

        // {{attribute.plan}}: the key is anybody's choice.
        return AttributePrefix + name[(dot + 1)..] is var meant && KeyOf(meant) is not null
            && KnownNames.Nearest(name[..dot], [AttributePrefix]) is not null
                ? meant
                : null;
    }

    public static bool IsName(string name) => name == UnsubscribeUrl || Values.ContainsKey(name) || KeyOf(name) is not null;

    /// <summary>The customer's own value; null if it is missing.</summary>
    /// <param name="customer">Whose.</param>
    /// <param name="account">How money and dates are written.</param>
    /// <param name="unsubscribeUrl">Gives <see cref="UnsubscribeUrl"/>; null where there are no such addresses.</param>
    public string? Find(Customer customer, AccountOptions account, Func<Customer, string>? unsubscribeUrl = null)
    {
        if (Name == UnsubscribeUrl)
        {
            return unsubscribeUrl?.Invoke(customer);
        }

        var value = KeyOf(Name) is { } key
            ? customer.Attributes.TryGetValue(key, out var attribute) ? attribute.ToString() : null
            : Values[Name](customer, account);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>As in the message, without its fallback.</summary>
    public override string ToString() => $"{{{{{Name}}}}}";

    private static string? KeyOf(string name) =>
        name.StartsWith(AttributePrefix, StringComparison.Ordinal) ? AttributeKey.Find(name[AttributePrefix.Length..]) : null;

    private static string[] Words(Customer customer) =>
        customer.Name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : [customer.Name];
}
