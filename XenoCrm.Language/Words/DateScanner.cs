using System.Globalization;
using System.Text.RegularExpressions;

namespace XenoCrm.Language.Words;

/// <summary>
/// A date in figures: <c>2022-03-01</c>, <c>2022-03-01T08:00:00Z</c>, <c>01/03/2022</c>, <c>1.3.2022</c>, <c>03/2022</c>,
/// <c>15-Mar-2021</c>,
/// <c>2022-03</c>. Whether the day or the month comes first is said where it can be told; between dots it is the day.
/// </summary>
internal static partial class DateScanner
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <returns>The period and the place after it; null where no date begins.</returns>
    public static (Period Period, DateOrder Order, Period? MonthFirst, int End)? Read(string text, int start)
    {
        if (DayMonthYear().Match(text, start) is { Success: true } match)
        {
            var month = Array.FindIndex(Months, name => match.Groups[2].Value.StartsWith(name, StringComparison.OrdinalIgnoreCase)) + 1;
            var year = int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture);
            var day = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            return Period.Day(year < 100 ? 2000 + year : year, month, day) is { } written
                ? (written, DateOrder.Plain, null, start + match.Length)
                : null;
        }

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
            if (parts.Count == 3
                || end + 1 >= text.Length
                || text[end] is not ('-' or '/' or '.')
                || (separator != '\0' && text[end] != separator)
                || !char.IsAsciiDigit(text[end + 1]))
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

    private static (Period, DateOrder, Period?, int)? Date(List<string> parts, char separator, int end)
    {
        var numbers = parts.ConvertAll(part => part.Length <= 4 ? int.Parse(part, CultureInfo.InvariantCulture) : 0);
        switch (parts.ConvertAll(part => part.Length).ToArray())
        {
            case [4, <= 2, <= 2]:
                return Period.Day(numbers[0], numbers[1], numbers[2]) is { } day ? (day, DateOrder.Plain, null, end) : null;
            case [<= 2, <= 2, 4]:
            case [<= 2, <= 2, 2] when separator != '.':
                var year = numbers[2] < 100 ? 2000 + numbers[2] : numbers[2];
                var dayFirst = Period.Day(year, numbers[1], numbers[0]);
                var monthFirst = Period.Day(year, numbers[0], numbers[1]);
                return (dayFirst, separator == '.' ? null : monthFirst) switch
                {
                    (null, null) => null,
                    (null, { } other) => (other, DateOrder.MonthFirst, other, end),
                    ({ } first, null) => (first, separator == '.' && monthFirst is not null ? DateOrder.Plain
                        : DateOrder.DayFirst, null, end),
                    var (first, other) => (first, first == other ? DateOrder.Plain : DateOrder.Either, other, end),
                };

            // 5.2022 is a number, 5-2022 a range of them; only the slash makes a month of it.
            case [<= 2, 4] when separator == '/' && numbers[0] is >= 1 and <= 12 && Period.IsYear(numbers[1]):
                return (Period.Months(numbers[1], numbers[0], 1), DateOrder.Plain, null, end);
            case [4, 2] when separator == '-' && Period.IsYear(numbers[0]) && numbers[1] is >= 1 and <= 12:
                return (Period.Months(numbers[0], numbers[1], 1), DateOrder.Plain, null, end);
            default:
                return null;
        }
    }

    [GeneratedRegex(
        @"\G(\d{1,2})[-/.](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[-/.](\d{4}|\d{2})(?![\w-])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DayMonthYear();

    // With a time it is a moment, and needs its zone.
    private static (Period, DateOrder, Period?, int)? ReadTime(string text, int start)
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
            && DateTimeOffset.TryParse(span, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                ? (Period.Moment(at), DateOrder.Plain, null, end)
                : null;
    }
}
