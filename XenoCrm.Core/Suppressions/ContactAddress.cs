using XenoCrm.Core.Customers;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Suppressions;

/// <summary>An address in the form in which it is compared, which is all that is hashed of it.</summary>
/// <param name="Form">The key of an e-mail address; one of the forms of a telephone number, see <see cref="PhoneNumber.KeysOf"/>.</param>
public sealed record ContactAddress(AddressKind Kind, string Form)
{
    public static ContactAddress OfEmail(string email) => new(AddressKind.Email, TextKey.Of(email));

    /// <summary>A telephone number as it comes onto the list: in E.164 where its country is known, else as it was typed.</summary>
    public static ContactAddress OfPhone(string phone, string? e164) => new(AddressKind.Phone, e164 ?? PhoneNumber.KeysOf(phone, null)[0]);

    /// <summary>
    /// Every form under which a customer's number may be on the list. One that was put there without its country stands for the number of
    /// that text in each.
    /// </summary>
    public static IEnumerable<ContactAddress> FormsOfPhone(string? phone, string? e164) =>
        phone is null or "" ? [] : FormsOfKeys(PhoneNumber.KeysOf(phone, e164));

    /// <inheritdoc cref="FormsOfPhone"/>
    /// <param name="keys">The number's, see <see cref="PhoneNumber.KeysOf"/>.</param>
    public static IEnumerable<ContactAddress> FormsOfKeys(IReadOnlyList<string> keys) => keys
        .Concat(keys is [['+', ..] first, ..] && PhoneNumber.NationalNumberOf(first) is { } number ? [number] : [])
        .Distinct()
        .Select(form => new ContactAddress(AddressKind.Phone, form));

    /// <summary>The keys that customers with one of these numbers may have: a form without its country may lack the 0 that is dialled
    /// there, too.</summary>
    public static IEnumerable<string> KeysOfForms(IEnumerable<string> phones) =>
        phones.SelectMany(phone => phone.StartsWith('+') ? (string[])[phone] : [phone, "0" + phone]);

    /// <summary>Every form under which the address that a row of the log was written for may be on the list.</summary>
    /// <param name="recipient">The address of the row.</param>
    /// <param name="phone">The customer's number now, as it was typed.</param>
    /// <param name="phoneE164">The same as the world knows it, if that is known.</param>
    public static IEnumerable<ContactAddress> FormsOfRecipient(string recipient, string? phone, string? phoneE164) =>
        AddressKinds.Of(recipient) == AddressKind.Email
            ? [OfEmail(recipient)]
            : FormsOfPhone(recipient, null).Concat(FormsOfPhone(phone, phoneE164)).Distinct();
}
