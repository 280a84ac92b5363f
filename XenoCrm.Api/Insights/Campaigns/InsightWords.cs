using System.Reflection;
using System.Text.RegularExpressions;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// The words in which a model may word a finding, from <c>insight-words.txt</c>: a list that is closed leaves nothing to be invented.
/// </summary>
internal static partial class InsightWords
{
    private static readonly (string Kind, string[] Words)[] Lines = Load();

    /// <summary>Of any finding.</summary>
    public static readonly IReadOnlySet<string> Any = Of("any");

    public static readonly IReadOnlySet<string> Better = Of("better");

    public static readonly IReadOnlySet<string> Worse = Of("worse");

    /// <summary>Of findings that have one of the family themselves.</summary>
    public static readonly IReadOnlyList<IReadOnlySet<string>> Families =
    [
        .. Lines.Where(line => line.Kind == "family").Select(line => line.Words.ToHashSet())
    ];

    /// <summary>All that a sentence on the finding may be made of.</summary>
    public static IReadOnlySet<string> For(Finding finding)
    {
        var own = Split(
            finding.Name is { } name ? finding.Sentence.Replace(name.Slot, "", StringComparison.Ordinal) : finding.Sentence).ToHashSet();
        return Any.Concat(own)
            .Concat(finding.Trend switch { Trend.Better => Better, Trend.Worse => Worse, _ => [] })
            .Concat(Families.Where(family => family.Overlaps(own)).SelectMany(family => family))
            .ToHashSet();
    }

    /// <summary>The words of a text, in small letters; the two parts of a compound are two words.</summary>
    public static IEnumerable<string> Split(string text) =>
        Word().Matches(text).Select(word => word.Groups["word"].Value.ToLowerInvariant());

    private static HashSet<string> Of(string kind) => [.. Lines.Where(line => line.Kind == kind).SelectMany(line => line.Words)];

    private static (string Kind, string[] Words)[] Load()
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream("XenoCrm.Api.Insights.Campaigns.insight-words.txt")!);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Select(
                    line =>
                        line.Split(": ", 2) is [var kind, var words]
                            ? (kind, words.Split(' '))
                            : throw new InvalidDataException($"No line of words: {line}")),
        ];
    }

    [GeneratedRegex(@"(?<word>\p{L}+)(?:['’]s\b)?", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
