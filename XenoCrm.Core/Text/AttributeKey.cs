using System.Globalization;

namespace XenoCrm.Core.Text;

/// <summary>The name of one of the account's own attributes.</summary>
public static class AttributeKey
{
    private const int MaxLength = 64;

    /// <summary>The form in which a name is kept, in which two that look alike are one; null where it can be none.</summary>
    public static string? Find(string name) => Of(name) is var key && HasShape(key) ? key : null;

    /// <summary>
    /// Letters, digits, <c>_</c>, <c>-</c> and blanks inside, up to 64: nothing that a store could take for a path or an operator.
    /// It is in the form in which it is kept.
    /// </summary>
    public static bool IsValid(string key) => HasShape(key) && Of(key) == key;

    /// <summary>The form in which a name that was taken once is kept.</summary>
    public static string Of(string name) => TextLine.Of(name);

    private static bool HasShape(string key) =>
        key.Length is > 0 and <= MaxLength
        && key.All(c => char.IsLetterOrDigit(c) || IsMark(c) || c is '_' or '-' or ' ')
        && key[0] != ' ' && key[^1] != ' ';

    // Of a letter, as the vowel signs of Indian scripts are.
    private static bool IsMark(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
