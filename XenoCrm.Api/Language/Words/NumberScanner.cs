using System.Globalization;

namespace XenoCrm.Api.Language.Words;

/// <summary>A number in figures: <c>1200</c>, <c>1,200.50</c>, <c>1,50,000</c>, <c>.5</c>.</summary>
internal static class NumberScanner
{
    // More digits than any amount has; doubles are exact to here.
    private const int MaxDigits = 15;

    /// <returns>The value and the place after it; null where no number begins.</returns>
    public static (double Value, int End)? Read(string text, int start)
    {
        var end = start;
        while (IsDigit(text, end))
        {
            end++;
        }

        if (end > start)
        {
            end = EndOfGroups(text, start, end);
        }

        if (end < text.Length && text[end] == '.' && IsDigit(text, end + 1))
        {
            end++;
            while (IsDigit(text, end))
            {
                end++;
            }
        }

        var digits = text[start..end].Replace(",", "", StringComparison.Ordinal);
        return digits.Length is > 0 and <= MaxDigits ? (double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), end) : null;
    }

    // Groups of two or three digits after the first comma, the last one of three: 10,000 and 1,50,000, but not the list 10,20.
    private static int EndOfGroups(string text, int start, int end)
    {
        if (end - start > 3)
        {
            return end;
        }

        var last = end;
        var next = end;
        while (next < text.Length && text[next] == ',' && IsDigit(text, next + 1) && IsDigit(text, next + 2))
        {
            next += IsDigit(text, next + 3) ? 4 : 3;
            if (IsDigit(text, next))
            {
                break;
            }

            last = text[next - 4] == ',' ? next : last;
        }

        return last;
    }

    private static bool IsDigit(string text, int index) => index < text.Length && char.IsAsciiDigit(text[index]);
}
