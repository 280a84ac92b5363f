using System.Text.Json.Nodes;

namespace XenoCrm.Data.Orders;

/// <summary>An order. It names its customer by id or by e-mail address; the customer may come later than the order.</summary>
public sealed record Order
{
    public const int MaxIdLength = 128;

    public required string Id { get; init; }

    public string? CustomerId { get; init; }

    public string? CustomerEmail { get; init; }

    /// <summary>See <see cref="Money"/>.</summary>
    public required decimal Amount { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whatever the shop sent along; kept, not read.</summary>
    public JsonArray? Items { get; init; }
}
