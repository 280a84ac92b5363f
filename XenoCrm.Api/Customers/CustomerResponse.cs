using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>A customer and what its orders add up to. A field that is absent is null.</summary>
/// <param name="Phone">As it was typed.</param>
/// <param name="PhoneE164">The same as the world knows it, such as <c>+49301234</c>; null where it says no country and the account has
/// none.</param>
/// <param name="TimeZone">The IANA id that was given; null where only the place may tell.</param>
/// <param name="TotalSpend">Of the orders, less their refunds.</param>
/// <param name="OrderCount">Refunds are no orders.</param>
/// <param name="AverageOrderValue"><c>totalSpend / orderCount</c>, rounded to four decimals, a half away from zero; null without orders.
/// Rules compare the quotient itself.</param>
public sealed record CustomerResponse(
    string Id,
    string Name,
    string? Email,
    string? Phone,
    string? PhoneE164,
    string? City,
    string? Country,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, AttributeValue> Attributes,
    DateTimeOffset CreatedAt,
    bool Unsubscribed,
    decimal TotalSpend,
    int OrderCount,
    decimal? AverageOrderValue,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    string? TimeZone)
{
    internal static CustomerResponse Of(Customer customer) => new(
        customer.Id,
        customer.Name,
        customer.Email,
        customer.Phone,
        customer.PhoneE164,
        customer.City,
        customer.Country,
        customer.Tags,
        customer.Attributes,
        customer.CreatedAt,
        customer.Unsubscribed,
        customer.TotalSpend,
        customer.OrderCount,
        customer.AverageOrderValue,
        customer.FirstOrderAt,
        customer.LastOrderAt,
        customer.TimeZone);
}
