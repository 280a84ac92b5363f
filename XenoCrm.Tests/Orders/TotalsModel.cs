using XenoCrm.Data.Customers;
using XenoCrm.Data.Orders;

namespace XenoCrm.Tests.Orders;

internal readonly record struct Totals(decimal Spend, int Count, DateTimeOffset? First, DateTimeOffset? Last)
{
    public static Totals Of(Customer customer) => new(customer.TotalSpend, customer.OrderCount, customer.FirstOrderAt, customer.LastOrderAt);

    public static Totals Of(IReadOnlyCollection<Order> orders) => orders.Count == 0
        ? default
        : new Totals(orders.Sum(order => order.Amount), orders.Count, orders.Min(order => order.PlacedAt), orders.Max(order => order.PlacedAt));
}

/// <summary>
/// Customers and orders in memory, as plainly as it goes: an order belongs to the customer whose id it names, else to the
/// first who has had its address since it came; totals are added up anew when somebody asks.
/// </summary>
internal sealed class TotalsModel
{
    private readonly Dictionary<string, string?> emails = [];
    private readonly Dictionary<string, Order> orders = [];
    private readonly Dictionary<string, string> owners = [];

    public IReadOnlyCollection<string> Customers => emails.Keys;

    public void Apply(Order order)
    {
        if (orders.TryAdd(order.Id, order))
        {
            Settle();
        }
    }

    public void Apply(CustomerChange change, CustomerResult result)
    {
        if (result.Refusal is null)
        {
            emails[result.Id!] = change.Email is "" ? null : change.Email ?? emails.GetValueOrDefault(result.Id!);
            Settle();
        }
    }

    public bool IsTaken(string email, string byOtherThan) => emails.Any(customer => Same(customer.Value, email) && customer.Key != byOtherThan);

    public string? OwnerOf(string email) => emails.FirstOrDefault(customer => Same(customer.Value, email)).Key;

    public Totals TotalsOf(string customerId) => Totals.Of([.. orders.Values.Where(order => owners.GetValueOrDefault(order.Id) == customerId)]);

    private void Settle()
    {
        foreach (var order in orders.Values.Where(order => !owners.ContainsKey(order.Id)))
        {
            if ((order.CustomerId ?? OwnerOf(order.CustomerEmail!)) is { } owner)
            {
                owners[order.Id] = owner;
            }
        }
    }

    private static bool Same(string? stored, string email) => string.Equals(stored, email, StringComparison.OrdinalIgnoreCase);
}
