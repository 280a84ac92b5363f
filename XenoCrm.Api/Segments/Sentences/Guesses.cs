using System.Globalization;
using System.Text.RegularExpressions;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// Finds what a rule says and its sentence does not. A figure, a time or a condition out of the air is a guess, and a guess writes to the
/// wrong people; a name may be spelled otherwise in the sentence, so that one is for the person to look at.
/// </summary>
internal static partial class Guesses
{
    // "10k", "2 lakh", "5 crore", "1.5 million" are figures of the sentence too.
    private static readonly decimal[] Scales = [1, 1_000, 100_000, 1_000_000, 10_000_000];

    // "A fortnight" and "3 months" in days or weeks.
    private static readonly decimal[] UnitsInUnits = [1, 4, 7, 12, 30, 52, 365];
    private static readonly decimal[] UsualSpans = [1, 2, 3, 6, 7, 12, 14, 15, 30, 90, 180, 365];

    /// <summary>The first condition that nothing in the sentence says, explained; null if there is none.</summary>
    public static string? FindCondition(Rule rule, string sentence, RuleTime time)
    {
        var said = new Sentence(sentence, time);
        foreach (var (test, isNegative) in TestsOf(rule, isNegative: false))
        {
            foreach (var value in test.Values)
            {
                if (!said.Says(test, value, isNegative))
                {
                    return RuleExplainer.Explain(test with { Values = [value] });
                }
            }
        }

        return null;
    }

    /// <summary>The texts in the rule of which no word stands in the sentence.</summary>
    public static IEnumerable<string> FindTexts(Rule rule, string sentence) => TestsOf(rule, isNegative: false)
        .SelectMany(part => part.Test.Values)
        .OfType<TextValue>()
        .Select(value => value.Text)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Where(text => !HasWordOf(sentence, text));

    private static bool HasWordOf(string sentence, string text) =>
        Words().Matches(text).Any(word => sentence.Contains(word.Value, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<(FieldTest Test, bool IsNegative)> TestsOf(Rule rule, bool isNegative) => rule switch
    {
        AllOf all => all.Rules.SelectMany(part => TestsOf(part, isNegative)),
        AnyOf any => any.Rules.SelectMany(part => TestsOf(part, isNegative)),
        Not not => TestsOf(not.Rule, !isNegative),
        OrdersTest orders => orders.Where.Concat(orders.Having).SelectMany(part => TestsOf(part, isNegative)),
        FieldTest test => [(test, isNegative != test.Operator is RuleOperator.Ne or RuleOperator.Nin)],
        _ => [],
    };

    private sealed class Sentence(string text, RuleTime time)
    {
        private readonly HashSet<decimal> digits = [.. Digits().Matches(text).Select(Figure)];
        private readonly bool hasNumberWords = NumberWords().IsMatch(text);
        private readonly bool hasTimeWords = TimeWords().IsMatch(text);
        private readonly bool hasOrderWords = OrderWords().IsMatch(text);

        public bool Says(FieldTest test, RuleValue value, bool isNegative) => value switch
        {
            _ when test.Operator == RuleOperator.Exists => Mentions(test.Field),
            FlagValue => Mentions(test.Field),
            NumberValue number => SaysNumber((decimal)Math.Clamp(number.Number, -1e15, 1e15), test.Field),
            AgoValue ago => SaysSpan(ago.Count),
            DateValue date => SaysYear(date.At.Year),
            DayValue date => SaysYear(date.Day.Year),
            TextValue part when isNegative => HasWordOf(text, part.Text) || HasToken(part.Text),
            TextValue part => Words().IsMatch(part.Text) || HasToken(part.Text),
            _ => false,
        };

        // Of what is counted in whole numbers, "more than 9" is "at least 10", and 0 to 2 are never, once and again.
        private bool SaysNumber(decimal number, Field field)
        {
            if (IsCount(field) && number is >= 0 and <= 2 && hasOrderWords)
            {
                return true;
            }

            var isCount = IsCount(field) || field == FieldCatalog.DaysSinceLastOrder;
            return hasNumberWords
                || Scales.Any(scale => digits.Contains(number / scale))
                || (isCount && (digits.Contains(number - 1) || digits.Contains(number + 1)));
        }

        private static bool IsCount(Field field) => field == FieldCatalog.OrderCount || field == OrderFields.Count;

        private bool SaysYear(int year) => digits.Contains(year)
            || ((digits.Count > 0 || hasTimeWords) && Math.Abs(year - time.Today.Year) <= 1);

        private bool SaysSpan(decimal count) =>
            hasNumberWords
                || (hasTimeWords && UsualSpans.Contains(count))
                || UnitsInUnits.Any(unit => digits.Contains(count / unit) || digits.Contains(count * unit));

        private bool Mentions(Field field) => field.Name switch
        {
            "email" => Has("mail"),
            "phone" => Has("phone") || Has("mobile") || Has("number"),
            "city" => Has("cit") || Has("town") || Has("place") || Has("address"),
            "country" => Has("countr") || Has("nation"),
            "tags" => Has("tag") || Has("label"),
            "unsubscribed" => Has("subscri") || Has("opt") || Has("reach") || Has("newsletter") || Has("mail"),
            _ when field.AttributeKey is { } key => HasWordOf(text, key),
            _ => hasOrderWords,
        };

        private bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

        private bool HasToken(string token) =>
            text.Split([' ', ',', '.', '"', '\'', '“', '”', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
                .Contains(token, StringComparer.OrdinalIgnoreCase);

        private static decimal Figure(Match match) =>
            decimal.TryParse(match.Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var figure) ? figure : -1;
    }

    [GeneratedRegex(@"\d[\d,]*(\.\d+)?")]
    private static partial Regex Digits();

    [GeneratedRegex(
        @"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
        + "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
        + "hundred|thousand|lakhs?|lacs?|crores?|million|"
        + @"grand|dozen|half|twice|thrice|couple|hazaar|hazar|sau|paanch|teen|chaar|das)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NumberWords();

    [GeneratedRegex(
        @"\b(days?|weeks?|fortnights?|months?|quarters?|years?|yr|today|yesterday|jan|january|feb|february|mar|march|apr|april|"
        + "may|june?|july?|aug|august|sept?|september|oct|october|nov|november|dec|december|"
        + @"din|dino|hafte|mahine|mahino|saal)\b", RegexOptions.IgnoreCase)]
    private static partial Regex TimeWords();

    [GeneratedRegex(@"order|purchas|bought|buy|visit|times|repeat|shop|once|again|return", RegexOptions.IgnoreCase)]
    private static partial Regex OrderWords();

    [GeneratedRegex(@"[\p{L}\p{N}]{2,}")]
    private static partial Regex Words();
}
