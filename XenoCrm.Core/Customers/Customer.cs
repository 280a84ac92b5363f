namespace XenoCrm.Core.Customers;

/// <summary>A customer with what its orders add up to. Text that is absent is null, never empty.</summary>
public sealed record Customer
{
    public const int MaxIdLength = 128;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    /// <summary>As it was typed.</summary>
    public string? Phone { get; init; }

    /// <summary>See <see cref="PhoneNumber"/>; null where there is no number, or one that says no country.</summary>
    public string? PhoneE164 { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    /// <summary>The IANA id of the zone that they said they are in, such as <c>Europe/Berlin</c>.</summary>
    public string? TimeZone { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = new Dictionary<string, AttributeValue>();

    public required DateTimeOffset CreatedAt { get; init; }

    public bool Unsubscribed { get; init; }

    /// <summary>Of the orders, less their refunds.</summary>
    public decimal TotalSpend { get; init; }

    /// <summary>Refunds are no orders.</summary>
    public int OrderCount { get; init; }

    /// <summary>
    /// <c>totalSpend / orderCount</c>, rounded to four decimals, a half away from zero; null without orders. This is for people: a
    /// rule compares the quotient itself.
    /// </summary>
    public decimal? AverageOrderValue => OrderCount == 0 ? null : decimal.Round(TotalSpend / OrderCount, 4, MidpointRounding.AwayFromZero);

    public DateTimeOffset? FirstOrderAt { get; init; }

    public DateTimeOffset? LastOrderAt { get; init; }

    /// <summary>
    /// Where a message goes: the e-mail address, else the phone number; null where there is neither. A number in E.164 where that is
    /// known.
    /// </summary>
    public string? Address => AddressOf(null);

    /// <summary>The same by one channel; by null, the first that there is.</summary>
    public string? AddressOf(AddressKind? channel) => channel switch
    {
        AddressKind.Email => Email,
        AddressKind.Phone => PhoneE164 ?? Phone,
        _ => Email ?? PhoneE164 ?? Phone,
    };
}
