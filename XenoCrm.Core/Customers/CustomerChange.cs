using XenoCrm.Core.Rows;

namespace XenoCrm.Core.Customers;

/// <summary>
/// What a client says of a customer. Null leaves a field as it is stored (or at its default, for a new one); an empty text or collection
/// clears it.
/// </summary>
public sealed record CustomerChange
{
    public string? Id { get; init; }

    /// <summary>Null or not empty: a name cannot be cleared.</summary>
    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>Of <see cref="Phone"/>, and changed with it.</summary>
    public string? PhoneE164 { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    /// <summary>See <see cref="Customer.TimeZone"/>.</summary>
    public string? TimeZone { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Those to set, by key, and those to remove (null); others stay.</summary>
    public IReadOnlyDictionary<string, AttributeValue?>? Attributes { get; init; }

    /// <summary>Whether all attributes that are stored go before <see cref="Attributes"/> come.</summary>
    public bool ClearsAttributes { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public bool? Unsubscribed { get; init; }

    /// <summary>The customer that <paramref name="stored"/> becomes; its orders' totals stay.</summary>
    public Customer ApplyTo(Customer stored) => stored with
    {
        Name = Name ?? stored.Name,
        Email = Changed(Email, stored.Email),
        Phone = Changed(Phone, stored.Phone),
        PhoneE164 = Phone is null ? stored.PhoneE164 : Changed(PhoneE164 ?? "", null),
        City = Changed(City, stored.City),
        Country = Changed(Country, stored.Country),
        TimeZone = Changed(TimeZone, stored.TimeZone),
        Tags = Tags ?? stored.Tags,
        Attributes = Merged(stored.Attributes),
        CreatedAt = CreatedAt ?? stored.CreatedAt,
        Unsubscribed = Unsubscribed ?? stored.Unsubscribed,
    };

    private IReadOnlyDictionary<string, AttributeValue> Merged(IReadOnlyDictionary<string, AttributeValue> stored)
    {
        if (Attributes is null && !ClearsAttributes)
        {
            return stored;
        }

        var merged = ClearsAttributes ? [] : new Dictionary<string, AttributeValue>(stored);
        foreach (var (key, value) in Attributes ?? new Dictionary<string, AttributeValue?>())
        {
            if (value is { } given)
            {
                merged[key] = given;
            }
            else
            {
                merged.Remove(key);
            }
        }

        return merged;
    }

    private static string? Changed(string? text, string? stored) => text switch
    {
        null => stored,
        "" => null,
        _ => text,
    };
}

public enum CustomerOutcome
{
    Created,
    Updated,

    /// <summary>The e-mail address is another customer's; nothing was stored of the row.</summary>
    EmailTaken,

    /// <summary>The customer would be new and has no name; nothing was stored of the row.</summary>
    NameMissing,
}

/// <summary>
/// <paramref name="Id"/>: the customer's; for <see cref="CustomerOutcome.EmailTaken"/> that of the address's owner, for
/// <see cref="CustomerOutcome.NameMissing"/> what the row said, if it said any.
/// </summary>
public sealed record CustomerResult(CustomerOutcome Outcome, string? Id)
{
    /// <summary>Why nothing was stored of the row; null if it was.</summary>
    public FieldError? Refusal => Outcome switch
    {
        CustomerOutcome.EmailTaken =>
            new FieldError("email", $"The e-mail address is that of the customer '{Id}'. Name that id, or another address."),
        CustomerOutcome.NameMissing => new FieldError("name", "There is no such customer yet, and a new one needs a name."),
        _ => null,
    };
}
