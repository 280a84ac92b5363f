using System.Text.RegularExpressions;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// What a sentence of a model's on a finding may be: one sentence in the listed words, with the finding's figures in their order. The
/// finding's words for what is better or worse, for what arrived or failed are the only ones of their kind in it, and there is nothing to
/// negate with.
/// </summary>
internal static partial class FindingCheck
{
    public const int MaxLength = 240;

    private const int MostWordsTold = 8;

    // Who is not meant stands after who is: "fewer than among the others".
    private static readonly IReadOnlySet<string> Others = InsightWords.Families.First(family => family.Contains("others"));

    /// <summary>What is wrong with the sentence, for whoever wrote it; null if nothing is.</summary>
    public static string? Find(Finding finding, string text)
    {
        var slot = finding.Name?.Slot;
        var bare = slot is null ? text : text.Replace(slot, " ", StringComparison.Ordinal);
        var plain = NumberScanner.Remove(bare);
        return text.Length > MaxLength ? $"It has {text.Length} characters; {MaxLength} are the most."
            : !text.EndsWith('.') || plain.Count('.') != 1 ? "It is not one sentence that ends with a full stop."
            : slot is not null && (text.Length - bare.Length) != slot.Length - 1 ? $"{slot} must stand in it once."
            : Odd().Match(plain) is { Success: true } odd ? $"“{odd.Value}” may not stand in it."
            : FindWords(finding, plain)
            ?? FindFigures(finding, [.. NumberScanner.Scan(bare)])
            ?? FindOrder(text, slot);
    }

    private static string? FindWords(Finding finding, string plain)
    {
        var allowed = InsightWords.For(finding);
        var unknown = InsightWords.Split(plain).Where(word => !allowed.Contains(word)).Distinct().Take(MostWordsTold).ToArray();
        return unknown.Length == 0 ? null : $"Not among the words for it: {string.Join(", ", unknown)}.";
    }

    /// <summary>
    /// Each kind of figures comes in the finding's order, so that no two of them can change places, and no percentage is left out.
    /// </summary>
    private static string? FindFigures(Finding finding, FoundNumber[] said)
    {
        var known = NumberScanner.Scan(
            finding.Name is { } name ? finding.Sentence.Replace(name.Slot, " ", StringComparison.Ordinal) : finding.Sentence).ToArray();
        foreach (var kind in said.Concat(known).Select(number => number.Kind).Distinct())
        {
            var left = new Queue<FoundNumber>(known.Where(number => number.Kind == kind));
            foreach (var number in said.Where(number => number.Kind == kind))
            {
                while (left.TryPeek(out var next) && !AreSame(next, number) && kind != FactKind.Percent)
                {
                    left.Dequeue();
                }

                if (!left.TryDequeue(out var found) || !AreSame(found, number))
                {
                    return $"“{number.Text.Trim()}” is no figure of it, or not in its place; every percentage has to be there, in order.";
                }
            }

            if (kind == FactKind.Percent && left.TryDequeue(out var missing))
            {
                return $"“{missing.Text.Trim()}” is missing.";
            }
        }

        return null;
    }

    // A figure may be rounded further; whether rightly is held against the data, once it is all together.
    private static bool AreSame(FoundNumber one, FoundNumber other) =>
        Math.Abs(one.Value - other.Value) <= Math.Max(one.Step, other.Step) / 2 * (1 + 1e-9);

    private static string? FindOrder(string text, string? slot) =>
        slot is not null
            && InsightWords.Split(text[..text.IndexOf(slot, StringComparison.Ordinal)]).FirstOrDefault(Others.Contains) is { } early
            ? $"{slot} must stand before “{early}”."
            : null;

    // Whatever is no word, blank or mark of a sentence; and a mark that has no blank after it, as in an address.
    [GeneratedRegex(@"[^A-Za-z ,;:.()'’–-]+|[,;:.](?=[^\s,)])", RegexOptions.CultureInvariant)]
    private static partial Regex Odd();
}
