using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Tests.Orders;

internal readonly record struct Totals(decimal Spend, int Count, DateTimeOffset? First, DateTimeOffset? Last)
{
    public static Totals Of(Customer customer) =>
        new(customer.TotalSpend, customer.OrderCount, customer.FirstOrderAt, customer.LastOrderAt);

    public static Totals Of(IReadOnlyCollection<Order> orders)
    {
        DateTimeOffset?[] placed = [.. orders.Where(order => order.RefundOf is null).Select(order => (DateTimeOffset?)order.PlacedAt)];
        return new Totals(orders.Sum(order => order.Amount), placed.Length, placed.Min(), placed.Max());
    }
}

/// <summary>
/// Customers and orders in memory, as plainly as it goes: an order belongs to the customer whose id it names, else to the
/// first who has had its address since it came; one that comes again under that address stays; a refund is where its order is;
/// totals are added up anew when somebody asks.
/// </summary>
internal sealed class TotalsModel
{
    private readonly Dictionary<string, string?> emails = [];
    private readonly Dictionary<string, Known> orders = [];

    public IReadOnlyCollection<string> Customers => emails.Keys;

    public OrderOutcome Apply(Order order)
    {
        var email = order.CustomerEmail?.ToLowerInvariant();
        var owner = email is null ? null : OwnerOf(email);
        var known = orders.GetValueOrDefault(order.Id);
        var place = order.CustomerId is not null ? new Place(order.CustomerId, null)
            : known?.Place.Customer is { } kept && (known.NamedBy is null ? owner is null : known.NamedBy == email) ? new Place(kept, null)
            : owner is not null ? new Place(owner, null)
            : new Place(null, email);
        if (order.RefundOf is not null && orders.TryGetValue(order.RefundOf, out var refunded))
        {
            if (refunded.Order.RefundOf is not null)
            {
                return OrderOutcome.RefundOfRefund;
            }

            if (Differ(place.Customer, refunded.Place.Customer) || Differ(place.Email, refunded.Place.Email))
            {
                return OrderOutcome.RefundOfAnother;
            }

            place = refunded.Place;
        }

        if (known is not null && known.Place == place && (known.Order.Amount, known.Order.PlacedAt, known.Order.RefundOf) == (
            order.Amount, order.PlacedAt, order.RefundOf))
        {
            return OrderOutcome.Unchanged;
        }

        orders[order.Id] = new Known(order, email, place);
        if (order.RefundOf is null)
        {
            foreach (var refund in orders.Values.Where(other => other.Order.RefundOf == order.Id).ToArray())
            {
                orders[refund.Order.Id] = refund with { Place = place };
            }
        }

        return known is null ? OrderOutcome.Created : OrderOutcome.Updated;
    }

    public void Apply(CustomerChange change, CustomerResult result)
    {
        if (result.Refusal is null)
        {
            emails[result.Id!] = change.Email is "" ? null : change.Email ?? emails.GetValueOrDefault(result.Id!);
            foreach (var waiting in orders.Values.Where(order => order.Place.Email is { } email && OwnerOf(email) is not null).ToArray())
            {
                orders[waiting.Order.Id] = waiting with { Place = new Place(OwnerOf(waiting.Place.Email!), null) };
            }
        }
    }

    public bool Remove(string id)
    {
        foreach (var refund in orders.Values.Where(order => order.Order.RefundOf == id && orders.ContainsKey(id)).ToArray())
        {
            orders.Remove(refund.Order.Id);
        }

        return orders.Remove(id);
    }

    public bool IsTaken(string email, string byOtherThan) =>
        emails.Any(customer => Same(customer.Value, email) && customer.Key != byOtherThan);

    public string? OwnerOf(string email) => emails.FirstOrDefault(customer => Same(customer.Value, email)).Key;

    public Totals TotalsOf(string customerId) => Totals.Of(
        [.. orders.Values.Where(order => order.Place.Customer == customerId).Select(order => order.Order)]);

    private static bool Differ(string? one, string? other) => one is not null && other is not null && one != other;

    private static bool Same(string? stored, string email) => string.Equals(stored, email, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Place(string? Customer, string? Email);

    private sealed record Known(Order Order, string? NamedBy, Place Place);
}
