namespace XenoCrm.Api.Language.Words;

/// <summary>A stretch of time that has a name: a day, a month, "Q1 2022". <paramref name="End"/> is the first moment after it.</summary>
internal sealed record Period(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>A single day or moment, which comparisons take as its beginning, as opposed to a month or a year, which they take as a whole.</summary>
    public bool IsDate => End - Start <= TimeSpan.FromDays(1);

    public static Period Moment(DateTimeOffset at) => new(at, at);

    /// <returns>Null where the calendar has no such day.</returns>
    public static Period? Day(int year, int month, int day) =>
        year is >= 1900 and <= 2999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? Days(Midnight(year, month, day), 1)
            : null;

    public static Period Days(DateTimeOffset start, int count) => new(start, start.AddDays(count));

    public static Period Months(int year, int month, int count) => new(Midnight(year, month, 1), Midnight(year, month, 1).AddMonths(count));

    public static Period Year(int year) => Months(year, 1, 12);

    public static bool IsYear(double number) => number is >= 1990 and <= 2100 && double.IsInteger(number);

    public static DateTimeOffset Midnight(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    private static DateTimeOffset Midnight(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
