namespace XenoCrm.Language.Words;

/// <summary>What is known of the words that may name a thing that is bought.</summary>
internal static class ItemWords
{
    private const int ShortestPlural = 4;

    private static readonly Dictionary<string, HashSet<string>> Lists = Vocabulary.Sections("XenoCrm.Language.Words.items.txt")
        .ToDictionary(section => section.Head, section => section.Phrases.ToHashSet());

    private static readonly Dictionary<string, string> Singulars = Lists["plural"]
        .Select(line => line.Split(' '))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>It says how, how much or where, never what.</summary>
    public static bool IsNone(string word) => Lists["none"].Contains(word);

    /// <summary>It names a thing even without an article: "mugs", "pizza".</summary>
    public static bool StandsAlone(string word) =>
        Lists["pair"].Contains(word) || Lists["uncounted"].Contains(word) || Singulars.ContainsKey(word) || IsPlural(word);

    /// <summary>
    /// The texts of which one is part of every name of such a thing: "mug" of mugs and of a mug. A text and its plural where neither is
    /// part of the other: "candy" and "candies".
    /// </summary>
    public static IReadOnlyList<string> Forms(string text)
    {
        var start = text.LastIndexOf(' ') + 1;
        var word = text[start..];
        return [.. FormsOf(word).Select(form => text[..start] + form)];
    }

    private static string[] FormsOf(string word)
    {
        if (Lists["pair"].Contains(word) || Lists["uncounted"].Contains(word))
        {
            return [word];
        }

        if (Singulars.TryGetValue(word, out var singular))
        {
            return word.StartsWith(singular, StringComparison.Ordinal) ? [singular] : [singular, word];
        }

        if (Singulars.FirstOrDefault(pair => pair.Value == word).Key is { } plural)
        {
            return plural.StartsWith(word, StringComparison.Ordinal) ? [word] : [word, plural];
        }

        return word switch
        {
            [.., 'i', 'e', 's'] when word.Length > ShortestPlural + 1 => [word[..^3] + "y", word],
            [.., var before, 'y'] when !"aeiou".Contains(before) => [word, word[..^1] + "ies"],
            _ when HasLongPlural(word) => [word[..^2]],
            _ when IsPlural(word) => [word[..^1]],
            _ => [word],
        };
    }

    private static bool IsPlural(string word) =>
        word.Length >= ShortestPlural && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i' or 'a');

    // "dresses", "boxes", "watches", "brushes".
    private static bool HasLongPlural(string word) => word.EndsWith("sses", StringComparison.Ordinal)
        || word.EndsWith("xes", StringComparison.Ordinal)
        || word.EndsWith("ches", StringComparison.Ordinal)
        || word.EndsWith("shes", StringComparison.Ordinal);
}
