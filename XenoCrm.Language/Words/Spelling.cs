namespace XenoCrm.Language.Words;

/// <summary>
/// Finds the word that a misspelt one was meant to be. Slips are weighed by how likely they are: a vowel left out or a
/// letter doubled is how people write in haste (<c>ordrd</c>, <c>purchses</c>), another letter in its place is rarer.
/// </summary>
public sealed class Spelling
{
    private const int VowelOmitted = 2;
    private const int Doubled = 2;
    private const int Omitted = 4;
    private const int Swapped = 4;
    private const int Inserted = 6;
    private const int Replaced = 6;
    private const int VowelReplaced = 5;
    private const int KeyBeside = 5;
    private const int Scrambled = 6;
    private const int ShortestScrambled = 5;
    private const int ShortestVowelReplaced = 5;
    private const int AllowedOfLight = 4;
    private const int LongestWord = 24;

    private static readonly string[] Keys = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

    private static readonly HashSet<(char, char)> SoundAlike = [('s', 'c'), ('c', 'k'), ('s', 'z'), ('i', 'y'), ('g', 'j')];

    private readonly Dictionary<char, List<string>> byFirstLetter = [];
    private readonly HashSet<string> leftAlone;
    private readonly HashSet<string> light;
    private readonly bool strict;

    /// <param name="words">The words that can be meant; of two that are as near, the earlier one is.</param>
    /// <param name="leftAlone">Words that are what they are, near to ours as they may be.</param>
    /// <param name="light">Words without a condition in them: what is taken for one is passed over, so the slip has to be a small
    /// one.</param>
    /// <param name="shortest">Shorter words are never taken for misspelt: too many words are near to them.</param>
    /// <param name="strict">One slip is the most, as for names.</param>
    public Spelling(IEnumerable<string> words, HashSet<string> leftAlone, HashSet<string> light, int shortest, bool strict = false)
    {
        this.leftAlone = leftAlone;
        this.light = light;
        this.strict = strict;
        foreach (var word in words.Where(word => word.Length >= shortest && word.All(char.IsLetter)))
        {
            (byFirstLetter.TryGetValue(word[0], out var list) ? list : byFirstLetter[word[0]] = []).Add(word);
        }
    }

    /// <summary>The name among some that a text is a slip of; null where none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> names)
    {
        string[] all = [.. names];
        var word = new Spelling(all.Select(name => name.ToLowerInvariant()), leftAlone: [], light: [], shortest: 4,
            strict: true).Correct(typed.ToLowerInvariant());
        return word is null ? null : Array.Find(all, name => name.Equals(word, StringComparison.OrdinalIgnoreCase));
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

            var isLight = light.Contains(word);
            var distance = Distance(typed, word, isLight ? null : word.Length < ShortestVowelReplaced ? false : true);
            distance = IsScrambled(typed, word) ? Math.Min(Scrambled, distance) : distance;
            if (distance <= Math.Min(isLight ? AllowedOfLight : int.MaxValue, Allowed(typed, word)) && distance < best.Distance)
            {
                best = (word, distance);
            }
        }

        return best;
    }

    // Three letters say something only if they are consonants: "frm", "dys".
    private int Allowed(string typed, string word) => (typed.Length, word.Length) switch
    {
        (3, _) => typed.Any(IsVowel) ? 0 : VowelOmitted,
        (_, <= 4) when strict => Swapped,
        (_, <= 5) => 5,
        _ when strict => Math.Min(6, word.Length * 2 / 3),
        (_, <= 7) => 7,
        _ => 9,
    };

    // "ethier": the same letters, the first and the last one in place.
    private static bool IsScrambled(string typed, string word) =>
        typed.Length == word.Length
            && typed.Length >= ShortestScrambled
            && typed[0] == word[0]
            && typed[^1] == word[^1]
            && typed.Order().SequenceEqual(word.Order());

    // Damerau's and Levenshtein's distance (optimal string alignment) with the weights above.
    /// <param name="typed">As it is written.</param>
    /// <param name="word">As it may be meant.</param>
    /// <param name="vowels">Whether a vowel for another is a small slip too, as a key beside the right one is; null where neither
    /// is.</param>
    private static int Distance(string typed, string word, bool? vowels)
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
                var least = last[j - 1] + (typed[i - 1] == word[j - 1] ? 0 : Replacement(typed[i - 1], word[j - 1], vowels));
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

    private static int Replacement(char typed, char meant, bool? vowels) =>
        vowels is not null
            && (IsBeside(typed, meant) || SoundAlike.Contains((typed, meant)) || SoundAlike.Contains((meant, typed))) ? KeyBeside
        : vowels == true && IsVowel(typed) && IsVowel(meant) ? VowelReplaced
        : Replaced;

    private static bool IsBeside(char typed, char meant) =>
        Array.Exists(Keys, row => row.IndexOf(typed) is >= 0 and var place
            && row.IndexOf(meant) is >= 0 and var other
            && Math.Abs(place - other) == 1);

    private static int Omission(string word, int index) =>
        IsVowel(word[index]) ? VowelOmitted : index > 0 && word[index] == word[index - 1] ? Doubled : Omitted;

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';
}
