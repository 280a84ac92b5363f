using System.Globalization;
using System.Text.RegularExpressions;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>A number as a text gives it.</summary>
/// <param name="Text">The words.</param>
/// <param name="Value">What they say; a percentage as written, a time in seconds. NaN if they say no number that can be read for
/// certain.</param>
/// <param name="Step">Of its last digit: 0.1 for 12.5, 100,000 for 1.2 million. It stands for all that rounds to it.</param>
internal sealed record FoundNumber(string Text, FactKind Kind, double Value, double Step);

/// <summary>
/// Finds the numbers in any English text: digits, grouped the Western or the Indian way, with decimals, signs, percent, units of time
/// and words of size, and numbers in words. What might be a number and cannot be read for certain is found too, as one that equals nothing.
/// </summary>
internal static partial class NumberScanner
{
    private static readonly Dictionary<string, double> Words = Enumerate(
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty");

    private static readonly Dictionary<string, double> Tens = Enumerate(
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
        .Where(word => word.Key.Length > 0).ToDictionary(word => word.Key, word => word.Value * 10);

    private static readonly Dictionary<string, double> Sizes = new()
    {
        ["k"] = 1e3,
        ["thousand"] = 1e3,
        ["lakh"] = 1e5,
        ["lakhs"] = 1e5,
        ["million"] = 1e6,
        ["m"] = 1e6,
        ["crore"] = 1e7,
        ["crores"] = 1e7,
    };

    public static IEnumerable<FoundNumber> Scan(string text) => Candidates().Matches(text).Select(Read).OfType<FoundNumber>();

    /// <summary>The text with a blank for each number.</summary>
    public static string Remove(string text) => Candidates().Replace(text, match => Read(match) is null ? match.Value : " ");

    private static FoundNumber? Read(Match match)
    {
        var unreadable = new FoundNumber(match.Value, FactKind.Number, double.NaN, 0);
        if (match.Groups["odd"].Success)
        {
            return unreadable;
        }

        double value;
        double step;
        if (match.Groups["digits"] is { Success: true, Value: var digits })
        {
            if (!Shape().IsMatch(digits) || match.Groups["glued"].Success)
            {
                return unreadable;
            }

            value = double.Parse(digits.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            step = Math.Pow(
                10,
                -(digits.Length - 1 - (digits.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 ? point : digits.Length - 1)));
        }
        else if (InWords(match.Groups["word"].Value.ToLowerInvariant()) is { } spelled)
        {
            (value, step) = (spelled, 1);
        }
        else
        {
            return unreadable;
        }

        if (match.Groups["sign"] is { Success: true, Value: "-" or "−" or "–" })
        {
            value = -value;
        }

        var unit = match.Groups["unit"].Value.ToLowerInvariant();

        // "One" is a word as often as a number: "one of them".
        return match.Groups["word"].Success && value == 1 && unit.Length == 0 ? null
            : Sizes.TryGetValue(unit, out var size) ? new FoundNumber(match.Value, FactKind.Number, value * size, step * size)
            : Kind(unit) is var (kind, seconds) ? new FoundNumber(match.Value, kind, value * seconds, step * seconds)
            : unreadable;
    }

    private static (FactKind Kind, double Scale)? Kind(string unit) => unit switch
    {
        "" => (FactKind.Number, 1),
        "%" or "percent" or "per cent" => (FactKind.Percent, 1),
        "percentage point" or "percentage points" or "point" or "points" or "pp" => (FactKind.Points, 1),
        "s" or "second" or "seconds" => (FactKind.Seconds, 1),
        "min" or "minute" or "minutes" => (FactKind.Seconds, 60),
        "h" or "hour" or "hours" => (FactKind.Seconds, 3600),
        "d" or "day" or "days" => (FactKind.Seconds, 86400),
        _ => null,
    };

    private static double? InWords(string word)
    {
        if (Words.TryGetValue(word, out var small))
        {
            return small;
        }

        var parts = word.Split('-', ' ');
        return Tens.TryGetValue(parts[0], out var tens)
            && (parts.Length == 1 || (Words.TryGetValue(parts[1], out small) && small is > 0 and < 10))
            ? tens + (parts.Length == 1 ? 0 : small)
            : null;
    }

    private static Dictionary<string, double> Enumerate(params string[] words) =>
        words.Index().Where(word => word.Item.Length > 0).ToDictionary(word => word.Item, word => (double)word.Index);

    // 1234, 1,234.5, 1,23,456; nothing begins with a zero but 0 and 0.5.
    [GeneratedRegex(
        @"^(0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+|[1-9][0-9]?(,[0-9]{2})*,[0-9]{3})(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    // odd: digits of other scripts, superscripts, fractions, Roman numerals; and words that say how much without saying a number.
    // glued: letters right after the digits that are no unit, or digits after letters.
    [GeneratedRegex(
        """
        (?<odd> [\p{No}\p{Nl}] | (?![0-9])\p{Nd} | [‰‱] )
        | (?<odd> \b(?: half | halves | halved | thirds? | quarters? | fifths? | tenths? | twice | thrice | doubled? | tripled?
            | trebled? | \w+fold | dozens? | hundreds? | thousands | millions? | lakhs? | crores? | billions? )\b )
        | (?<glued> (?<=[\p{L}_]) )? (?<sign> (?<![\p{L}\p{N}%.,)]) [-−–+] )? (?<digits> [0-9] (?: [0-9.,]* [0-9] )? )
          (?: \s? (?<unit> % ) | [\s-]? (?<unit> per\s?cent | percentage\s+points? | points? | pp | k | thousand | lakhs? | crores?
              | million | m | seconds? | minutes? | min | hours? | days? | s | h | d ) (?![\p{L}\p{N}_]) | (?<glued> [\p{L}_] ) )?
        | \b (?<word> (?: twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety ) (?: [-\s] (?: one | two | three
            | four | five | six | seven | eight | nine ) )?
            | zero | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen | fourteen
                | fifteen | sixteen | seventeen | eighteen | nineteen ) \b
          (?: \s (?<unit> per\s?cent | percentage\s+points? | points? | thousand | lakhs? | crores? | million | hundred | seconds?
              | minutes? | hours? | days? ) \b )?
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Candidates();
}
