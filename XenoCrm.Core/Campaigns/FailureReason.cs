using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// Why messages failed, in words that are kept and told apart from the messages. Vendors write what they like into a reason, so what could
/// be an address or a number of somebody's is taken out.
/// </summary>
public static partial class FailureReason
{
    /// <summary>Stands for reasons that are told together.</summary>
    public const string Others = "other reasons";

    public const string NotGiven = "no reason given";

    /// <summary>What fewer messages have could be about their recipients, unless it is known to be about nobody.</summary>
    public const int MinCount = 3;

    private const int MaxLength = 80;
    private const int Most = 10;

    private static readonly FrozenSet<string> AboutNobody = SkipReason.All
        .Concat([NotGiven, "unknown recipient", "unknown user", "user unknown", "no such user", "no such address", "mailbox full",
            "mailbox unavailable", "blocked", "blocked by the recipient", "undelivered", "expired", "expired before delivery", "rejected",
            "rejected by the carrier", "spam"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>One line of at most 80 characters without addresses, links, long numbers and ids.</summary>
    public static string Clean(string? reason)
    {
        var text = Blanks().Replace(Personal().Replace(reason ?? "", "…"), " ").Trim();
        return text is "" or "…" ? NotGiven : text.Length <= MaxLength ? text : text[..(MaxLength - 1)] + "…";
    }

    /// <summary>The most frequent first, the rest together.</summary>
    /// <param name="reasons">Clean; one may stand there more than once.</param>
    public static IReadOnlyList<FailureCount> Count(IEnumerable<FailureCount> reasons) => Count(reasons, _ => true);

    /// <summary>The same for a summary that outlives the messages: nothing in it is about one person, so none has to be erased.</summary>
    public static IReadOnlyList<FailureCount> Summarize(IEnumerable<FailureCount> reasons) =>
        Count(reasons, reason => reason.Count >= MinCount || AboutNobody.Contains(reason.Reason));

    /// <summary>The most frequent first, and the rest together as <see cref="Others"/>.</summary>
    /// <param name="reasons">Each once.</param>
    /// <param name="most">How many are told at most.</param>
    /// <param name="isTold">Which may be told by themselves.</param>
    /// <param name="always">One that is among them however rare it is.</param>
    public static IReadOnlyList<FailureCount> MostFrequent(
        IReadOnlyCollection<FailureCount> reasons, int most, Func<FailureCount, bool> isTold, string? always = null)
    {
        var told = reasons.Where(isTold)
            .OrderByDescending(reason => reason.Reason == always)
            .ThenByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
            .Take(most)
            .OrderByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Reason, StringComparer.Ordinal)
            .ToArray();
        var rest = reasons.Sum(reason => reason.Count) - told.Sum(reason => reason.Count);
        return rest > 0 ? [.. told, new FailureCount(Others, rest)] : told;
    }

    // Whoever was erased is not sent to again: how many these are must not be lost among the rest.
    private static IReadOnlyList<FailureCount> Count(IEnumerable<FailureCount> reasons, Func<FailureCount, bool> isTold) =>
        MostFrequent(
            [.. reasons.GroupBy(reason => reason.Reason, (reason, all) => new FailureCount(reason, all.Sum(one => one.Count)))],
            Most,
            isTold,
            always: SkipReason.Erased);

    // An address, a link, what is quoted, a phone number (but not 550 5.7.350), any five digits or more, an id in hexadecimal.
    [GeneratedRegex(
        """\S*@\S*|\S+://\S+|"[^"]*"|“[^”]*”|<[^>]*>|\+[0-9][0-9 ()./-]*[0-9]|[0-9](?:[ ()/-]{0,2}[0-9]){6,}|"""
            + """[0-9]{5,}|\b(?=[0-9a-fA-F-]*[0-9])[0-9a-fA-F-]{8,}\b""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Personal();

    [GeneratedRegex(@"[\s\p{C}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}

/// <summary>How many messages failed for a reason.</summary>
public sealed record FailureCount(string Reason, long Count);
