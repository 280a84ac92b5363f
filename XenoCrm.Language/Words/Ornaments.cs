using System.Globalization;
using System.Text;

namespace XenoCrm.Language.Words;

/// <summary>Pictures in a sentence: "customers in Pune 🎉". One of people, or of a man or a woman, may stand for a word, and is not passed
/// over.</summary>
internal static class Ornaments
{
    private const int Female = 0x2640;
    private const int Male = 0x2642;

    /// <returns>How many characters of a picture stand at a place; 0 for none.</returns>
    public static int Length(string text, int start)
    {
        if (LengthOfSmile(text, start) is var smile and > 0)
        {
            return smile;
        }

        if (!Rune.TryGetRuneAt(text, start, out var rune))
        {
            return 0;
        }

        var isPicture = Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.Format
            || rune.Value is 0xFE0F or (>= 0x1F3FB and <= 0x1F3FF);
        return isPicture && !IsPerson(rune.Value) ? rune.Utf16SequenceLength : 0;
    }

    // ":-)" and ";)", with nothing behind that they could belong to.
    private static int LengthOfSmile(string text, int start)
    {
        var mouth = start + 1 < text.Length && text[start + 1] == '-' ? start + 2 : start + 1;
        return text[start] is ':' or ';' && mouth < text.Length && text[mouth] is ')' or '(' or 'D' or 'P'
            && (mouth + 1 == text.Length || !char.IsLetterOrDigit(text[mouth + 1]))
            && !(text[mouth] == ')' && text.AsSpan(0, start).Count('(') > text.AsSpan(0, start).Count(')'))
                ? mouth + 1 - start
                : 0;
    }

    private static bool IsPerson(int rune) =>
        rune is Female or Male or (>= 0x1F466 and <= 0x1F478) or (>= 0x1F6B9 and <= 0x1F6BC) or (>= 0x1F9D1 and <= 0x1F9DD);
}
