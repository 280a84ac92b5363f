using XenoCrm.Data.Orders;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>orders</c>:
/// <code>
/// { _id: "o1", customerId: "c1", amount: Decimal128("19.9"), placedAt: ISODate, items: "[{\"sku\":\"…\"}]" }
/// { _id: "o2", emailKey: "mara@example.com", amount: … }   // waits for the customer with that address
/// </code>
/// It is never changed but to give it to its customer, once, and to erase <c>items</c>.
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

    /// <param name="order">The order.</param>
    /// <param name="customerId">Whose it is; null if nobody has its address yet.</param>
    public static MongoOrder Of(Order order, string? customerId) => new()
    {
        Id = order.Id,
        CustomerId = customerId,
        EmailKey = customerId is null ? TextKey.Of(order.CustomerEmail!) : null,
        Amount = order.Amount,
        PlacedAt = order.PlacedAt,
        Items = order.Items,
    };

    internal static class Names
    {
        public const string Id = "_id";
        public const string CustomerId = "customerId";
        public const string EmailKey = "emailKey";
        public const string Amount = "amount";
        public const string PlacedAt = "placedAt";
        public const string Items = "items";
    }
}
