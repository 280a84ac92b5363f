using System.Globalization;
using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Reads quantities: the comparison before the number ("at least 5"), behind it ("5 or more", "5 se zyada", "5+"), or on
/// both sides of a range, with or without a currency.
/// </summary>
internal sealed class QuantityReader(TermCursor cursor)
{
    private static readonly Dictionary<Lexeme, RuleOperator> Comparisons = new()
    {
        [Lexeme.Gt] = RuleOperator.Gt,
        [Lexeme.Gte] = RuleOperator.Gte,
        [Lexeme.Lt] = RuleOperator.Lt,
        [Lexeme.Lte] = RuleOperator.Lte,
        [Lexeme.Eq] = RuleOperator.Eq,
        [Lexeme.Ne] = RuleOperator.Ne,
    };

    private static readonly Dictionary<Lexeme, RuleOperator> ComparisonsAfter = new()
    {
        [Lexeme.GtAfter] = RuleOperator.Gt,
        [Lexeme.LtAfter] = RuleOperator.Lt,
        [Lexeme.GteAfter] = RuleOperator.Gte,
        [Lexeme.LteAfter] = RuleOperator.Lte,
    };

    /// <returns>Null, and nothing taken, where no quantity stands; a span of time is none.</returns>
    public Quantity? TryRead() =>
        cursor.Try(() => TryReadRangeOrComparison() is { } quantity && !cursor.PeekIs(Lexeme.Unit) ? quantity : null);

    /// <summary>"over 30 days", "30 to 60 days": a number of days as such.</summary>
    /// <returns>Null, and nothing taken, where none stands.</returns>
    public Quantity? TryReadDays() => cursor.Try(() =>
        TryReadRangeOrComparison() is { } quantity && cursor.Peek()?.ValueOf(Lexeme.Unit) == "1d" && cursor.Take() is not null
            ? WithComparisonAfter(quantity)
            : null);

    private Quantity? TryReadRangeOrComparison() => cursor.Try(ReadRange) ?? ReadComparison();

    /// <summary>The comparison at the place: "more than", "&gt;=".</summary>
    public RuleOperator? PeekComparison(int ahead = 0)
    {
        foreach (var (lexeme, comparison) in Comparisons)
        {
            if (cursor.PeekIs(ahead, lexeme))
            {
                return comparison;
            }
        }

        return null;
    }

    /// <summary>"or more", "and above", "se zyada", "max" behind a number that has no comparison yet.</summary>
    public RuleOperator? TryReadComparisonAfter()
    {
        foreach (var (lexeme, comparison) in ComparisonsAfter)
        {
            // Before a number it belongs to that one: "3 orders, minimum 500 spent".
            if (cursor.PeekIs(lexeme) && !(cursor.PeekIs(Lexeme.Gte, Lexeme.Lte, Lexeme.And) && IsNumberAhead(1)))
            {
                cursor.Take();
                return comparison;
            }
        }

        if (cursor.PeekIs(Lexeme.Or, Lexeme.And) && !IsNumberAhead(2))
        {
            var comparison = cursor.PeekIs(1, Lexeme.More, Lexeme.Gt) ? RuleOperator.Gte
                : cursor.PeekIs(1, Lexeme.Less, Lexeme.Lt) ? RuleOperator.Lte
                : (RuleOperator?)null;
            if (comparison is not null)
            {
                cursor.Take();
                cursor.Take();
            }

            return comparison;
        }

        return null;
    }

    /// <summary>Adds a comparison that stands behind the unit: "3 orders or more".</summary>
    public Quantity WithComparisonAfter(Quantity quantity)
    {
        if (quantity.Bounds.Count == 2)
        {
            // "3 se 7 orders ke beech".
            cursor.TryTake(Lexeme.BetweenAfter);
        }

        if (quantity.IsBare && cursor.TryTake(Lexeme.Eq) is not null)
        {
            // "5 orders exactly".
            return quantity;
        }

        if (quantity.IsBare && TryReadComparisonAfter() is { } comparison)
        {
            return quantity with { Bounds = [(comparison, quantity.Bounds[0].Number)] };
        }

        return quantity;
    }

    private bool IsNumberAhead(int ahead) => cursor.PeekIs(ahead, Lexeme.Number)
        || (cursor.PeekIs(ahead, Lexeme.Currency) && cursor.PeekIs(ahead + 1, Lexeme.Number));

    private Quantity? ReadRange()
    {
        var opener = cursor.TryTake(Lexeme.Between) ?? cursor.TryTake(Lexeme.From);
        if (TryReadNumber() is not { } low)
        {
            return null;
        }

        // "1000 se 5000 tak": the Hindi "from" stands behind its number and is noise elsewhere.
        var isSe = cursor.NoiseHas(Lexeme.Se) && cursor.PeekIs(Lexeme.Number, Lexeme.Currency);
        var isAnd = cursor.PeekIs(Lexeme.And) && IsNumberAhead(1) && (opener is not null || IsBetweenAfter());
        var isUpTo = opener is not null
            && opener.Is(Lexeme.From)
            && cursor.PeekIs(Lexeme.Lte, Lexeme.Lt)
            && IsNumberAhead(1)
            && cursor.TextOf(cursor.Peek()!).StartsWith("up", StringComparison.OrdinalIgnoreCase);
        var isUnder = (cursor.PeekIs(Lexeme.To) || (opener is not null && cursor.PeekIs(Lexeme.And)))
            && cursor.PeekIs(1, Lexeme.Lt)
            && IsNumberAhead(2);
        if (!isSe && !isAnd && !isUpTo && !isUnder && !(cursor.PeekIs(Lexeme.To) && IsNumberAhead(1)))
        {
            return null;
        }

        // "from 500 up to but not including 1000", "500 to under 1000".
        var isBelow = !isSe && cursor.Take().Is(Lexeme.Lt) | cursor.TryTake(Lexeme.Lt) is not null;

        if (TryReadNumber() is not { } high)
        {
            return null;
        }

        cursor.TryTake(Lexeme.BetweenAfter);
        if (isSe)
        {
            cursor.TryTake(Lexeme.LteAfter);
        }

        var isTimes = cursor.TryTake(Lexeme.Times) is not null;

        // "5 to 10 thousand" scales both.
        var from = low.Scale == 1 && high.Scale > 1 && low.Value < high.Value / high.Scale ? low.Value * high.Scale : low.Value;
        return new Quantity(
            [(RuleOperator.Gte, from), (isBelow ? RuleOperator.Lt : RuleOperator.Lte, high.Value)], low.IsMoney || high.IsMoney, isTimes);
    }

    // "1000 aur 5000 ke beech": only what follows tells that it is a range.
    private bool IsBetweenAfter()
    {
        var ahead = cursor.PeekIs(1, Lexeme.Currency) ? 3 : 2;
        return cursor.PeekIs(ahead, Lexeme.BetweenAfter)
            || (cursor.PeekIs(ahead, Lexeme.Currency) && cursor.PeekIs(ahead + 1, Lexeme.BetweenAfter));
    }

    private Quantity? ReadComparison()
    {
        var comparison = PeekComparison();
        if (comparison is not null)
        {
            cursor.Take();
        }

        if (TryReadNumber() is not { } number)
        {
            return null;
        }

        comparison ??= TryReadComparisonAfter();
        var isMoney = number.IsMoney | cursor.TryTake(Lexeme.Currency) is not null;
        var isTimes = cursor.TryTake(Lexeme.Times) is not null;
        comparison ??= TryReadComparisonAfter();
        if ((comparison is null or RuleOperator.Eq or RuleOperator.Ne) && IsNumberList(number.Value))
        {
            var numbers = new List<double> { number.Value };
            while (cursor.TryTake(Lexeme.Comma, Lexeme.Or) is { } joint)
            {
                cursor.TryTake(Lexeme.Or);
                var other = TryReadNumber()!.Value;
                isMoney |= other.IsMoney;
                numbers.Add(other.Value);
                if (joint.Is(Lexeme.Or))
                {
                    break;
                }
            }

            isTimes |= cursor.TryTake(Lexeme.Times) is not null;
            return new Quantity([], isMoney, isTimes) { OneOf = numbers, IsNoneOf = comparison == RuleOperator.Ne };
        }

        return new Quantity([(comparison ?? RuleOperator.Eq, number.Value)], isMoney, isTimes);
    }

    // "3 or 4", "3, 4 or 5", each larger than the one before; the last one has no comparison behind it.
    private bool IsNumberList(double last)
    {
        var ahead = 0;
        while (cursor.PeekIs(ahead, Lexeme.Comma) && cursor.PeekIs(ahead + 1, Lexeme.Number) && cursor.Peek(ahead + 1)!.Number > last)
        {
            last = cursor.Peek(ahead + 1)!.Number;
            ahead += 2;
        }

        ahead += ahead > 0 && cursor.PeekIs(ahead, Lexeme.Comma) ? 1 : 0;
        return cursor.PeekIs(ahead, Lexeme.Or) && cursor.PeekIs(ahead + 1, Lexeme.Number) && cursor.Peek(ahead + 1)!.Number > last
            && !cursor.PeekIs(ahead + 2, Lexeme.GteAfter, Lexeme.GtAfter, Lexeme.LtAfter);
    }

    private (double Value, double Scale, bool IsMoney)? TryReadNumber()
    {
        var isMoney = cursor.PeekIs(Lexeme.Currency) && cursor.PeekIs(1, Lexeme.Number);
        if (isMoney)
        {
            cursor.Take();
        }

        if (cursor.TryTake(Lexeme.Number) is not { } number)
        {
            return null;
        }

        if (cursor.TokenAt(number.FirstToken) is { IsDoubtful: true })
        {
            cursor.WarnOf(number,
                $"“{cursor.TextOf(number)}” is read as {number.Number.ToString("#,0.####", CultureInfo.InvariantCulture)}.");
        }

        isMoney |= cursor.TryTake(Lexeme.Currency) is not null;
        if (isMoney)
        {
            cursor.WarnOf(number, GrammarEngine.CurrencyPassedOver);
        }

        return (number.Number, number.Scale, isMoney);
    }
}
