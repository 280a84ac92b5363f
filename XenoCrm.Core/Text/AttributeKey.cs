using System.Globalization;

namespace XenoCrm.Core.Text;

/// <summary>The name of one of the account's own attributes.</summary>
public static class AttributeKey
{
    public const int MaxLength = 64;

    /// <summary>
    /// Letters, digits, <c>_</c>, <c>-</c> and blanks inside, up to 64: nothing that a store could take for a path or an operator.
    /// </summary>
    public static bool IsValid(string key) =>
        key.Length is > 0 and <= MaxLength
        && key.All(c => char.IsLetterOrDigit(c) || IsMark(c) || c is '_' or '-' or ' ')
        && key[0] != ' ' && key[^1] != ' ' && TextLine.Of(key) == key;

    /// <summary>A key in the form in which it is kept: two that look alike are one.</summary>
    public static string Of(string key) => TextLine.Of(key);

    // Of a letter, as the vowel signs of Indian scripts are.
    private static bool IsMark(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
