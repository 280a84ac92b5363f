namespace XenoCrm.Data.Customers;

/// <summary>A customer with what its orders add up to. Text that is absent is null, never empty.</summary>
public sealed record Customer
{
    public const int MaxIdLength = 128;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = new Dictionary<string, AttributeValue>();

    public required DateTimeOffset CreatedAt { get; init; }

    public bool Unsubscribed { get; init; }

    public decimal TotalSpend { get; init; }

    public int OrderCount { get; init; }

    /// <summary><c>totalSpend / orderCount</c>, unrounded; null without orders.</summary>
    public decimal? AverageOrderValue => OrderCount == 0 ? null : TotalSpend / OrderCount;

    public DateTimeOffset? FirstOrderAt { get; init; }

    public DateTimeOffset? LastOrderAt { get; init; }

    /// <summary>Where a message goes: the e-mail address, else the phone number; null where there is neither.</summary>
    public string? Address => Email ?? Phone;
}
