using System.Globalization;

namespace XenoCrm.Api.Language.Words;

/// <summary>
/// A date in figures: <c>2022-03-01</c>, <c>2022-03-01T08:00:00Z</c>, <c>01/03/2022</c>, <c>1.3.2022</c>, <c>03/2022</c>,
/// <c>2022-03</c>. The day comes before the month unless that is no date.
/// </summary>
internal static class DateScanner
{
    /// <returns>The period and the place after it; null where no date begins.</returns>
    public static (Period Period, bool IsAmbiguous, int End)? Read(string text, int start)
    {
        var parts = new List<string>();
        var separator = '\0';
        var index = start;
        while (parts.Count < 3)
        {
            var end = index;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end == index)
            {
                break;
            }

            parts.Add(text[index..end]);
            index = end;
            if (parts.Count == 3 || end + 1 >= text.Length || text[end] is not ('-' or '/' or '.') || (separator != '\0' && text[end] != separator) || !char.IsAsciiDigit(text[end + 1]))
            {
                break;
            }

            separator = text[end];
            index = end + 1;
        }

        if (parts.Count == 3 && parts[0].Length == 4 && ReadTime(text, start) is { } moment)
        {
            return moment;
        }

        return index < text.Length && char.IsLetterOrDigit(text[index]) ? null : Date(parts, separator, index);
    }

    private static (Period, bool, int)? Date(List<string> parts, char separator, int end)
    {
        var numbers = parts.ConvertAll(part => part.Length <= 4 ? int.Parse(part, CultureInfo.InvariantCulture) : 0);
        switch (parts.ConvertAll(part => part.Length).ToArray())
        {
            case [4, <= 2, <= 2]:
                return Found(Period.Day(numbers[0], numbers[1], numbers[2]), false, end);
            case [<= 2, <= 2, 4]:
            case [<= 2, <= 2, 2] when separator != '.':
                var year = numbers[2] < 100 ? 2000 + numbers[2] : numbers[2];
                var dayFirst = Period.Day(year, numbers[1], numbers[0]);
                var monthFirst = Period.Day(year, numbers[0], numbers[1]);
                return Found(dayFirst ?? monthFirst, dayFirst is not null && monthFirst is not null && dayFirst != monthFirst, end);

            // 5.2022 is a number, 5-2022 a range of them; only the slash makes a month of it.
            case [<= 2, 4] when separator == '/' && numbers[0] is >= 1 and <= 12 && Period.IsYear(numbers[1]):
                return (Period.Months(numbers[1], numbers[0], 1), false, end);
            case [4, 2] when separator == '-' && Period.IsYear(numbers[0]) && numbers[1] is >= 1 and <= 12:
                return (Period.Months(numbers[0], numbers[1], 1), false, end);
            default:
                return null;
        }
    }

    private static (Period, bool, int)? Found(Period? period, bool ambiguous, int end) => period is null ? null : (period, ambiguous, end);

    // With a time it is a moment, and needs its zone.
    private static (Period, bool, int)? ReadTime(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '-' or ':' or '.' or '+' or 'T' or 't' or 'Z' or 'z'))
        {
            end++;
        }

        while (end > start && text[end - 1] is '.' or ':' or '-')
        {
            end--;
        }

        var span = text[start..end].ToUpperInvariant();
        return span.Contains('T')
            && DateTimeOffset.TryParse(span, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                ? (Period.Moment(at), false, end)
                : null;
    }
}
