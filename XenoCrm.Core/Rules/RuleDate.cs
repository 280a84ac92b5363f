using System.Globalization;
using System.Text.RegularExpressions;

namespace XenoCrm.Core.Rules;

/// <summary>The two spellings of a date in a rule: a date alone, which is that whole day, and one with time and zone, which is a
/// moment.</summary>
public static partial class RuleDate
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <returns>A <see cref="DayValue"/> or a <see cref="DateValue"/>; null where the text is neither.</returns>
    public static RuleValue? Parse(string text)
    {
        if (DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return new DayValue(day);
        }

        return Shape().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var exact)
            ? new DateValue(CutToMillisecond(exact))
            : null;
    }

    /// <summary>The date that an attribute's text is, in the key form of all text; null where it is none.</summary>
    public static RuleValue? OfKey(string key) =>
        key.Length >= DayFormat.Length && char.IsAsciiDigit(key[0]) ? Parse(key.ToUpperInvariant()) : null;

    public static string Format(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary><c>MM-dd</c></summary>
    public static string MonthAndDay(DateOnly day) => Format(day)["yyyy-".Length..];

    /// <summary>With its time, even at midnight: without one it would be the whole day.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Stores keep milliseconds, so nothing finer takes part in a comparison.</summary>
    public static DateTimeOffset CutToMillisecond(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    // The time needs its zone: without one it would mean another moment to each reader.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
