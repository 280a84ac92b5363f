using System.Buffers;
using System.Globalization;
using System.Text;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Rows;

/// <summary>What text of a row may look like.</summary>
internal static class RowText
{
    // Those and blanks would need quoting in an address, which mail systems hardly take.
    private static readonly SearchValues<char> NotInEmail = SearchValues.Create(" \"(),:;<>[\\]");

    /// <summary>In the form in which text is kept; empty if there is nothing to see in it.</summary>
    public static string ToLine(string text) => TextLine.Of(text) is var line && TextKey.Of(line).Length > 0 ? line : "";

    /// <summary>
    /// The first character that cannot be seen, and, if asked for, the first white space: what it is and where. Null if there is none.
    /// </summary>
    public static string? HiddenIn(string text, bool orSpace)
    {
        var place = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            place++;
            if (Invisible.Is(rune) || (orSpace && Rune.IsWhiteSpace(rune)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Character {place} is {Invisible.Describe(rune)}");
            }
        }

        return null;
    }

    /// <summary>What is wrong with a line of text, or null.</summary>
    public static string? FaultOf(string text, int maxLength)
    {
        if (text.Length > maxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"This has {text.Length} characters; {maxLength} are the most.");
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Character {i + 1} is a control character (U+{(int)text[i]:X4}).");
            }

            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Character {i + 1} is half of a surrogate pair, which is no text.");
            }
        }

        return null;
    }

    /// <summary>Whether it could be one: <c>local@domain.tld</c>. Whether somebody reads it, only a message tells.</summary>
    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var domain = text.AsSpan(at + 1);
        return at is > 0 and <= 64
            && !text.AsSpan().ContainsAny(NotInEmail)
            && !domain.Contains('@')
            && domain.IndexOf('.') > 0
            && domain[^1] != '.'
            && !domain.Contains("..", StringComparison.Ordinal);
    }
}
