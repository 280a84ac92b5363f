using System.Globalization;
using System.Text;

namespace XenoCrm.Core.Text;

/// <summary>Characters that nobody sees: they come along with text that is copied, and make two of what looks the same.</summary>
public static class Invisible
{
    /// <summary>White space is none of them.</summary>
    public static bool Is(Rune rune) => rune.Value switch
    {
        < 0xAD => false,
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180B or 0x180C or 0x180D or 0x180F or 0x2800 or 0x3164 or 0xFFA0 => true,
        (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) => true,
        _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format,
    };

    /// <summary>
    /// Those that mean something inside a word or an emoji: joiners of Persian and Indian scripts, and the choice of a glyph.
    /// </summary>
    public static bool IsOfScript(Rune rune) => rune.Value is 0x200C or 0x200D or 0x034F or (>= 0x180B and <= 0x180F)
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0020 and <= 0xE01EF);

    /// <summary>For a message: <c>a zero-width space (U+200B)</c>.</summary>
    public static string Describe(Rune rune)
    {
        var name = rune.Value switch
        {
            0x00AD => "a soft hyphen",
            0x200B => "a zero-width space",
            0x200C => "a zero-width non-joiner",
            0x200D => "a zero-width joiner",
            0x2060 => "a word joiner",
            0xFEFF => "a byte order mark",
            0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => "a mark of writing direction",
            (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180F) => "a variation selector",
            0x00A0 or 0x202F => "a no-break space",
            0x3000 => "an ideographic space",
            '\t' => "a tab",
            ' ' => "a blank",
            _ when Rune.IsWhiteSpace(rune) => "white space",
            _ => "an invisible character",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{name} (U+{rune.Value:X4})");
    }
}
