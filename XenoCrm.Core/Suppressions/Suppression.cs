using XenoCrm.Core.Customers;

namespace XenoCrm.Core.Suppressions;

public enum SuppressionReason
{
    /// <summary>Somebody put it there.</summary>
    Manual,

    /// <summary>Its owner does not want to be written to, and was erased, or said so elsewhere.</summary>
    Unsubscribed,

    /// <summary>Nobody is there.</summary>
    Bounced,

    /// <summary>Its owner reported a message as unwanted.</summary>
    Complaint,
}

/// <summary>An address that is never written to, as it is kept: without the address.</summary>
/// <param name="Hash">See <see cref="SuppressionKey"/>.</param>
/// <param name="By">A person's address, <c>key:NAME</c>, or <see cref="ByErasure"/>.</param>
public sealed record Suppression(string Hash, AddressKind Kind, SuppressionReason Reason, DateTimeOffset At, string By)
{
    /// <summary>In place of a person: the address was that of a customer who had unsubscribed, and who was erased.</summary>
    public const string ByErasure = "erasure";

    private const int IdLength = 16;

    /// <summary>Enough of the hash to name it.</summary>
    public string Id => Hash[..IdLength];
}

/// <summary>An address that is to be on the list.</summary>
/// <param name="By">See <see cref="Suppression"/>.</param>
public sealed record NewSuppression(ContactAddress Address, SuppressionReason Reason, DateTimeOffset At, string By)
{
    /// <summary>The addresses of a customer who has unsubscribed and is erased; none of one who has not.</summary>
    public static IReadOnlyList<NewSuppression> OfErased(Customer customer, DateTimeOffset now)
    {
        if (!customer.Unsubscribed)
        {
            return [];
        }

        var addresses = new List<ContactAddress>();
        if (customer.Email is { } email)
        {
            addresses.Add(ContactAddress.OfEmail(email));
        }

        if (customer.Phone is { } phone)
        {
            addresses.Add(ContactAddress.OfPhone(phone, customer.PhoneE164));
        }

        return addresses.ConvertAll(
            address => new NewSuppression(address, SuppressionReason.Unsubscribed, now, Suppression.ByErasure));
    }
}

/// <summary>A row of an imported list.</summary>
public sealed record SuppressionRow(ContactAddress Address, SuppressionReason Reason)
{
    public NewSuppression Of(string? by, DateTimeOffset now) => new(Address, Reason, now, by ?? "");
}
