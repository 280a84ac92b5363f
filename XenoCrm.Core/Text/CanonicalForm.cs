using System.Globalization;
using System.Reflection;
using System.Text;

namespace XenoCrm.Core.Text;

/// <summary>
/// Unicode's normal form C: <c>o</c> with two dots after it is <c>ö</c>. The runtime leaves text as it is where it runs without
/// the machine's culture data (<c>InvariantGlobalization</c>), so the tables lie beside this file.
/// </summary>
internal static class CanonicalForm
{
    // Below, nothing combines with anything before it, and nothing is taken apart.
    private const char FirstMark = '\u0300';

    private const int HangulStart = 0xAC00;
    private const int LeadStart = 0x1100;
    private const int VowelStart = 0x1161;
    private const int TailStart = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = 19 * Vowels * Tails;

    private static readonly Tables Data = Tables.Load();

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstMark, char.MaxValue))
        {
            return text;
        }

        var runes = new List<int>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            // Half a surrogate pair stays what it is, for whoever refuses it.
            var isWhole = Rune.TryGetRuneAt(text, i, out var rune);
            TakeApart(isWhole ? rune.Value : text[i], runes);
            i += isWhole ? rune.Utf16SequenceLength : 1;
        }

        Sort(runes);
        PutTogether(runes);
        var form = new StringBuilder(text.Length);
        foreach (var rune in runes)
        {
            form.Append(rune <= char.MaxValue ? ((char)rune).ToString() : char.ConvertFromUtf32(rune));
        }

        return form.ToString();
    }

    private static void TakeApart(int rune, List<int> runes)
    {
        if (rune - HangulStart is >= 0 and < Syllables and var syllable)
        {
            runes.Add(LeadStart + (syllable / (Vowels * Tails)));
            runes.Add(VowelStart + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails > 0)
            {
                runes.Add(TailStart + (syllable % Tails));
            }
        }
        else if (Data.Parts.TryGetValue(rune, out var parts))
        {
            TakeApart(parts.First, runes);
            if (parts.Second is { } second)
            {
                TakeApart(second, runes);
            }
        }
        else
        {
            runes.Add(rune);
        }
    }

    /// <summary>Marks on one letter in the order of their classes; those of a class stay in theirs.</summary>
    private static void Sort(List<int> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var (rune, mark) = (runes[i], Data.ClassOf(runes[i]));
            var at = i;
            for (; mark > 0 && at > 0 && Data.ClassOf(runes[at - 1]) > mark; at--)
            {
                runes[at] = runes[at - 1];
            }

            runes[at] = rune;
        }
    }

    /// <summary>Each mark joins the letter before it, unless a mark of its class or higher stands between them.</summary>
    private static void PutTogether(List<int> runes)
    {
        var (letter, last, end) = (-1, 0, 0);
        foreach (var rune in runes.ToArray())
        {
            var mark = Data.ClassOf(rune);
            var isNext = letter == end - 1;
            if (letter >= 0 && (isNext || last < mark) && Join(runes[letter], rune) is { } joined)
            {
                runes[letter] = joined;
                continue;
            }

            if (mark == 0)
            {
                letter = end;
            }

            last = mark;
            runes[end++] = rune;
        }

        runes.RemoveRange(end, runes.Count - end);
    }

    private static int? Join(int first, int second)
    {
        if (first - LeadStart is >= 0 and < 19 and var lead && second - VowelStart is >= 0 and < Vowels and var vowel)
        {
            return HangulStart + (((lead * Vowels) + vowel) * Tails);
        }

        if (first - HangulStart is >= 0 and < Syllables and var syllable && syllable % Tails == 0
            && second - TailStart is > 0 and < Tails and var tail)
        {
            return first + tail;
        }

        return Data.Joined.TryGetValue((first, second), out var joined) ? joined : null;
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> classes = [];

        public Dictionary<int, (int First, int? Second)> Parts { get; } = [];

        public Dictionary<(int First, int Second), int> Joined { get; } = [];

        public int ClassOf(int rune) => rune < FirstMark ? 0 : classes.GetValueOrDefault(rune);

        public static Tables Load()
        {
            var tables = new Tables();
            using var reader = new StreamReader(
                Assembly.GetExecutingAssembly().GetManifestResourceStream("XenoCrm.Core.Text.canonical.txt")!);
            while (reader.ReadLine() is { } line)
            {
                if (line[0] != '#')
                {
                    tables.Add(line);
                }
            }

            return tables;
        }

        private void Add(string line)
        {
            var sign = line.AsSpan().IndexOfAny("=>:");
            var (left, right) = (line[..sign], line[(sign + 1)..]);
            if (line[sign] == ':')
            {
                var ends = left.Split('-');
                for (var rune = Number(ends[0]); rune <= Number(ends[^1]); rune++)
                {
                    classes[rune] = byte.Parse(right, CultureInfo.InvariantCulture);
                }

                return;
            }

            var parts = right.Split(' ');
            var (whole, first) = (Number(left), Number(parts[0]));
            Parts[whole] = (first, parts.Length > 1 ? Number(parts[1]) : null);
            if (line[sign] == '=')
            {
                Joined[(first, Number(parts[1]))] = whole;
            }
        }

        private static int Number(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
