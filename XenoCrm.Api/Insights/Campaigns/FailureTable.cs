using System.Text.RegularExpressions;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// Why messages failed, or were skipped. Vendors write what they like into a reason, so what could be an address or a number of
/// somebody's is taken out.
/// </summary>
internal static partial class FailureTable
{
    private const int MostReasons = 5;
    private const int MaxLength = 80;

    /// <summary>What only one or two messages have could be about their recipients, unless the words are ours.</summary>
    public const int MinCount = 3;

    public static IReadOnlyList<FailureNumbers> Of(IEnumerable<Delivery> deliveries, DeliveryStatus status)
    {
        var counts = deliveries.Where(delivery => delivery.Status == status)
            .CountBy(delivery => Clean(delivery.FailureReason))
            .ToArray();
        var all = counts.Sum(reason => reason.Value);
        var told = counts.Where(reason => reason.Value >= MinCount || SkipReason.All.Contains(reason.Key))
            .OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal).Take(MostReasons).ToArray();
        var rest = all - told.Sum(reason => reason.Value);
        return
        [
            .. told.Select(reason => new FailureNumbers(reason.Key, reason.Value, (double)reason.Value / all)),
            .. rest > 0 ? [new FailureNumbers(FailureNumbers.Others, rest, (double)rest / all)] : Array.Empty<FailureNumbers>(),
        ];
    }

    /// <summary>One line of at most 80 characters without addresses, links, long numbers and ids.</summary>
    public static string Clean(string? reason)
    {
        var text = Blanks().Replace(Personal().Replace(reason ?? "", "…"), " ").Trim();
        return text is "" or "…" ? FailureNumbers.NotGiven : text.Length <= MaxLength ? text : text[..(MaxLength - 1)] + "…";
    }

    // An address, a link, what is quoted, a phone number (but not 550 5.7.350), any five digits or more, an id in hexadecimal.
    [GeneratedRegex(
        """\S*@\S*|\S+://\S+|"[^"]*"|“[^”]*”|<[^>]*>|\+[0-9][0-9 ()./-]*[0-9]|[0-9](?:[ ()/-]{0,2}[0-9]){6,}|"""
            + """[0-9]{5,}|\b(?=[0-9a-fA-F-]*[0-9])[0-9a-fA-F-]{8,}\b""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Personal();

    [GeneratedRegex(@"[\s\p{C}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
