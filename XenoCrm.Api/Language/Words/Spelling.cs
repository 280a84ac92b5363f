namespace XenoCrm.Api.Language.Words;

/// <summary>
/// Finds the word that a misspelt one was meant to be. Slips are weighed by how likely they are: a vowel left out or a
/// letter doubled is how people write in haste (<c>ordrd</c>, <c>purchses</c>), another letter in its place is rarer.
/// </summary>
internal sealed class Spelling
{
    private const int VowelOmitted = 1;
    private const int Doubled = 1;
    private const int Omitted = 2;
    private const int Swapped = 2;
    private const int Inserted = 3;
    private const int Replaced = 3;
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

        // Nobody misses the first letter, but in a longer word it may change places with the second.
        var best = Nearest(typed, typed[0], int.MaxValue);
        return typed.Length >= 5 && typed[0] != typed[1] && Nearest(typed, typed[1], best.Distance) is { Word: not null } swapped
            ? swapped.Word
            : best.Word;
    }

    private (string? Word, int Distance) Nearest(string typed, char first, int limit)
    {
        var best = (Word: (string?)null, Distance: limit);
        foreach (var word in byFirstLetter.GetValueOrDefault(first) ?? [])
        {
            if (word.Length - typed.Length is < -2 or > 4 || (first != typed[0] && word[1] != typed[0]))
            {
                continue;
            }

            var distance = Distance(typed, word);
            if (distance <= Allowed(typed, word) && distance < best.Distance)
            {
                best = (word, distance);
            }
        }

        return best;
    }

    // Three letters say something only if they are consonants: "frm", "dys".
    private static int Allowed(string typed, string word) => (typed.Length, word.Length) switch
    {
        (3, _) => typed.Any(IsVowel) ? 0 : VowelOmitted,
        (_, <= 5) => 2,
        (_, <= 7) => 3,
        _ => 4,
    };

    // Damerau's and Levenshtein's distance (optimal string alignment) with the weights above.
    private static int Distance(string typed, string word)
    {
        Span<int> beforeLast = stackalloc int[word.Length + 1];
        Span<int> last = stackalloc int[word.Length + 1];
        Span<int> row = stackalloc int[word.Length + 1];
        for (var j = 1; j <= word.Length; j++)
        {
            last[j] = last[j - 1] + Omission(word, j - 1);
        }

        for (var i = 1; i <= typed.Length; i++)
        {
            row[0] = last[0] + Inserted;
            for (var j = 1; j <= word.Length; j++)
            {
                var least = last[j - 1] + (typed[i - 1] == word[j - 1] ? 0 : Replaced);
                least = Math.Min(least, row[j - 1] + Omission(word, j - 1));
                least = Math.Min(least, last[j] + (i > 1 && typed[i - 1] == typed[i - 2] ? Doubled : Inserted));
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
                {
                    least = Math.Min(least, beforeLast[j - 2] + Swapped);
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

    private static int Omission(string word, int index) =>
        IsVowel(word[index]) ? VowelOmitted : index > 0 && word[index] == word[index - 1] ? Doubled : Omitted;

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';
}
