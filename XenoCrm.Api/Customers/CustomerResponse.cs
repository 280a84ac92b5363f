using XenoCrm.Data.Customers;

namespace XenoCrm.Api.Customers;

/// <summary>A customer and what its orders add up to. A field that is absent is null.</summary>
/// <param name="AverageOrderValue"><c>totalSpend / orderCount</c>, unrounded; null without orders.</param>
public sealed record CustomerResponse(
    string Id,
    string Name,
    string? Email,
    string? Phone,
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
    DateTimeOffset? LastOrderAt)
{
    internal static CustomerResponse Of(Customer customer) => new(
        customer.Id,
        customer.Name,
        customer.Email,
        customer.Phone,
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
        customer.LastOrderAt);
}
