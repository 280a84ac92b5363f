using System.Buffers;
using System.Globalization;

namespace XenoCrm.Api.Imports.Rows;

/// <summary>What text of a row may look like.</summary>
internal static class RowText
{
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n\t");

    // Those and blanks would need quoting in an address, which mail systems hardly take.
    private static readonly SearchValues<char> NotInEmail = SearchValues.Create(" \"(),:;<>[\\]");

    /// <summary>Trimmed, with a blank for each line break and tab.</summary>
    public static string ToLine(string text)
    {
        var line = text.AsSpan().ContainsAny(Breaks) ? text.ReplaceLineEndings(" ").Replace('\t', ' ') : text;
        return line.Trim();
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
