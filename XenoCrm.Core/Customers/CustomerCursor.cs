using System.Globalization;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Customers;

/// <summary>
/// Where a page of customers ended: the id, and after a <c>/</c>, which no id has, the value by which the list is sorted.
/// </summary>
public static class CustomerCursor
{
    /// <param name="Value">Null if it is absent, or the id itself is what the list is sorted by.</param>
    public readonly record struct Place(string Id, string? Value)
    {
        /// <exception cref="InvalidCursorException">It is no number.</exception>
        public long? Units => Value is null ? null
            : long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidCursorException();
    }

    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    public static Place? Read(CustomerQuery query, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var key = Cursor.Decode(query.ListName, cursor);
        var slash = query.Sort.Field == "id" ? -1 : key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Place(key, null) : new Place(key[..slash], key[(slash + 1)..]);
    }

    public static Page<Customer> Page(CustomerQuery query, IReadOnlyList<Customer> rows, int limit) =>
        Cursor.Page(
            query.ListName, rows, limit, customer => ValueOf(query.Sort, customer) is { } value ? $"{customer.Id}/{value}" : customer.Id);

    private static string? ValueOf(CustomerSort sort, Customer customer) => sort.Field switch
    {
        "id" => null,
        "name" => TextKey.Of(customer.Name),
        "createdAt" => Text(customer.CreatedAt),
        "totalSpend" => Money.ToUnits(customer.TotalSpend).ToString(CultureInfo.InvariantCulture),
        "orderCount" => customer.OrderCount.ToString(CultureInfo.InvariantCulture),
        "firstOrderAt" => customer.FirstOrderAt is { } first ? Text(first) : null,
        _ => customer.LastOrderAt is { } last ? Text(last) : null,
    };

    private static string Text(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
