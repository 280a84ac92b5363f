using System.Globalization;

namespace XenoCrm.Core.Orders;

/// <summary>Where a page of a customer's orders ended: <c>MILLISECONDS/ID</c>.</summary>
public static class OrderCursor
{
    /// <exception cref="InvalidCursorException">It is not of this customer's orders.</exception>
    public static (long PlacedAt, string Id)? Read(string customerId, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var key = Cursor.Decode(List(customerId), cursor);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(
            key.AsSpan(0, slash), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var placedAt)
            ? (placedAt, key[(slash + 1)..])
            : throw new InvalidCursorException();
    }

    public static Page<Order> Page(string customerId, IReadOnlyList<Order> rows, int limit) =>
        Cursor.Page(List(customerId), rows, limit, order => string.Create(
            CultureInfo.InvariantCulture, $"{order.PlacedAt.ToUnixTimeMilliseconds()}/{order.Id}"));

    private static string List(string customerId) => "orders/" + customerId;
}
