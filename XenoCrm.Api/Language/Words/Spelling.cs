namespace XenoCrm.Api.Language.Words;

/// <summary>
/// Finds the word that a misspelt one was meant to be. The distance is counted in half letters: a vowel left out or a
/// letter doubled costs half of any other slip, since that is how people write in haste (<c>ordrd</c>, <c>purchses</c>).
/// </summary>
internal sealed class Spelling
{
    private const int Slip = 2;
    private const int SmallSlip = 1;
    private const int LongestWord = 24;

    private readonly Dictionary<char, List<string>> byFirstLetter = [];
    private readonly HashSet<string> leftAlone;

    /// <param name="words">The words that can be meant; of two that are as near, the earlier one is.</param>
    /// <param name="leftAlone">Words that are what they are, near to ours as they may be.</param>
    /// <param name="shortest">Shorter words are never taken for misspelt: too many words are near to them.</param>
    public Spelling(IEnumerable<string> words, HashSet<string> leftAlone, int shortest)
    {
        this.leftAlone = leftAlone;
        foreach (var word in words.Where(word => word.Length >= shortest && word.All(char.IsLetter)))
        {
            (byFirstLetter.TryGetValue(word[0], out var list) ? list : byFirstLetter[word[0]] = []).Add(word);
        }
    }

    /// <returns>The nearest word, or null where none is near enough.</returns>
    public string? Correct(string typed)
    {
        if (typed.Length is < 3 or > LongestWord || leftAlone.Contains(typed) || !typed.All(char.IsLetter))
        {
            return null;
        }

        // Nobody misses the first letter, but it may change places with the second.
        string? best = null;
        var least = int.MaxValue;
        foreach (var first in typed[0] == typed[1] ? [typed[0]] : (ReadOnlySpan<char>)[typed[0], typed[1]])
        {
            foreach (var word in byFirstLetter.GetValueOrDefault(first) ?? [])
            {
                var allowed = Allowed(typed, word);
                if (word.Length - typed.Length is < -2 or > 4 || (first != typed[0] && word[1] != typed[0]))
                {
                    continue;
                }

                var distance = Distance(typed, word);
                if (distance <= allowed && distance < least)
                {
                    (best, least) = (word, distance);
                }
            }
        }

        return best;
    }

    private static int Allowed(string typed, string word) => (typed.Length, word.Length) switch
    {
        (3, _) => SmallSlip,
        (_, <= 4) => Slip,
        (_, <= 7) => Slip + SmallSlip,
        _ => 2 * Slip,
    };

    // Damerau's and Levenshtein's distance (optimal string alignment) with the weights above.
    private static int Distance(string typed, string word)
    {
        Span<int> beforeLast = stackalloc int[word.Length + 1];
        Span<int> last = stackalloc int[word.Length + 1];
        Span<int> row = stackalloc int[word.Length + 1];
        for (var j = 1; j <= word.Length; j++)
        {
            last[j] = last[j - 1] + LeftOut(word, j - 1);
        }

        for (var i = 1; i <= typed.Length; i++)
        {
            row[0] = last[0] + Slip;
            for (var j = 1; j <= word.Length; j++)
            {
                var least = last[j - 1] + (typed[i - 1] == word[j - 1] ? 0 : Slip);
                least = Math.Min(least, row[j - 1] + LeftOut(word, j - 1));
                least = Math.Min(least, last[j] + (i > 1 && typed[i - 1] == typed[i - 2] ? SmallSlip : Slip));
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
                {
                    least = Math.Min(least, beforeLast[j - 2] + Slip);
                }

                row[j] = least;
            }

            var spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }

        return last[word.Length];
    }

    private static int LeftOut(string word, int index) =>
        "aeiou".Contains(word[index]) || (index > 0 && word[index] == word[index - 1]) ? SmallSlip : Slip;
}
