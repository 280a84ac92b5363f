using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>orders</c>:
/// <code>
/// { _id: "o1", customerId: "c1", amount: Decimal128("19.9"), placedAt: ISODate, items: "[{\"sku\":\"…\"}]", itemKeys: ["…"] }
/// { _id: "o2", emailKey: "mara@example.com", amount: … }   // waits for the customer with that address
/// { _id: "o3", customerId: "c1", amount: Decimal128("-5"), placedAt: ISODate, refundOf: "o1" }
/// </code>
/// Each may have <c>emailHash</c> too.
/// </summary>
internal sealed record MongoOrder
{
    public required string Id { get; init; }

    public string? CustomerId { get; init; }

    /// <summary>There as long as it waits.</summary>
    public string? EmailKey { get; init; }

    public required decimal Amount { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public string? Items { get; init; }

    /// <summary>See <see cref="OrderItems"/>; null without any.</summary>
    public IReadOnlyList<string>? ItemKeys { get; init; }

    public string? RefundOf { get; init; }

    /// <summary>See <see cref="StoredOrder.EmailHash"/>.</summary>
    public string? EmailHash { get; init; }

    public static MongoOrder Of(Order order, OrderPlace place) => new()
    {
        Id = order.Id,
        CustomerId = place.CustomerId,
        EmailKey = place.EmailKey,
        Amount = order.Amount,
        PlacedAt = order.PlacedAt,
        Items = order.Items,
        ItemKeys = KeysOf(order.Items),
        RefundOf = order.RefundOf,
        EmailHash = order.CustomerEmail is null ? null : ErasedPeople.HashOf(order.CustomerEmail),
    };

    /// <summary>Takes out what tells whose it was.</summary>
    public static readonly UpdateDefinition<MongoOrder> WithoutPerson = Builders<MongoOrder>.Update
        .Unset(order => order.EmailKey)
        .Unset(order => order.EmailHash)
        .Unset(order => order.Items)
        .Unset(order => order.ItemKeys);

    /// <summary>For the field <c>itemKeys</c>.</summary>
    public static IReadOnlyList<string>? KeysOf(string? items) => OrderItems.KeysOf(items) is { Count: > 0 } keys ? keys : null;

    public Order ToOrder() => new()
    {
        Id = Id,
        CustomerId = CustomerId,
        CustomerEmail = EmailKey,
        Amount = Amount,
        PlacedAt = PlacedAt,
        Items = Items,
        RefundOf = RefundOf,
    };
}
