namespace XenoCrm.Data.Orders;

/// <summary>An order. It names its customer by id or by e-mail address; the customer may come later than the order.</summary>
public sealed record Order
{
    public const int MaxIdLength = 128;

    public required string Id { get; init; }

    /// <summary>Decides where both are named.</summary>
    public string? CustomerId { get; init; }

    public string? CustomerEmail { get; init; }

    /// <summary>See <see cref="Money"/>.</summary>
    public required decimal Amount { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whatever the shop sent along, a JSON array as text; kept, not read.</summary>
    public string? Items { get; init; }
}
