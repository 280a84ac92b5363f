using System.Globalization;

namespace XenoCrm.Language.Words;

/// <summary>
/// A number in figures, as they are written in one place or another: <c>1200</c>, <c>1,200.50</c>, <c>1,50,000</c>, <c>1.200,50</c>,
/// <c>1 200</c>, <c>1'200</c>, <c>2,5</c>, <c>.5</c>. What could be read in another way is doubtful.
/// </summary>
internal static class NumberScanner
{
    // More digits than any amount has; doubles are exact to here.
    private const int MaxDigits = 15;

    private const string Blanks = " \u00A0\u2009\u202F";

    /// <returns>The value, the place after it, and whether another place would read another number; null where no number begins.</returns>
    public static (double Value, int End, bool IsDoubtful)? Read(string text, int start)
    {
        var whole = EndOfDigits(text, start);
        var (end, separator) = EndOfGroups(text, start, whole);
        var isDoubtful = Blanks.Contains(separator) || (separator == '.' && end == whole + 4 && !IsDecimalComma(text, end));
        var digits = new string([.. text[start..end].Where(char.IsAsciiDigit)]);
        var isComma = separator is '\0' or '.' && end > start && IsDecimalComma(text, end);
        if (isComma || (separator != '.' && end < text.Length && text[end] == '.' && IsDigit(text, end + 1)))
        {
            var decimals = EndOfDigits(text, end + 1);
            digits += "." + text[(end + 1)..decimals];
            isDoubtful |= isComma && separator == '\0';
            end = decimals;
        }

        return digits.Length is > 0 and <= MaxDigits
            ? (double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), end, isDoubtful) : null;
    }

    // Groups of three digits behind any separator, and of two behind a comma, the last one of three: 10,000 and 1,50,000, but not the
    // list 10,20.
    private static (int End, char Separator) EndOfGroups(string text, int start, int end)
    {
        if (end == start || end - start > 3 || end == text.Length
            || !(text[end] is ',' or '.' or '\'' or '’' || Blanks.Contains(text[end])) || (text[end] == '.' && text[start] == '0'))
        {
            return (end, '\0');
        }

        var separator = text[end];
        var last = end;
        var next = end;
        while (next < text.Length && text[next] == separator && IsDigit(text, next + 1) && IsDigit(text, next + 2))
        {
            next += IsDigit(text, next + 3) ? 4 : separator == ',' ? 3 : int.MaxValue - next;
            if (IsDigit(text, next))
            {
                break;
            }

            last = next <= text.Length && text[next - 4] == separator ? next : last;
        }

        // "2.500k" and "2.500 lakh" are two and a half.
        return last == end || (separator == '.' && last == end + 4 && IsScaled(text, last)) ? (end, '\0') : (last, separator);
    }

    // "1,5" and "49,99"; but "3,4 or 5" and "3,4,5" are lists.
    private static bool IsDecimalComma(string text, int comma)
    {
        var end = EndOfDigits(text, comma + 1);
        return comma < text.Length
            && text[comma] == ','
            && end - comma is 2 or 3
            && !(end < text.Length
                && ((char.IsLetterOrDigit(text[end]) && !IsScaled(text, end))
                    || (text[end] is ',' or '.' && IsDigit(text, end + 1))))
            && !IsListed(text, end);
    }

    private static bool IsListed(string text, int end) => text.AsSpan(end).TrimStart() is var rest
        && rest.StartsWith("or ", StringComparison.OrdinalIgnoreCase) && rest[3..].TrimStart() is [>= '0' and <= '9', ..];

    private static bool IsScaled(string text, int end)
    {
        while (end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        var start = end;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        return text[start..end]
            .ToLowerInvariant()
                is "k" or "l" or "m" or "mn" or "cr" or "lakh" or "lakhs" or "lac" or "lacs"
                or "crore" or "crores" or "thousand" or "grand" or "million" or "hazaar" or "hazar";
    }

    private static int EndOfDigits(string text, int start)
    {
        while (IsDigit(text, start))
        {
            start++;
        }

        return start;
    }

    private static bool IsDigit(string text, int index) => index < text.Length && char.IsAsciiDigit(text[index]);
}
