using System.Text;

namespace XenoCrm.Core.Text;

/// <summary>What to say of a name that nobody knows: the known one that was meant, or all that there are.</summary>
public static class KnownNames
{
    private const int LongestShown = 60;

    /// <summary>The sentence for a person.</summary>
    public static string Refusal(string name, IReadOnlyCollection<string> known) => Nearest(name, known) is { } meant
        ? $"{Shown(name)} is not known here; did you mean {meant}?"
        : $"{Shown(name)} is not known here. There are: {string.Join(", ", known)}.";

    /// <summary>The name that is the same but for case and punctuation, or a slip or two away; null where none is.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var typed = Plain(name);
        var (best, least) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            var word = Plain(candidate);
            var distance = Math.Abs(word.Length - typed.Length) > 3 ? int.MaxValue : Distance(typed, word);
            if (distance < least && distance <= Math.Min(3, word.Length / 3))
            {
                (best, least) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Slips between two names: a letter too much, too few or another one, or two that changed places.</summary>
    public static int Distance(string typed, string word)
    {
        var rows = new int[typed.Length + 1, word.Length + 1];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= word.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var replaced = rows[i - 1, j - 1] + (typed[i - 1] == word[j - 1] ? 0 : 1);
                var least = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                var isSwapped = i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1];
                rows[i, j] = isSwapped ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
            }
        }

        return rows[typed.Length, word.Length];
    }

    /// <summary>Letters and digits alone, in small letters: <c>E-Mail</c>, <c>e_mail</c> and <c>email</c> are one.</summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name.AsSpan(0, Math.Min(name.Length, LongestShown)))
        {
            if (char.IsLetterOrDigit(letter))
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
        }

        return plain.ToString();
    }

    private static string Shown(string name) => name.Length == 0 ? "''" : name.Length > LongestShown ? name[..LongestShown] + "…" : name;
}
