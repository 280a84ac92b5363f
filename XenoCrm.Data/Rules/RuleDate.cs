using System.Globalization;
using System.Text.RegularExpressions;

namespace XenoCrm.Data.Rules;

/// <summary>The two spellings of a moment in a rule: a bare date, which is its midnight in UTC, and a date with time and zone.</summary>
internal static partial class RuleDate
{
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        at = default;
        if (!Shape().IsMatch(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var exact))
        {
            return false;
        }

        at = CutToMillisecond(exact);
        return true;
    }

    /// <summary>The shortest spelling.</summary>
    public static string Format(DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return utc.ToString(utc.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>The moment that a date's value means, <c>$ago</c> counted from <paramref name="now"/> in UTC.</summary>
    public static DateTimeOffset Resolve(RuleValue value, DateTimeOffset now) =>
        value is AgoValue ago ? ago.Before(CutToMillisecond(now)) : ((DateValue)value).At;

    /// <summary>Stores keep milliseconds, so nothing finer takes part in a comparison.</summary>
    public static DateTimeOffset CutToMillisecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    // The time needs its zone: without one it would mean another moment to each reader.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
