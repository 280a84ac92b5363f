using System.Text.Json;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Rows;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core.Suppressions;

namespace XenoCrm.Api.Suppressions;

/// <summary>What a request or a row of a file says of an address, whatever it is: with an @ an e-mail address, else a number.</summary>
/// <param name="Address">As it comes onto the list.</param>
/// <param name="Forms">All under which it may be there.</param>
internal sealed record SuppressionInput(ContactAddress Address, IReadOnlyList<ContactAddress> Forms, SuppressionReason Reason)
{
    public const string AddressField = "address";
    public const string ReasonField = "reason";

    public static readonly CsvLayout Csv = new([AddressField, ReasonField], HasAttributes: false, [[AddressField]]);

    /// <summary>The words for reasons, as they are written.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [.. Enum.GetValues<SuppressionReason>().Select(Word)];

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Null, and the row's errors, if it cannot be taken.</summary>
    /// <param name="row">The row. No error tells what is in it.</param>
    /// <param name="country">Whose telephone numbers are written without a country code.</param>
    public static SuppressionInput? Read(RowSource row, string? country)
    {
        if (row.Errors.Count > 0)
        {
            return null;
        }

        var reason = ReadReason(row);
        var text = row.Text(AddressField, RowSource.MaxEmailLength);
        if (string.IsNullOrEmpty(text))
        {
            row.Miss(AddressField, "An e-mail address or a telephone number says what is never to be written to.");
            return null;
        }

        if (text.Contains('@', StringComparison.Ordinal))
        {
            return row.Email(AddressField) is { } email && row.Errors.Count == 0
                ? new SuppressionInput(ContactAddress.OfEmail(email), [ContactAddress.OfEmail(email)], reason)
                : null;
        }

        return row.Phone(AddressField, CustomerRow.MaxPhoneLength, country, out var e164) is { } phone && row.Errors.Count == 0
            ? new SuppressionInput(ContactAddress.OfPhone(phone, e164), [.. ContactAddress.FormsOfPhone(phone, e164)], reason)
            : null;
    }

    /// <summary>What was typed into a form.</summary>
    /// <param name="address">An e-mail address or a telephone number.</param>
    /// <param name="reason">Null or empty for <c>manual</c>.</param>
    /// <param name="country">As above.</param>
    /// <param name="fault">What is wrong with it, or null.</param>
    public static SuppressionInput? Read(string address, string? reason, string? country, out string? fault)
    {
        var typed = JsonSerializer.SerializeToElement(
            new Dictionary<string, string> { [AddressField] = address, [ReasonField] = reason ?? "" });
        var row = new JsonRowSource(typed, Csv.Members);
        var input = Read(row, country);
        fault = input is null ? row.Errors[0].Message : null;
        return input;
    }

    private static SuppressionReason ReadReason(RowSource row)
    {
        if (row.Text(ReasonField, RowSource.MaxEmailLength) is not { Length: > 0 } word)
        {
            return SuppressionReason.Manual;
        }

        if (Reasons.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<SuppressionReason>(word, ignoreCase: true);
        }

        row.Refuse(ReasonField, $"This is no reason. There are {string.Join(", ", Reasons)}.");
        return SuppressionReason.Manual;
    }
}
