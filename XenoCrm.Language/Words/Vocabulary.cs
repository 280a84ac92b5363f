using System.Reflection;

namespace XenoCrm.Language.Words;

/// <summary>The words and phrases that the engine knows, from the files beside this one, and the names of places.</summary>
internal sealed class Vocabulary
{
    private static readonly Lazy<Vocabulary> Loaded = new(() => new Vocabulary());

    private static readonly Lexeme[] LightLexemes =
        [Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose, Lexeme.Filler, Lexeme.Pronoun, Lexeme.Article, Lexeme.Be];

    // Of phrases that say something, or are refused.
    private readonly HashSet<string> heavy = [];

    private Vocabulary()
    {
        var macros = new Dictionary<string, string>();
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.Contains(".Words.Vocabulary.", StringComparison.Ordinal))
            .Order())
        {
            Load(Sections(name), macros);
        }

        Words = [.. Phrases.Words];
        Light = [.. Phrases.Words.Except(heavy)];
        Places.AddTo(Phrases, Sections("XenoCrm.Language.Words.places.txt"));
        Places.AddAliases(Phrases);
        LeftAlone = [.. Lines("XenoCrm.Language.Words.lookalikes.txt")];
    }

    public static Vocabulary English => Loaded.Value;

    public PhraseTree Phrases { get; } = new();

    /// <summary>The vocabulary's single words, without the places.</summary>
    public IReadOnlyCollection<string> Words { get; }

    /// <summary>Words that stand in no phrase but those of the frame, which the grammar passes over.</summary>
    public HashSet<string> Light { get; }

    /// <summary>Words that look like a misspelt one of ours and are words of their own.</summary>
    public HashSet<string> LeftAlone { get; }

    private void Load(List<(string Head, List<string> Phrases)> sections, Dictionary<string, string> macros)
    {
        foreach (var (head, phrases) in sections)
        {
            var written = phrases.Select(phrase => macros.Aggregate(phrase, (text, macro) => text.Replace(macro.Key, macro.Value,
                StringComparison.Ordinal)));
            if (head[0] == '@')
            {
                macros[$"{{{head[1..]}}}"] = $"({string.Join('/', written)})";
                continue;
            }

            var meanings = head.Split(" + ").Select(ReadMeaning).ToArray();
            var isLight = Array.TrueForAll(meanings, meaning => LightLexemes.Contains(meaning.Lexeme));
            foreach (var phrase in written.SelectMany(PhrasePattern.Expand))
            {
                Phrases.Add(phrase, meanings);
                if (!isLight)
                {
                    heavy.UnionWith(phrase);
                }
            }
        }
    }

    /// <summary>The parts of a file: a head, and the indented lines below it.</summary>
    public static List<(string Head, List<string> Phrases)> Sections(string resource) => Sections(Lines(resource));

    private static List<(string Head, List<string> Phrases)> Sections(IEnumerable<string> lines)
    {
        var sections = new List<(string Head, List<string> Phrases)>();
        foreach (var line in lines)
        {
            if (line[0] != ' ')
            {
                sections.Add((line, []));
                continue;
            }

            sections[^1].Phrases.Add(line.Trim());
        }

        return sections;
    }

    private static Meaning ReadMeaning(string text) =>
        text.Split(':', 2) is [var name, var value]
            ? new Meaning(Enum.Parse<Lexeme>(name), value)
            : new Meaning(Enum.Parse<Lexeme>(text), "");

    private static IEnumerable<string> Lines(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
