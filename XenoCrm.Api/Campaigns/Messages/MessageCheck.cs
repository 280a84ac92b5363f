using System.Text.RegularExpressions;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>
/// What a suggested message may be, whoever wrote it: short enough for anybody's name, personal, and without a promise, a link or a number
/// that its objective has not.
/// </summary>
internal static partial class MessageCheck
{
    /// <summary>Of the text that a customer gets.</summary>
    public const int MaxLength = 320;

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>The placeholders that may be in it: those that every customer has, or that are polite with a fallback.</summary>
    public static readonly IReadOnlyList<string> Placeholders = ["name", "firstName", "city", "orderCount", "lastOrderAt"];

    // Of these one cannot do without a fallback: a text with a hole in it would go out.
    private static readonly string[] NeedFallback = ["city", "lastOrderAt"];

    /// <summary>The longest that is reckoned with: names and cities longer than these are one in a million.</summary>
    public static readonly IReadOnlyList<Customer> Extremes =
    [
        new()
        {
            Id = "longest",
            Name = new string('W', 40) + " " + new string('W', 40),
            City = new string('W', 60),
            CreatedAt = DateTimeOffset.UnixEpoch,
            OrderCount = 99_999,
            LastOrderAt = DateTimeOffset.UnixEpoch,
        },
        new() { Id = "shortest", Name = "Bo", CreatedAt = DateTimeOffset.UnixEpoch },
    ];

    // Dates may be written out, which is longer.
    private static readonly AccountOptions Account = new() { Country = "GB" };

    // A word of a group may be used where the objective has one of it.
    private static readonly Regex[] Promises = [Prices(), Presents(), Refunds(), Prizes(), Points(), Scarcity()];

    /// <summary>What is wrong with a text, to be told to whoever wrote it; null if nothing is.</summary>
    public static string? Find(string text, MessageObjective objective)
    {
        MessageTemplate template;
        try
        {
            template = MessageTemplate.Parse(text);
        }
        catch (MessageTemplateException e)
        {
            return e.Message;
        }

        var plain = Placeholder().Replace(text, match => match.Groups["fallback"].Value);
        return FindPlaceholder(text) ?? FindForm(text, plain, template) ?? FindInvention(plain, objective);
    }

    /// <summary>
    /// Whether two texts begin alike, or are the same but for some words; what the objective says is in both of them anyway.
    /// </summary>
    public static bool AreAlike(string one, string other, MessageObjective objective)
    {
        var given = WordsOf(objective.Text);
        var (a, b) = (WordsOf(one).Except(given).ToHashSet(), WordsOf(other).Except(given).ToHashSet());
        return Opening(one) == Opening(other) || a.Count == 0 || b.Count == 0 || a.Intersect(b).Count() > 0.6 * a.Union(b).Count();
    }

    private static string? FindPlaceholder(string text)
    {
        var found = Placeholder().Matches(text);
        return found.Count == 0 ? "There is no placeholder in it, such as {{firstName|there}}."
            : found.FirstOrDefault(match => !Placeholders.Contains(match.Groups["name"].Value)) is { } unknown
                ? $"{unknown.Value} may not be used. There are: {string.Join(", ", Placeholders)}."
            : found.FirstOrDefault(
                match => NeedFallback.Contains(match.Groups["name"].Value) && match.Groups["fallback"].Length == 0) is { } bare
                ? $"{bare.Value} needs a fallback, such as {{{{city|your city}}}}."
            : null;
    }

    private static string? FindForm(string text, string plain, MessageTemplate template)
    {
        var longest = Extremes.Max(customer => template.Render(customer, Account).Length);
        return longest > MaxLength ? $"It can become {longest} characters long with a long name; {MaxLength} are the most."
            : plain.Length < 20 ? "It is too short to be a message."
            : text.Any(char.IsControl) ? "It has line breaks or control characters."
            : Brackets().IsMatch(plain) ? "It has brackets or braces that are no placeholder."
            : Leaks().Match(plain) is { Success: true } leak ? $"“{leak.Value}” is nothing to write to a customer."
            : null;
    }

    private static string? FindInvention(string plain, MessageObjective objective)
    {
        if (Links().Matches(plain).FirstOrDefault(link => !objective.Text.Contains(link.Value, StringComparison.OrdinalIgnoreCase))
            is { } invented)
        {
            return $"“{invented.Value}” is a link or an address that the objective has not.";
        }

        if (Figures().Matches(plain).FirstOrDefault(figure => !Figures().Matches(objective.Text).Any(known => known.Value == figure.Value))
            is { } number)
        {
            return $"“{number.Value}” is a figure that the objective has not.";
        }

        foreach (var promise in Promises)
        {
            if (promise.Match(plain) is { Success: true } promised
                && !promise.IsMatch(objective.Text)
                && !(promise == Scarcity() && objective.When is not null))
            {
                return $"“{promised.Value}” promises what the objective does not.";
            }
        }

        if (Capitals().Matches(plain).FirstOrDefault(code => !objective.Text.Contains(code.Value, StringComparison.Ordinal)) is { } made)
        {
            return $"“{made.Value}” looks like a code that the objective has not.";
        }

        return objective.Musts.FirstOrDefault(must => !Regex.IsMatch(plain, $@"(?<!\w){Regex.Escape(must)}(?!\w)", Options)) is { } missing
            ? $"“{missing}” of the objective is not in it."
            : null;
    }

    private static string Opening(string text) => text[..Math.Min(12, text.Length)];

    private static HashSet<string> WordsOf(string text) =>
        [.. Words().Matches(Placeholder().Replace(text, " ")).Select(word => word.Value.ToLowerInvariant())];

    [GeneratedRegex(@"\{\{\s*(?<name>[^{}|]*?)\s*(\|\s*(?<fallback>[^{}]*?)\s*)?\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[\[\]<>{}]")]
    private static partial Regex Brackets();

    [GeneratedRegex(
        @"\bas an ai\b|\bAI (?:assistant|model)\b|\blanguage model\b|\bsystem prompt\b|\bmy instructions\b|\bprevious instructions\b"
            + @"|\bplaceholders?\b|\bthe objective\b|\btarget audience\b|\bthis segment\b|\bJSON\b|\bhere (?:is|are) (?:three|your"
            + @"|the) messages?\b",
        Options)]
    private static partial Regex Leaks();

    [GeneratedRegex(
        @"https?:\S+|www\.\S+|\S+@\S+|\b[\w-]+\.(?:com|net|org|io|co|in|shop|store|example|ru|info|biz|app|link|ly|me|de|uk|us|xyz|site"
            + @"|online)\b(?:/\S*)?|\+?\d[\d\s().-]{6,}\d",
        Options)]
    private static partial Regex Links();

    [GeneratedRegex(@"\d[\d,.]*\d|\d")]
    private static partial Regex Figures();

    [GeneratedRegex(@"\b[A-Z][A-Z0-9_-]*\d[A-Z0-9_-]*\b|\b[A-Z]{5,}\b")]
    private static partial Regex Capitals();

    [GeneratedRegex(
        @"\b(?:discounts?|discounted|offers?|deals?|sales?|vouchers?|coupons?|promo(?:tion)?s?|savings|cheaper|lower prices?|reduced"
            + @"|half price|clearance|bargains?|cash ?back)\b|(?:%|percent|\d) off\b|\bsave (?:up to )?[₹$€£\d]",
        Options)]
    private static partial Regex Prices();

    [GeneratedRegex(@"(?<!feel )\bfree\b(?! to | time)|\b(?:complimentary|gifts?|bonus|on the house|giveaway)\b", Options)]
    private static partial Regex Presents();

    [GeneratedRegex(@"\b(?:refunds?|guaranteed?|guarantees|money back|warranty)\b", Options)]
    private static partial Regex Refunds();

    [GeneratedRegex(@"\b(?:prizes?|raffle|lucky draw|jackpot|you(?:'ve| have) won|win a|chance to win|lottery|sweepstakes?)\b", Options)]
    private static partial Regex Prizes();

    [GeneratedRegex(@"\b(?:loyalty points|points|store credit)\b", Options)]
    private static partial Regex Points();

    // A day in the objective makes something scarce too.
    [GeneratedRegex(
        @"\b(?:last chance|today only|only today|ends (?:soon|today|tonight|tomorrow)|expir\w+|while stocks? lasts?|limited|final hours"
            + @"|almost gone|running out|selling out|until|till|before (?:it's|they're) gone|ends|ending)\b",
        Options)]
    private static partial Regex Scarcity();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Words();
}
