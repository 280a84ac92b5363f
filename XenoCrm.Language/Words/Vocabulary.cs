using System.Reflection;

namespace XenoCrm.Language.Words;

/// <summary>The words and phrases that the engine knows, from the files beside this one, and the names of places.</summary>
internal sealed class Vocabulary
{
    private static readonly Lazy<Vocabulary> Loaded = new(() => new Vocabulary());

    // Of phrases that say something, or are refused.
    private readonly HashSet<string> heavy = [];

    private Vocabulary()
    {
        var macros = new Dictionary<string, string>();
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.Contains(".Words.Vocabulary.", StringComparison.Ordinal)).Order())
        {
            Load(Lines(name), macros);
        }

        Words = [.. Phrases.Words];
        Light = [.. Phrases.Words.Except(heavy)];
        Places.AddTo(Phrases, Lines("XenoCrm.Language.Words.places.txt"));
        Places.AddAliases(Phrases);
        LeftAlone = [.. Lines("XenoCrm.Language.Words.lookalikes.txt").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    public static Vocabulary English => Loaded.Value;

    public PhraseTree Phrases { get; } = new();

    /// <summary>The vocabulary's single words, without the places.</summary>
    public IReadOnlyCollection<string> Words { get; }

    /// <summary>Words that stand in no phrase but those of the frame, which the grammar passes over.</summary>
    public HashSet<string> Light { get; }

    /// <summary>Words that look like a misspelt one of ours and are words of their own.</summary>
    public HashSet<string> LeftAlone { get; }

    private void Load(IEnumerable<string> lines, Dictionary<string, string> macros)
    {
        foreach (var line in lines)
        {
            var (left, right) = line.Split(" = ", 2) is [var head, var tail] ? (head.Trim(), tail) : throw new InvalidDataException($"Not a line of the vocabulary: {line}");
            foreach (var (name, words) in macros)
            {
                right = right.Replace("{" + name + "}", words, StringComparison.Ordinal);
            }

            if (left.StartsWith('@'))
            {
                macros[left[1..]] = "(" + right.Replace(", ", "/", StringComparison.Ordinal) + ")";
                continue;
            }

            var meanings = left.Split(" + ").Select(ReadMeaning).ToArray();
            foreach (var phrase in right.Split(", ").SelectMany(PhrasePattern.Expand))
            {
                Phrases.Add(phrase, meanings);
                if (!Array.TrueForAll(meanings, meaning => meaning.Lexeme is Lexeme.Lead or Lexeme.Courtesy or Lexeme.Purpose or Lexeme.Filler or Lexeme.Pronoun or Lexeme.Article or Lexeme.Be))
                {
                    heavy.UnionWith(phrase);
                }
            }
        }
    }

    private static Meaning ReadMeaning(string text) =>
        text.Split(':', 2) is [var name, var value] ? new Meaning(Enum.Parse<Lexeme>(name), value) : new Meaning(Enum.Parse<Lexeme>(text), "");

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
