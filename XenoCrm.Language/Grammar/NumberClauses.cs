using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions on spend, number of orders, average order and days since the last one: "spent over 5000", "5+ orders", "AOV between
/// 50 and 80".</summary>
internal sealed class NumberClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, EventClauses events,
    ItemClauses items)
{
    // Nobody has ordered as often: it is an amount.
    private const double MostOrders = 10_000;

    private readonly NumberHeads heads = new(cursor, quantities);
    private readonly LimitReader limits = new(cursor, quantities);

    /// <returns>Null, and nothing taken, where no such condition stands. Orders that are not counted are an event's.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (cursor.Try(ReadQuantity) is { } quantity)
        {
            return ReadNumberFirst(quantity, negated, start);
        }

        if (limits.TryRead() is { } limit)
        {
            return Finish(limit.Field, limit.Quantity, negated, reversed: false, limit.Text);
        }

        if (cursor.TryTake(Lexeme.Average) is { } average)
        {
            return ReadAverage(average, negated);
        }

        if (heads.Peek() is not { } field)
        {
            return null;
        }

        var head = cursor.Take();
        return ReadFieldFirst(field, head, negated);

        Quantity? ReadQuantity() =>
            quantities.TryRead() is { } quantity
            && !(quantity.IsBare && (quantities.PeekComparison() is not null || cursor.PeekIs(Lexeme.Contains, Lexeme.StartsWith)))
                ? quantity
                : null;
    }

    // "average more than 50 per order": of what the average is has to be said.
    private Rule ReadAverage(Term average, bool negated) =>
        quantities.TryRead() is { } quantity
            && (heads.TryTakePerOrder() || quantity.IsMoney || context.Number == FieldCatalog.AverageOrderValue)
            ? Finish(FieldCatalog.AverageOrderValue, quantity, negated, reversed: false, cursor.TextOf(average))
            : throw Complaints.Instead(cursor, Refusals.Misplaced(cursor.TextOf(average)));

    // "spent more than 5000", "total spend is not above 200", "spent nothing".
    private Rule ReadFieldFirst(Field field, Term head, bool negated)
    {
        if (cursor.Try(ReadNumber) is { } rule)
        {
            return rule;
        }

        if (field == FieldCatalog.TotalSpend && (negated || cursor.TryTake(Lexeme.NotAfter) is not null))
        {
            var nothing = new Quantity([(RuleOperator.Eq, 0)], IsMoney: false, IsTimes: false);
            return Finish(field, nothing, negated: false, reversed: false, cursor.TextOf(head));
        }

        throw Complaints.Instead(cursor, Refusals.NoNumber(cursor.TextOf(head)));

        Rule? ReadNumber()
        {
            cursor.TryTake(Lexeme.ForSpan, Lexeme.InPlace, Lexeme.OnDate);
            if (cursor.PeekIs(Lexeme.PerOrder))
            {
                cursor.Take();
                field = FieldCatalog.AverageOrderValue;
            }

            while (field == FieldCatalog.TotalSpend && cursor.PeekIs(Lexeme.Spend))
            {
                // "generated revenue of more than 500".
                cursor.Take();
            }

            if (field == FieldCatalog.DaysSinceLastOrder && quantities.TryReadDays() is { } days)
            {
                return Finish(field, days, negated, reversed: false, cursor.TextOf(head));
            }

            var reversed = cursor.PeekIs(Lexeme.Not)
                && (quantities.PeekComparison(1) is not null
                    || cursor.PeekIs(1, Lexeme.Number, Lexeme.Currency, Lexeme.Between, Lexeme.From));
            if (reversed)
            {
                cursor.Take();
            }

            var isExact = cursor.PeekIs(Lexeme.Eq);
            if (quantities.TryRead() is { } quantity)
            {
                quantity = quantities.WithComparisonAfter(quantity);
                if (negated && !reversed && !isExact && quantity.IsBare && field == FieldCatalog.TotalSpend)
                {
                    (quantity, negated) = (Short(quantity), false);
                }

                return Finish(field, quantity, negated, reversed, cursor.TextOf(head));
            }

            return null;
        }
    }

    private static bool IsTotal(string word) => word is "total" or "cumulative" or "lifetime" or "combined";

    // "haven't spent 500", "have yet to order 5 times": they are short of it.
    private static Quantity Short(Quantity quantity) => quantity with { Bounds = [(RuleOperator.Lt, quantity.Bounds[0].Number)] };

    // "over 8 orders", "more than 5 but fewer than 10 visits", "less than 5000" after "spent over 1000".
    private Rule? ReadNumberFirst(Quantity quantity, bool negated, int start)
    {
        var numberEnd = cursor.Position;
        var isOfCustomers = !quantity.IsTimes && cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone);
        if (heads.TryTakeBehind(quantity) is { } field)
        {
            quantity = quantities.WithComparisonAfter(quantity);
            return Finish(field, quantity, negated, reversed: false, cursor.TextBetween(start, cursor.Position));
        }

        if (quantity.IsTimes && cursor.NoiseHas(Lexeme.Subject) && (cursor.AtEnd || context.Number is null))
        {
            // "two-time buyers", "3 times customers".
            return Finish(FieldCatalog.OrderCount, quantity, negated, reversed: false, cursor.TextBetween(start, numberEnd));
        }

        if (!CompletesRange(quantity, start) && cursor.Try(() => ReadSecondBound(quantity, negated)) is { } both)
        {
            return both;
        }

        var text = cursor.TextBetween(start, numberEnd);
        if (!quantity.IsBare && quantity.IsMoney && context.Number is null)
        {
            cursor.Warn($"“{text}” is taken for the total spend.");
            return Finish(FieldCatalog.TotalSpend, quantity, negated, reversed: false, text);
        }

        var said = cursor.NoiseBefore(start)
            .Concat(cursor.Terms.Skip(start).TakeWhile(term => term.IsNoise))
            .Select(cursor.WordOf)
            .ToArray();
        if (said.Contains("total") && !said.Contains("of"))
        {
            // "bought 5 times, but the total is below 20,000".
            return Finish(FieldCatalog.TotalSpend, quantity, negated, reversed: false, text);
        }

        var before = cursor.Terms.Take(start).LastOrDefault(term => !term.IsNoise);
        if (before is not null && before.Is(Lexeme.Order) && !quantity.IsTimes)
        {
            // "at least one order over 500".
            throw Refusals.SingleOrders(cursor.TextOf(before));
        }

        // "spent over 2 500": two numbers side by side are none.
        var isJoined = before is null || !before.IsAny(Lexeme.Number, Lexeme.Currency) || before.IsAny(Lexeme.And, Lexeme.But);
        return isJoined
            && context.Number is { } known
            && !isOfCustomers
                ? Finish(known, quantity, negated, reversed: false, text)
                : throw Complaints.Instead(cursor, Refusals.NumberOfWhat(text));
    }

    // "AOV at least 60 and at most 90, min 4 orders": the second limit is the other end of the first, and none of the orders'.
    private bool CompletesRange(Quantity quantity, int start)
    {
        var before = cursor.Terms.Take(start).Where(term => !term.IsNoise).TakeLast(2).ToArray();
        return before is [var number, var joint]
            && number.IsAny(Lexeme.Number, Lexeme.Currency)
            && joint.IsAny(Lexeme.And, Lexeme.But)
            && cursor.PeekIs(Lexeme.Comma, Lexeme.And)
            && (context.Limit, quantity.Bounds) is
                (RuleOperator.Gt or RuleOperator.Gte, [(RuleOperator.Lt or RuleOperator.Lte, _)])
                or (RuleOperator.Lt or RuleOperator.Lte, [(RuleOperator.Gt or RuleOperator.Gte, _)]);
    }

    private Rule? ReadSecondBound(Quantity first, bool negated)
    {
        if (cursor.TryTake(Lexeme.But, Lexeme.And, Lexeme.Comma) is null)
        {
            return null;
        }

        cursor.TryTake(Lexeme.And, Lexeme.But);
        return !first.IsBare
            && first.OneOf.Count == 0
            && quantities.TryRead() is { OneOf.Count: 0, IsBare: false } second
            && heads.TryTakeBehind(second) is { } field
            ? Finish(field, first with { Bounds = [.. first.Bounds, .. second.Bounds] }, negated, reversed: false, "")
            : null;
    }

    private Rule Finish(Field field, Quantity quantity, bool negated, bool reversed, string text)
    {
        if ((field == FieldCatalog.TotalSpend || field == FieldCatalog.AverageOrderValue) && heads.TryTakePerOrder())
        {
            field = FieldCatalog.AverageOrderValue;
        }

        if (field == FieldCatalog.TotalSpend)
        {
            // "generated less than 480 in revenue".
            cursor.Try(() => cursor.TryTake(Lexeme.InPlace) is not null && cursor.TryTake(Lexeme.Spend) is not null);
        }

        if (field == FieldCatalog.OrderCount && quantity.Bounds.Any(bound => bound.Number >= MostOrders))
        {
            // "purchases above 50,000" are no number of them.
            throw Refusals.NumberOfWhat(text);
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        context.Number = field;
        context.Limit = quantity.Bounds is [var (limit, _)] ? limit : null;
        context.IsSingleOrder = field == FieldCatalog.OrderCount && !negated && quantity.Bounds is [(RuleOperator.Eq, 1)];
        if (negated && field == FieldCatalog.OrderCount && quantity.Bounds is [(RuleOperator.Eq, 1)])
        {
            // "not a single order".
            quantity = quantity with { Bounds = [(RuleOperator.Gte, 1)] };
        }

        var item = field == FieldCatalog.TotalSpend ? items.TryReadSpentOn() : null;
        if (events.TryReadPeriodOfTotal(field, quantity, negated, text) is { } recent)
        {
            item ??= field == FieldCatalog.TotalSpend ? items.TryReadSpentOn() : null;
            recent = item is null ? recent : SpentOn(item, recent);
            return reversed && recent is not FieldTest ? throw Complaints.Instead(cursor, Refusals.Misplaced(text)) : recent;
        }

        if (field == FieldCatalog.TotalSpend && item is null && context.Item is { } bought && text is "paid" or "pay" or "pays")
        {
            throw Refusals.TwoWays(text, $"for “{bought}”", "in total");
        }

        var rule = quantity.Of(field);
        rule = reversed ? Rules.Reverse(rule) : rule;
        rule = item is null ? rule : SpentOn(item, rule);
        return negated ? Rules.Negate(rule) : rule;
    }

    private Rule SpentOn(Item item, Rule rule)
    {
        context.Number = null;
        context.Item = item.Text;
        items.RefuseMoreOf(item.Text);
        return ItemClauses.With(item, rule);
    }

    /// <summary>"ordered more than 5 times": the count of an event, or null where none is counted.</summary>
    public Rule? TryReadCount(bool negated, Term head) => cursor.Try(() => ReadCount(negated, head));

    private Rule? ReadCount(bool negated, Term head)
    {
        var isBrought = cursor.TextOf(head).Equals("brought", StringComparison.OrdinalIgnoreCase);
        var isTotal = cursor.Adjacent() is { } adjacent
            && cursor.TextOf(adjacent).ToLowerInvariant() is "total" or "totals"
            && quantities.PeekComparison() is not null;
        var isSum = cursor.TryTake(Lexeme.ForSpan, Lexeme.InPlace, Lexeme.OnDate) is { } preposition && preposition.Is(Lexeme.ForSpan);
        var reversed = cursor.PeekIs(Lexeme.Not)
            && (quantities.PeekComparison(1) is not null || cursor.PeekIs(1, Lexeme.Number, Lexeme.Between, Lexeme.From));
        if (reversed)
        {
            cursor.Take();
        }

        var isExact = cursor.PeekIs(Lexeme.Eq);
        if (quantities.TryRead() is not { } quantity)
        {
            return null;
        }

        // "bought for over 5000", "total purchases above ₹500": their sum. "Orders over ₹500" are single ones.
        var isAmount = quantity.Bounds.Any(bound => bound.Number >= MostOrders)
            && cursor.TextOf(head).Contains("purchase", StringComparison.OrdinalIgnoreCase);
        isSum = ((isSum || isTotal || isBrought || isAmount) && !quantity.IsTimes) || (quantity.IsMoney && IsTotal(cursor.WordOf(head)));
        var isSingle = !quantity.IsTimes && cursor.TextOf(head).StartsWith('a') && cursor.WordOf(head) is "a" or "an";
        if ((quantity.IsMoney && !isSum) || isSingle)
        {
            throw Refusals.SingleOrders(cursor.TextOf(head));
        }

        quantity = quantities.WithComparisonAfter(quantity);
        if (negated && !reversed && !isExact && quantity.IsBare && (isSum || quantity.IsTimes))
        {
            (quantity, negated) = (Short(quantity), false);
        }

        return Finish(isSum ? FieldCatalog.TotalSpend : FieldCatalog.OrderCount, quantity, negated, reversed, cursor.TextOf(head));
    }
}
