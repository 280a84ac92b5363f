using System.Globalization;
using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads dates and calendar periods: "10 March 2022", "March 1st", "April", "Q1 2022", "2021", "last year", "yesterday".</summary>
internal sealed class PeriodReader(TermCursor cursor, RuleTime time)
{
    private readonly DateOnly today = time.Today;

    /// <summary>Whether the last period's year was not said, but taken for the most recent one.</summary>
    public bool IsYearAssumed { get; private set; }

    /// <returns>Null, and nothing taken, where no period stands.</returns>
    public Period? TryRead()
    {
        IsYearAssumed = false;
        return cursor.Try(ReadEdge) ?? cursor.Try(ReadCalendar);
    }

    private Period? ReadEdge() =>
        cursor.TryTake(Lexeme.StartOf, Lexeme.EndOf) is { } edge && (ReadCalendar() ?? ReadCurrent()) is { } whole
            ? Period.Days(edge.Is(Lexeme.StartOf) ? whole.First : whole.Last, 1)
            : null;

    private Period? ReadCalendar()
    {
        // "the month of March", "the year 2021".
        if (cursor.PeekIs(Lexeme.Unit) && cursor.PeekIs(1, Lexeme.Month, Lexeme.Number))
        {
            cursor.Take();
        }

        if (cursor.TryTake(Lexeme.Date) is { } date)
        {
            var token = cursor.TokenAt(date.FirstToken)!;
            if (token.Order == DateOrder.Either)
            {
                throw Refusals.TwoDates(cursor.TextOf(date), Written(token.Period!.First), Written(token.MonthFirst!.First));
            }

            if (token.IsDoubtful)
            {
                cursor.Warn(
                    $"“{cursor.TextOf(date)}” is read with the {(token.Order == DateOrder.MonthFirst ? "month" : "day")} first: "
                    + $"{Written(token.Period!.First)}.");
            }

            return token.Period;
        }

        if (cursor.TryTake(Lexeme.Today) is not null)
        {
            return Period.Days(today, 1);
        }

        if (cursor.TryTake(Lexeme.Yesterday) is { } yesterday)
        {
            return Period.Days(today.AddDays(yesterday.ValueOf(Lexeme.Yesterday) == "2" ? -2 : -1), 1);
        }

        // "on a Monday" is any of them.
        if (!cursor.NoiseHas(Lexeme.Article) && cursor.TryTake(Lexeme.Weekday) is { } weekday)
        {
            return LastWeekday(weekday.ValueOf(Lexeme.Weekday)!);
        }

        if (cursor.PeekIs(Lexeme.Last) && cursor.PeekIs(1, Lexeme.Holiday))
        {
            cursor.Take();
        }

        if (cursor.TryTake(Lexeme.Holiday) is { } holiday)
        {
            var day = holiday.ValueOf(Lexeme.Holiday)!.Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            return OfYear(holiday, year => Period.Day(year, day[0], day[1]));
        }

        return TryReadMonth() ?? TryReadPart() ?? TryReadRelative() ?? TryReadYear();
    }

    private Period? TryReadYear() =>
        cursor.Peek() is { } term
            && term.Is(Lexeme.Number)
            && Period.IsYear(term.Number)
            && !cursor.PeekIs(1, Lexeme.Unit, Lexeme.Currency, Lexeme.Times)
            ? cursor.PeekIs(1, Lexeme.Part) ? TryReadPart((int)cursor.Take().Number) : Period.Year((int)cursor.Take().Number)
            : null;

    // "10 March 2022", "March 10th, 2022", "March 2022", "March last year", "last March", "March".
    private Period? TryReadMonth()
    {
        int? day = null;
        var start = cursor.Peek();
        if (IsDay(cursor.Peek()) && cursor.PeekIs(1, Lexeme.Month))
        {
            day = (int)cursor.Take().Number;
        }
        else if (cursor.PeekIs(Lexeme.Last, Lexeme.This) && cursor.PeekIs(1, Lexeme.Month))
        {
            cursor.Take();
        }

        if (cursor.TryTake(Lexeme.Month) is not { } name)
        {
            return null;
        }

        var month = int.Parse(name.ValueOf(Lexeme.Month)!, CultureInfo.InvariantCulture);
        if (day is null
            && IsDay(cursor.Peek())
            && !cursor.PeekIs(1, Lexeme.Order, Lexeme.Unit, Lexeme.Currency, Lexeme.Times, Lexeme.GteAfter, Lexeme.Spend, Lexeme.GtAfter,
                Lexeme.LtAfter))
        {
            day = (int)cursor.Take().Number;
        }

        return OfYear(start!, year => day is null ? Period.Months(year, month, 1) : Period.Day(year, month, day.Value));
    }

    // Without its year it is the most recent one that lies in the past.
    private Period? OfYear(Term start, Func<int, Period?> of)
    {
        if (TryReadYearOf() is { } said)
        {
            return of(said);
        }

        for (var year = today.Year; year > today.Year - 9; year--)
        {
            if (of(year) is { } period && period.First <= today)
            {
                Assume(start, period.IsDate ? Written(period.First) : period.First.ToString("MMMM yyyy", CultureInfo.InvariantCulture));
                IsYearAssumed = true;
                return period;
            }
        }

        return null;
    }

    private int? TryReadYearOf() => cursor.Try(ReadYearOf);

    private int? ReadYearOf()
    {
        cursor.TryTake(Lexeme.Comma);
        if (cursor.Peek() is { } term
            && term.Is(Lexeme.Number)
            && Period.IsYear(term.Number)
            && !cursor.PeekIs(1, Lexeme.Unit, Lexeme.Currency, Lexeme.Times))
        {
            return (int)cursor.Take().Number;
        }

        if (cursor.PeekIs(Lexeme.Last, Lexeme.This) && cursor.PeekIs(1, Lexeme.Unit) && cursor.Peek(1)!.ValueOf(Lexeme.Unit) == "1y")
        {
            var isLast = cursor.Take().Is(Lexeme.Last);
            cursor.Take();
            return isLast ? today.Year - 1 : today.Year;
        }

        return null;
    }

    private Period? TryReadPart(int? knownYear = null)
    {
        if (cursor.TryTake(Lexeme.Part) is not { } part)
        {
            return null;
        }

        var name = part.ValueOf(Lexeme.Part)!;
        var number = name[1] - '0';
        var months = name[0] == 'q' ? 3 : 6;
        var first = ((number - 1) * months) + 1;
        if ((knownYear ?? TryReadYearOf()) is { } year)
        {
            return Period.Months(year, first, months);
        }

        var latest = Period.Months(new DateOnly(today.Year, first, 1) <= today ? today.Year : today.Year - 1, first, months);
        Assume(part, Written(latest));
        IsYearAssumed = true;
        return latest;
    }

    // "last month", "this quarter": calendar periods. "last 3 months" is a span and is not read here.
    private Period? TryReadRelative()
    {
        if (!cursor.PeekIs(Lexeme.Last, Lexeme.This))
        {
            return null;
        }

        var back = cursor.PeekIs(Lexeme.Last) ? 1 : 0;
        if (cursor.Peek(1)?.ValueOf(Lexeme.Weekday) is { } weekday)
        {
            cursor.Take();
            cursor.Take();
            return LastWeekday(weekday);
        }

        var period = UnitPeriod(cursor.Peek(1), back);
        if (period is not null)
        {
            var start = cursor.Take();
            cursor.Take();
            Assume(start, back == 1 ? Written(period) : $"what began on {Written(period.First)}");
        }

        return period;
    }

    // "the start of the year".
    private Period? ReadCurrent() => UnitPeriod(cursor.Peek(), back: 0) is { } period && cursor.Take() is not null ? period : null;

    private Period? UnitPeriod(Term? unit, int back)
    {
        return unit?.ValueOf(Lexeme.Unit) switch
        {
            "1d" => Period.Days(today.AddDays(-back), 1),
            "1w" => Period.Days(today.AddDays(-(((int)today.DayOfWeek + 6) % 7) - (7 * back)), 7),
            "1mo" => Months(today.AddMonths(-back), 1),
            "3mo" => Months(today.AddMonths(-((today.Month - 1) % 3) - (3 * back)), 3),
            "1y" => Period.Year(today.Year - back),
            _ => null,
        };

        static Period Months(DateOnly month, int count) => Period.Months(month.Year, month.Month, count);
    }

    private Period LastWeekday(string weekday)
    {
        var back = ((int)today.DayOfWeek - int.Parse(weekday, CultureInfo.InvariantCulture) + 7) % 7;
        return Period.Days(today.AddDays(back == 0 ? -7 : -back), 1);
    }

    private static bool IsDay(Term? term) => term is not null
        && term.IsAny(Lexeme.Number, Lexeme.Ordinal)
        && term.Number is >= 1 and <= 31
        && double.IsInteger(term.Number);

    private void Assume(Term start, string meaning) =>
        cursor.WarnOf(start, $"“{cursor.TextBetween(start, cursor.Previous!)}” is taken for {meaning}.");

    public static string Written(Period period) => period.IsDate
        ? Written(period.First)
        : $"{Written(period.First)} to {Written(period.Last)}";

    private static string Written(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
