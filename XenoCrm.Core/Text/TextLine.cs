using System.Buffers;
using System.Text;

namespace XenoCrm.Core.Text;

/// <summary>
/// The one form in which a line of text is kept, whichever door it came in by: normal form C, no white space at its ends and a
/// blank for each run of it inside, and nothing that cannot be seen but what a script needs.
/// </summary>
public static class TextLine
{
    // Most text is nothing but these, with single blanks inside.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "".PadRight(0x7F - 0x21).Select((_, i) => (char)(0x21 + i)).ToArray());

    public static string Of(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        return CanonicalForm.Of(Collapse(text, rune => Invisible.Is(rune) && !Invisible.IsOfScript(rune)));
    }

    /// <summary>White space as described above, and without the characters of which <paramref name="isLeftOut"/> says so.</summary>
    internal static string Collapse(string text, Func<Rune, bool> isLeftOut)
    {
        var line = new StringBuilder(text.Length);
        var isBlankDue = false;
        for (var i = 0; i < text.Length;)
        {
            // Half a surrogate pair is kept for whoever refuses it.
            var isWhole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = isWhole ? rune.Utf16SequenceLength : 1;
            if (isWhole && Rune.IsWhiteSpace(rune))
            {
                isBlankDue = line.Length > 0;
            }
            else if (!isWhole || !isLeftOut(rune))
            {
                if (isBlankDue)
                {
                    line.Append(' ');
                    isBlankDue = false;
                }

                line.Append(text, i, length);
            }

            i += length;
        }

        return line.ToString();
    }

    /// <summary>Whether it is in that form already, seen at a glance.</summary>
    internal static bool IsPlain(string text)
    {
        for (var from = 0; ;)
        {
            var other = text.AsSpan(from).IndexOfAnyExcept(Plain);
            if (other < 0)
            {
                return true;
            }

            var at = from + other;
            if (text[at] != ' ' || at == 0 || at == text.Length - 1 || text[at + 1] == ' ')
            {
                return false;
            }

            from = at + 1;
        }
    }
}
