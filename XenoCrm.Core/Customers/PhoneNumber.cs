using System.Text.RegularExpressions;
using PhoneNumbers;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Customers;

/// <summary>
/// Telephone numbers, as people type them and in the one form by which the world knows them (E.164: <c>+442079460018</c>).
/// </summary>
public static partial class PhoneNumber
{
    private const string Example = "it should read like +49 30 123456";

    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    /// <summary>What is wrong with a telephone number, or null.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="country">Whose numbers are written without a country code (ISO 3166: <c>IN</c>); null if no country's are.</param>
    /// <param name="e164">Null where the number says no country and none is given: it is kept as it is typed.</param>
    public static string? FaultOf(string text, string? country, out string? e164)
    {
        e164 = null;
        if (Scientific().IsMatch(text))
        {
            return "A spreadsheet has turned this telephone number into scientific notation (as in 9.87654E+11), and its last digits "
                + "are gone. Format the column as text there, and save the file again.";
        }

        if (Fraction().IsMatch(text))
        {
            return "A spreadsheet or program has turned this telephone number into a decimal number (as in 9876543210.0). "
                + "Format the column as text there, and save the file again.";
        }

        var number = WithoutExtension().Replace(text, "");
        if (!Shape().IsMatch(number))
        {
            return $"This is not a telephone number; {Example}.";
        }

        if (country is null && !number.TrimStart('(', ' ').StartsWith('+') && !number.StartsWith("00", StringComparison.Ordinal))
        {
            return number.Count(char.IsDigit) switch
            {
                < 4 => $"This is too short for a telephone number; {Example}.",
                > 15 => $"This is too long for a telephone number; {Example}.",
                _ => null,
            };
        }

        try
        {
            var parsed = Util.Parse(
                country is null && number.StartsWith("00", StringComparison.Ordinal) ? "+" + number[2..] : number, country);
            var fault = Reason(Util.IsPossibleNumberWithReason(parsed), parsed.CountryCode);
            e164 = fault is null ? Util.Format(parsed, PhoneNumberFormat.E164) : null;
            return fault;
        }
        catch (NumberParseException e)
        {
            return e.ErrorType switch
            {
                ErrorType.INVALID_COUNTRY_CODE => $"This telephone number begins with a country code that no country has; {Example}.",
                ErrorType.TOO_LONG => $"This is too long for a telephone number; {Example}.",
                ErrorType.TOO_SHORT_NSN or ErrorType.TOO_SHORT_AFTER_IDD => $"This is too short for a telephone number; {Example}.",
                _ => $"This is not a telephone number; {Example}.",
            };
        }
    }

    /// <summary>
    /// The forms by which a rule finds a telephone number: E.164, as its country writes it, and as it was typed, each without
    /// anything but its digits and a leading plus.
    /// </summary>
    public static IReadOnlyList<string> KeysOf(string phone, string? e164) => e164 is null
        ? [KeyOf(phone)]
        : [.. new[] { e164, KeyOf(National(e164)), KeyOf(WithoutExtension().Replace(phone, "")) }.Distinct()];

    /// <summary>
    /// A number in E.164 without its country's code and without what its country dials before it: of <c>+919811122233</c>
    /// <c>9811122233</c>. Null of any other text.
    /// </summary>
    public static string? NationalNumberOf(string text) => FaultOf(text, null, out var e164) is null && e164 == text
        ? Util.GetNationalSignificantNumber(Util.Parse(e164, null))
        : null;

    /// <summary>The form of a rule's value. What has letters in it, or no digit and no plus, is compared as any text.</summary>
    /// <param name="text">The whole number or a part of it.</param>
    /// <param name="isStart">Whether it is how a number begins: <c>0044</c> is <c>+44</c> there.</param>
    public static string KeyOf(string text, bool isStart = true)
    {
        var key = TextKey.Of(text);
        var digits = string.Concat(key.Where(char.IsDigit).Select(digit => (char)('0' + (int)char.GetNumericValue(digit))));
        if (key.Any(char.IsLetter) || (digits.Length == 0 && key != "+"))
        {
            return key;
        }

        return key.TrimStart('(', ' ').StartsWith('+') ? "+" + digits
            : isStart && digits.StartsWith("00", StringComparison.Ordinal) && digits.Length > 2 ? "+" + digits[2..]
            : digits;
    }

    private static string National(string e164) => Util.Format(Util.Parse(e164, null), PhoneNumberFormat.NATIONAL);

    private static string? Reason(PhoneNumberUtil.ValidationResult result, int countryCode) => result switch
    {
        PhoneNumberUtil.ValidationResult.IS_POSSIBLE => null,
        PhoneNumberUtil.ValidationResult.IS_POSSIBLE_LOCAL_ONLY => $"This telephone number lacks its area code; {Example}.",
        PhoneNumberUtil.ValidationResult.TOO_SHORT => $"This is too short for a telephone number of +{countryCode}; {Example}.",
        PhoneNumberUtil.ValidationResult.TOO_LONG => $"This is too long for a telephone number of +{countryCode}; {Example}.",
        PhoneNumberUtil.ValidationResult.INVALID_COUNTRY_CODE =>
            $"This telephone number begins with a country code that no country has; {Example}.",
        _ => $"No telephone number of +{countryCode} has so many digits; {Example}.",
    };

    // Digits of any script, and what people write between them.
    [GeneratedRegex(@"^[(\s]*\+?[\d\s().\-‐‑‒–/]*\d[\d\s().\-‐‑‒–/]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(@"[\s,;]*(ext\.?|extension|x|#)\s*\d{1,7}\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WithoutExtension();

    [GeneratedRegex(@"^[+-]?\d+([.,]\d+)?\s*E\s*[+-]?\d+\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Scientific();

    // 9876543210.0: nobody writes a last group of one zero.
    [GeneratedRegex(@"^[+-]?\d{5,}[.,]0+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
