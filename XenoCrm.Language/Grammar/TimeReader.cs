using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads phrases of time, from "in the last 30 days" and "more than a year ago" to "since March" and "between 1 May and 10
/// June".</summary>
internal sealed class TimeReader(TermCursor cursor, QuantityReader quantities, RuleTime time)
{
    private readonly PeriodReader periods = new(cursor, time);
    private readonly SpanReader spans = new(cursor);

    /// <param name="bare">A period may stand without a preposition: "joined March 2022".</param>
    /// <returns>Null, and nothing taken, where no phrase of time stands.</returns>
    public TimePhrase? TryRead(bool bare) =>
        cursor.Try<TimePhrase>(ReadToDate)
            ?? cursor.Try(ReadRelation)
            ?? cursor.Try(ReadSpanRange)
            ?? cursor.Try(ReadSpanBounds)
            ?? cursor.Try(ReadDayRange)
            ?? cursor.Try(ReadPeriodRange)
            ?? cursor.Try(ReadLast)
            ?? cursor.Try(ReadSpan)
            ?? cursor.Try(() => ReadPeriod(bare));

    private Within? ReadToDate()
    {
        cursor.TryTake(Lexeme.During);
        return cursor.TryTake(Lexeme.YearToDate) is not null ? Open(Period.Year(time.Today.Year))
            : cursor.TryTake(Lexeme.MonthToDate) is not null ? Open(Period.Months(time.Today.Year, time.Today.Month, 1))
            : null;

        static Within Open(Period period) => new(period, period, IsOpen: true);
    }

    // "since March", "before 2021", "on or after 1 May"; "since 3 months" and "older than 90 days" are spans.
    private TimePhrase? ReadRelation()
    {
        if (cursor.PeekIs(Lexeme.Since, Lexeme.Before) || (cursor.PeekIs(Lexeme.From) && cursor.PeekIs(1, Lexeme.Last)))
        {
            var isBefore = cursor.Take().Is(Lexeme.Before);
            if (!isBefore && cursor.PeekIs(Lexeme.Before, Lexeme.OnOrBefore, Lexeme.After))
            {
                // "with us since before March".
                return cursor.Try(ReadRelation);
            }

            if (cursor.Try(() => ReadLastSpan(hasPreposition: false)) is { } last)
            {
                return isBefore ? null : last;
            }

            if (!isBefore && quantities.PeekComparison() is { } more and (RuleOperator.Gt or RuleOperator.Gte))
            {
                // "no purchase since more than 5 months".
                cursor.Take();
                return spans.TryRead() is { } least ? new Elapsed(more, least.Span) : null;
            }

            if (spans.TryRead() is { } span)
            {
                cursor.TryTake(Lexeme.Ago);
                return isBefore
                    ? new Elapsed(RuleOperator.Gt, span.Span)
                    : span.IsPlus
                    ? new Elapsed(RuleOperator.Gte, span.Span)
                    : new InLast(span.Span);
            }

            return Compare(isBefore ? DateRelation.Before : DateRelation.Since);
        }

        var relation = cursor.PeekIs(Lexeme.After) ? DateRelation.After
            : cursor.PeekIs(Lexeme.OnOrAfter) ? DateRelation.Since
            : cursor.PeekIs(Lexeme.OnOrBefore) ? DateRelation.Until
            : (DateRelation?)null;
        if (relation is null)
        {
            return null;
        }

        cursor.Take();
        return Compare(relation.Value);
    }

    /// <summary>"last order &lt; 2022-03-01", "joined &gt;= 2021": a date compared as a number is.</summary>
    /// <param name="year">A year by itself counts as a date; behind orders it could be a number of them.</param>
    /// <returns>Null, and nothing taken, where no such comparison stands.</returns>
    public TimePhrase? TryReadComparison(bool year) => cursor.Try<TimePhrase>(() =>
    {
        if (quantities.PeekComparison() is not { } comparison
            || (!cursor.PeekIs(1, Lexeme.Date, Lexeme.Month) && !cursor.PeekIs(2, Lexeme.Month) && !year))
        {
            return null;
        }

        cursor.Take();
        return comparison switch
        {
            RuleOperator.Gt => Compare(DateRelation.After),
            RuleOperator.Gte => Compare(DateRelation.Since),
            RuleOperator.Lt => Compare(DateRelation.Before),
            RuleOperator.Lte => Compare(DateRelation.Until),
            RuleOperator.Eq => ReadPeriod(bare: true),
            _ => null,
        };
    });

    /// <summary>"or 2021", "or in March 2022" behind another period.</summary>
    /// <returns>Null, and nothing taken, where no other period stands.</returns>
    public Within? TryReadAlternative() => cursor.Try(() =>
    {
        if (cursor.TryTake(Lexeme.Or) is null)
        {
            return null;
        }

        cursor.TryTake(Lexeme.During, Lexeme.InPlace, Lexeme.OnDate);
        return cursor.PeekIs(Lexeme.Month, Lexeme.Part, Lexeme.Number, Lexeme.Date, Lexeme.Today, Lexeme.Yesterday, Lexeme.This)
            && periods.TryRead() is { } period
            && !cursor.PeekIs(Lexeme.Order, Lexeme.Join, Lexeme.Spend)
                ? new Within(period, period)
                : null;
    });

    private Compared? Compare(DateRelation relation)
    {
        if (periods.TryRead() is not { } period)
        {
            return null;
        }

        cursor.TryTake(Lexeme.SinceAfter);
        return new Compared(relation, period);
    }

    // "between 30 and 60 days ago", "30-60 days".
    private ElapsedBetween? ReadSpanRange()
    {
        cursor.TryTake(Lexeme.ForSpan, Lexeme.During);
        var isBetween = cursor.TryTake(Lexeme.Between, Lexeme.From) is not null;
        if (cursor.TryTake(Lexeme.Number) is not { } low)
        {
            return null;
        }

        var lowUnit = cursor.TryTake(Lexeme.Unit);
        cursor.TryTake(Lexeme.Ago);
        if (!cursor.PeekIs(Lexeme.To)
            && !(isBetween && cursor.PeekIs(Lexeme.And))
            && !(cursor.NoiseHas(Lexeme.Se) && cursor.PeekIs(Lexeme.Number)))
        {
            return null;
        }

        cursor.TryTake(Lexeme.To, Lexeme.And);
        if (spans.TryRead() is not { } high)
        {
            return null;
        }

        cursor.TryTake(Lexeme.LteAfter, Lexeme.BetweenAfter);
        var isAgo = cursor.TryTake(Lexeme.Ago) is not null;
        var near = spans.Convert(low, lowUnit ?? high.Unit);
        return time.Before(near) >= time.Before(high.Span) ? new ElapsedBetween(near, high.Span, isAgo)
            : new ElapsedBetween(high.Span, near, isAgo);
    }

    // "more than 30 but less than 60 days ago": the unit is said once.
    private ElapsedBounds? ReadSpanBounds()
    {
        cursor.TryTake(Lexeme.ForSpan, Lexeme.During);
        if (quantities.PeekComparison() is not { } first
            || cursor.Take() is null
            || cursor.TryTake(Lexeme.Number) is not { } number
            || cursor.TryTake(Lexeme.But, Lexeme.And) is null)
        {
            return null;
        }

        cursor.TryTake(Lexeme.But, Lexeme.And);
        if (quantities.PeekComparison() is not { } second || cursor.Take() is null || spans.TryRead() is not { } span)
        {
            return null;
        }

        var isAgo = cursor.TryTake(Lexeme.Ago) is not null;
        return new ElapsedBounds(new Elapsed(first, spans.Convert(number, span.Unit)), new Elapsed(second, span.Span), isAgo);
    }

    // "between 5 and 10 March 2022": the month is said once.
    private Within? ReadDayRange()
    {
        cursor.TryTake(Lexeme.During, Lexeme.OnDate);
        cursor.TryTake(Lexeme.Between, Lexeme.From);
        if (cursor.TryTake(Lexeme.Number, Lexeme.Ordinal) is not { } day
            || cursor.TryTake(Lexeme.To, Lexeme.And) is null
            || !cursor.PeekIs(1, Lexeme.Month)
            || periods.TryRead() is not { IsDate: true } to)
        {
            return null;
        }

        return Period.Day(to.First.Year, to.First.Month, (int)day.Number) is { } from && from.First <= to.First ? new Within(from, to)
            : null;
    }

    // "between 1 March and 10 April", "from January to March 2022", "2020 se 2021 tak".
    private TimePhrase? ReadPeriodRange()
    {
        cursor.TryTake(Lexeme.During);
        var opener = cursor.TryTake(Lexeme.Between, Lexeme.From);
        var first = cursor.Position;
        if (periods.TryRead() is not { } from)
        {
            return null;
        }

        var isFromAssumed = periods.IsYearAssumed;
        var isJoined = cursor.PeekIs(Lexeme.To) || (opener is not null && cursor.PeekIs(Lexeme.And)) || cursor.NoiseHas(Lexeme.Se);
        var start = cursor.Position;
        if (!isJoined || cursor.Try(ReadEnd) is not { } to)
        {
            var isSince = cursor.TryTake(Lexeme.SinceAfter) is not null;
            if (opener is null || !opener.Is(Lexeme.From))
            {
                return null;
            }

            // "from March" and "from 2021" is since then; a quarter is rather whose orders they are.
            if (from.IsQuarterOrHalf && !isSince)
            {
                cursor.Warn(
                    $"“{cursor.TextBetween(first, start)}” is read as within it: {PeriodReader.Written(from)}. "
                    + "Say “since” for all that came after.");
                return new Within(from, from);
            }

            return new Compared(DateRelation.Since, from);
        }

        cursor.TryTake(Lexeme.LteAfter, Lexeme.BetweenAfter);

        if (isFromAssumed || periods.IsYearAssumed)
        {
            cursor.Unsay(first);
        }

        return WithYears(from, isFromAssumed, to, periods.IsYearAssumed, first);

        Period? ReadEnd()
        {
            cursor.TryTake(Lexeme.To, Lexeme.And);
            return periods.TryRead();
        }
    }

    // "October to January 2022", "from October 2021 to January": a year that is said once is said for both, one before or after the other.
    private Within WithYears(Period from, bool isFromAssumed, Period to, bool isToAssumed, int first)
    {
        if (isFromAssumed && !isToAssumed)
        {
            from = from.MoveYears(to.First.Year - from.First.Year);
        }
        else if (isToAssumed && !isFromAssumed)
        {
            to = to.MoveYears(from.First.Year - to.First.Year);
            to = to.First < from.First ? to.MoveYears(1) : to;
        }

        from = from.First > to.First && isFromAssumed ? from.MoveYears(-1) : from;
        if (from.First > to.First)
        {
            throw Refusals.Backwards(cursor.TextBetween(first, cursor.Position));
        }

        if (isFromAssumed && isToAssumed)
        {
            cursor.Warn(
                $"“{cursor.TextBetween(first, cursor.Position)}” is taken for {PeriodReader.Written(new Period(from.First, to.Last))}.");
        }

        return new Within(from, to);
    }

    private InLast? ReadLast()
    {
        var preposition = cursor.TryTake(Lexeme.During, Lexeme.InPlace, Lexeme.ForSpan, Lexeme.OnDate);

        // "in last month" is a span, as "in the last month" is; "last month" and "during last month" are the calendar's.
        var isSpan = preposition is not null && (cursor.NoiseHas(Lexeme.Article) || cursor.WordOf(preposition) != "during");
        return ReadLastSpan(isSpan);
    }

    private InLast? ReadLastSpan(bool hasPreposition)
    {
        var hasArticle = cursor.NoiseHas(Lexeme.Article);
        if (cursor.TryTake(Lexeme.Last) is not { } last)
        {
            return null;
        }

        if (spans.TryRead() is { } span)
        {
            cursor.TryTake(Lexeme.LteAfter);
            return new InLast(span.Span);
        }

        var isPast = cursor.WordOf(last) is "past" or "pst" or "previous" or "prior" or "preceding";
        if (cursor.WordOf(last) is not ("past" or "pst") && cursor.Peek()?.ValueOf(Lexeme.Unit) == "3mo")
        {
            // A quarter is the calendar's, "in the last quarter" too.
            return null;
        }

        return (hasPreposition || hasArticle || isPast)
            && cursor.TryTake(Lexeme.Unit) is { } unit ? new InLast(spans.Convert(1, unit)) : null;
    }

    private TimePhrase? ReadSpan()
    {
        var preposition = quantities.PeekComparison() is null ? cursor.TryTake(Lexeme.ForSpan, Lexeme.During, Lexeme.InPlace) : null;
        var kind = preposition is null ? LastingKind.Bare : preposition.Is(Lexeme.ForSpan) ? LastingKind.For : LastingKind.Within;
        var comparison = quantities.PeekComparison();
        if (comparison is not null)
        {
            cursor.Take();
        }

        if (spans.TryRead() is not { } span)
        {
            return null;
        }

        if (span.IsPlus)
        {
            comparison = RuleOperator.Gte;
        }

        // "90 days or more", "3 mahine se zyada", "60 days ago or earlier".
        comparison ??= quantities.TryReadComparisonAfter();
        var isAgo = cursor.TryTake(Lexeme.Ago) is not null;
        if (cursor.TryTake(Lexeme.BeforeAfter) is not null)
        {
            comparison ??= isAgo ? RuleOperator.Gte : RuleOperator.Gt;
        }

        comparison ??= isAgo ? quantities.TryReadComparisonAfter() ?? RuleOperator.Eq : null;
        kind = kind == LastingKind.Bare && IsHindiIn() ? LastingKind.Within : kind;
        return comparison is null ? new Lasting(span.Span, kind) : new Elapsed(comparison.Value, span.Span);
    }

    private TimePhrase? ReadPeriod(bool bare)
    {
        var hasPreposition = cursor.TryTake(Lexeme.During, Lexeme.InPlace, Lexeme.OnDate) is not null;
        var isThis = cursor.PeekIs(Lexeme.This);
        if (periods.TryRead() is not { } period)
        {
            return null;
        }

        var relation = cursor.TryTake(Lexeme.BeforeAfter) is { } before
            ? (cursor.WordOf(before) == "or" ? DateRelation.Until : DateRelation.Before)
            : cursor.TryTake(Lexeme.AfterAfter) is not null ? DateRelation.After
            : cursor.TryTake(Lexeme.SinceAfter) is not null || cursor.NoiseHas(Lexeme.Se) ? DateRelation.Since
            : (DateRelation?)null;
        if (relation is not null)
        {
            return new Compared(relation.Value, period);
        }

        return hasPreposition || bare || IsHindiIn() ? new Within(period, period, isThis && period.Last >= time.Today) : null;
    }

    // "2021 mein", "30 din me": the Hindi "in" stands behind.
    private bool IsHindiIn() => cursor.Adjacent() is { } behind
        && cursor.TextOf(behind).ToLowerInvariant() is "mein" or "mei" or "me" or "ke andar";
}
