using System.Globalization;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>
/// Dates as people write them, in the order of day and month that the uploader has said. Without it none is read: half of them
/// could be two days.
/// </summary>
internal static class CsvDates
{
    public const string DayFirst = "dmy";
    public const string MonthFirst = "mdy";

    private static readonly string[] Marks = ["'/'", "'.'", "'-'"];

    private static readonly string[] Times = ["", " H:mm", " H:mm:ss", " h:mm tt", " h:mm:ss tt"];

    private static readonly string[] DayFirstFormats = Formats("d", "M");
    private static readonly string[] MonthFirstFormats = Formats("M", "d");

    public static bool TryParse(string text, string? order, out DateTimeOffset at)
    {
        at = default;
        return order is not null && DateTimeOffset.TryParseExact(
            text,
            order == DayFirst ? DayFirstFormats : MonthFirstFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out at);
    }

    private static string[] Formats(string first, string second) =>
        [.. from mark in Marks from time in Times select $"{first}{mark}{second}{mark}yyyy{time}"];
}
