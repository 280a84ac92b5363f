using System.Reflection;
using System.Text.RegularExpressions;

namespace XenoCrm.Api.Campaigns.Messages;

/// <summary>A text of the bank with its slots, all of which <see cref="MessageComposer"/> fills.</summary>
/// <param name="IsForRegulars">It speaks of several orders, so that everybody who gets it must have some.</param>
internal sealed record Phrase(string Text, bool IsForRegulars);

/// <summary>What a campaign can be for.</summary>
/// <param name="Name"><c>win-back</c>, <c>launch</c> …</param>
/// <param name="It">What is spoken of where the objective names nothing.</param>
internal sealed record PhraseKind(string Name, Regex? Words, string It, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> ByTone);

/// <summary>The texts that the built-in engine writes, from <c>phrases.txt</c>.</summary>
internal static class PhraseBank
{
    /// <summary>What fits any campaign: news of the shop.</summary>
    public static PhraseKind News => Kinds[^1];

    /// <summary>In the order in which they are looked for.</summary>
    public static readonly IReadOnlyList<PhraseKind> Kinds = Load();

    /// <summary>The kind of which the text has a word; null if it has none of any.</summary>
    public static PhraseKind? Find(string text) => Kinds.FirstOrDefault(kind => kind.Words?.IsMatch(text) == true);

    public static PhraseKind Named(string name) => Kinds.First(kind => kind.Name == name);

    private static List<PhraseKind> Load()
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream("XenoCrm.Api.Campaigns.Messages.phrases.txt")!);
        var kinds = new List<PhraseKind>();
        var texts = new Dictionary<string, IReadOnlyList<Phrase>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                // [win-back] win back, lapsed, …
                var end = line.IndexOf(']', StringComparison.Ordinal);
                texts = [];
                kinds.Add(new PhraseKind(line[1..end], Words(line[(end + 1)..]), It: "", texts));
            }
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                // it: our event · friendly: Hi {{firstName|there}}, … · friendly: * You came back to us, {{firstName|there}} …
                var (name, text) = line.Split(": ", 2) is [var before, var after]
                    ? (before, after)
                    : throw new InvalidDataException($"No text of the phrase bank: {line}");
                if (name == "it")
                {
                    kinds[^1] = kinds[^1] with { It = text };
                }
                else
                {
                    texts[name] =
                    [
                        .. texts.GetValueOrDefault(name, []),
                        text.StartsWith("* ", StringComparison.Ordinal) ? new Phrase(text[2..], true) : new Phrase(text, false)
                    ];
                }
            }
        }

        return kinds;
    }

    /// <summary>
    /// A word of up to four letters is a whole word, a longer one may go on: "lapsed" and "lapsing" begin with "laps", "office" is no
    /// "off".
    /// </summary>
    private static Regex? Words(string list)
    {
        var words = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(
                word =>
                    Regex.Escape(word.Replace('’', '\''))
                        .Replace(@"\ ", @"[\s-]+", StringComparison.Ordinal) + (word.Length <= 4 ? @"s?(?!\w)" : ""));
        return list.Length == 0
            ? null
            : new Regex($@"(?<!\w)({string.Join('|', words)})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
