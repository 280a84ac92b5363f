namespace XenoCrm.Core.Orders;

/// <summary>
/// An order, or the refund of one. It names its customer by id or by e-mail address; the customer may come later than the order.
/// </summary>
public sealed record Order
{
    public const int MaxIdLength = 128;

    public required string Id { get; init; }

    /// <summary>Decides where both are named, and the address is nobody's.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Of a stored order: the address for which it waits, in its key form; null once its customer is there.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>See <see cref="Money"/>; less than nothing in a refund.</summary>
    public required decimal Amount { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whatever the shop sent along, a JSON array as text; of it <see cref="OrderItems"/> is read.</summary>
    public string? Items { get; init; }

    /// <summary>The id of the order whose money this gives back; null for an order itself. That may come later, too.</summary>
    public string? RefundOf { get; init; }
}
