using System.Text.Json;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Orders;

/// <summary>Whose an order is: a customer's, or, until there is one, an address's. Every store finds it in this way.</summary>
/// <param name="EmailKey">For which it waits; null where its customer is known.</param>
public readonly record struct OrderPlace(string? CustomerId, string? EmailKey)
{
    public static OrderPlace Of(Order stored) => new(stored.CustomerId, stored.CustomerId is null ? stored.CustomerEmail : null);

    /// <summary>
    /// The customer whom it names by id, else whoever has its address. One that names the address by which it came stays with
    /// its customer, who may have another address by now; so does one that came without an address, if nobody has the one it names now.
    /// </summary>
    /// <param name="order">What comes in.</param>
    /// <param name="owner">Who has its address.</param>
    /// <param name="stored">What is there under its id.</param>
    public static OrderPlace Of(Order order, string? owner, StoredOrder? stored)
    {
        if (order.CustomerId is not null)
        {
            return new OrderPlace(order.CustomerId, null);
        }

        if (stored?.Order.CustomerId is { } kept
            && (stored.EmailHash is null ? owner is null : stored.EmailHash == ErasedPeople.HashOf(order.CustomerEmail!)))
        {
            return new OrderPlace(kept, null);
        }

        return owner is null ? new OrderPlace(null, TextKey.Of(order.CustomerEmail!)) : new OrderPlace(owner, null);
    }

    /// <summary>
    /// Why what is here cannot refund that order, or null. Where one of the two waits for its customer, they may be the same.
    /// </summary>
    public OrderOutcome? RefusalOf(Order refunded)
    {
        var other = Of(refunded);
        return refunded.RefundOf is not null ? OrderOutcome.RefundOfRefund
            : (CustomerId is not null && other.CustomerId is not null && CustomerId != other.CustomerId)
                || (EmailKey is not null && other.EmailKey is not null && EmailKey != other.EmailKey) ? OrderOutcome.RefundOfAnother
            : null;
    }
}

/// <param name="Order">As a store keeps it.</param>
/// <param name="EmailHash">Of the address by which it came, which itself is not kept; see <see cref="ErasedPeople.HashOf"/>.</param>
public sealed record StoredOrder(Order Order, string? EmailHash)
{
    /// <summary>Whether nothing but, perhaps, the customer is another.</summary>
    public bool HasContentsOf(Order other) =>
        Order.Amount == other.Amount
        && Order.PlacedAt.ToUnixTimeMilliseconds() == other.PlacedAt.ToUnixTimeMilliseconds()
        && Order.RefundOf == other.RefundOf
        && (Order.Items == other.Items || (Order.Items is { } one && other.Items is { } two && SameJson(one, two)));

    private static bool SameJson(string one, string two)
    {
        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(two);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }
}
