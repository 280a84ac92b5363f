namespace XenoCrm.Language.Words;

/// <summary>A calendar period that a sentence names: a day, a month, a year; or a moment.</summary>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
internal sealed record Period(DateOnly First, DateOnly Last)
{
    /// <summary>Of a moment, which has a time and a zone of its own.</summary>
    public DateTimeOffset? At { get; private init; }

    /// <summary>A single day or moment, as opposed to a month or a year.</summary>
    public bool IsDate => First == Last;

    public bool IsQuarterOrHalf => First.Day == 1 && (Last.Year - First.Year) * 12 + Last.Month - First.Month is 2 or 5
        && Last.AddDays(1).Day == 1;

    public static Period Moment(DateTimeOffset at) => Days(DateOnly.FromDateTime(at.UtcDateTime), 1) with { At = at };

    /// <returns>Null where the calendar has no such day.</returns>
    public static Period? Day(int year, int month, int day) =>
        year is >= 1900 and <= 2999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? Days(new DateOnly(year, month, day), 1)
            : null;

    public static Period Days(DateOnly start, int count) => new(start, start.AddDays(count - 1));

    public static Period Months(int year, int month, int count)
    {
        var first = new DateOnly(year, month, 1);
        return new Period(first, first.AddMonths(count).AddDays(-1));
    }

    public static Period Year(int year) => Months(year, 1, 12);

    public static bool IsYear(double number) => number is >= 1990 and <= 2100 && double.IsInteger(number);

    /// <summary>The same period of another year: February is the whole of it.</summary>
    public Period MoveYears(int count) =>
        new(First.AddYears(count), IsDate ? Last.AddYears(count) : Last.AddDays(1).AddYears(count).AddDays(-1));
}
