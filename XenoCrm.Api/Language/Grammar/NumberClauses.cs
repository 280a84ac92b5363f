using XenoCrm.Api.Language.Meaning;
using XenoCrm.Api.Language.Words;
using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Conditions on spend, number of orders, average order and days since the last one: "spent over 5000", "5+ orders", "AOV between 50 and 80".</summary>
internal sealed class NumberClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, EventClauses events)
{
    private static readonly (Lexeme Lexeme, Field Field)[] Heads =
    [
        (Lexeme.AverageOrder, FieldCatalog.AverageOrderValue),
        (Lexeme.DaysSince, FieldCatalog.DaysSinceLastOrder),
        (Lexeme.Spend, FieldCatalog.TotalSpend),
    ];

    /// <returns>Null, and nothing taken, where no such condition stands. Orders that are not counted are an event's.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (quantities.TryRead() is { } quantity)
        {
            return ReadNumberFirst(quantity, negated, start);
        }

        if (PeekHead() is not { } field)
        {
            return null;
        }

        var head = cursor.Take();
        return ReadFieldFirst(field, head, negated);
    }

    // "spent more than 5000", "total spend is not above 200", "spent nothing".
    private Rule ReadFieldFirst(Field field, Term head, bool negated)
    {
        var start = cursor.Position;
        cursor.TryTake(Lexeme.InPlace, Lexeme.ForSpan);
        if (cursor.PeekIs(Lexeme.PerOrder))
        {
            cursor.Take();
            field = FieldCatalog.AverageOrderValue;
        }

        var reversed = cursor.PeekIs(Lexeme.Not) && (quantities.PeekComparison(1) is not null || cursor.PeekIs(1, Lexeme.Number, Lexeme.Currency));
        if (reversed)
        {
            cursor.Take();
        }

        if (quantities.TryRead() is { } quantity)
        {
            quantity = quantities.WithComparisonAfter(quantity);
            return Finish(field, quantity, negated, reversed, cursor.TextOf(head));
        }

        cursor.Position = start;
        if (field == FieldCatalog.TotalSpend && (negated || cursor.TryTake(Lexeme.NotAfter) is not null))
        {
            return Rules.Test(field, RuleOperator.Eq, 0);
        }

        throw Complaints.Instead(cursor, Refusals.NoNumber(cursor.TextOf(head)));
    }

    // "over 8 orders", "more than 5 but fewer than 10 visits", "less than 5000" after "spent over 1000".
    private Rule? ReadNumberFirst(Quantity quantity, bool negated, int start)
    {
        var numberEnd = cursor.Position;
        var isOfCustomers = !quantity.IsTimes && cursor.NoiseHas(Lexeme.Subject, Lexeme.Everyone);
        if (ReadHead(quantity) is { } field)
        {
            quantity = quantities.WithComparisonAfter(quantity);
            return Finish(field, quantity, negated, reversed: false, cursor.TextBetween(start, cursor.Position));
        }

        if (TryReadSecondBound(quantity, negated) is { } both)
        {
            return both;
        }

        cursor.Position = numberEnd;
        var text = cursor.TextBetween(start, numberEnd);
        if (quantity.IsMoney && context.Number is null)
        {
            cursor.Warn($"“{text}” is taken for the total spend.");
            return Finish(FieldCatalog.TotalSpend, quantity, negated, reversed: false, text);
        }

        return context.Number is { } known && !isOfCustomers ? Finish(known, quantity, negated, reversed: false, text) : throw Complaints.Instead(cursor, Refusals.NumberOfWhat(text));
    }

    private Rule? TryReadSecondBound(Quantity first, bool negated)
    {
        if (cursor.TryTake(Lexeme.But, Lexeme.And, Lexeme.Comma) is null)
        {
            return null;
        }

        cursor.TryTake(Lexeme.And, Lexeme.But);
        return quantities.TryRead() is { } second && ReadHead(second) is { } field
            ? Finish(field, first with { Bounds = [.. first.Bounds, .. second.Bounds] }, negated, reversed: false, "")
            : null;
    }

    private Field? PeekHead()
    {
        foreach (var (lexeme, field) in Heads)
        {
            if (cursor.PeekIs(lexeme))
            {
                return field;
            }
        }

        return null;
    }

    // What stands behind a number: "5 orders", "5000 in total spend", "500 per order".
    private Field? ReadHead(Quantity quantity)
    {
        var start = cursor.Position;
        cursor.TryTake(Lexeme.InPlace, Lexeme.ForSpan, Lexeme.From);
        if (PeekHead() is { } field)
        {
            cursor.Take();
            return field == FieldCatalog.TotalSpend && cursor.TryTake(Lexeme.PerOrder) is not null ? FieldCatalog.AverageOrderValue : field;
        }

        if (cursor.PeekIs(Lexeme.Order) && !quantity.IsMoney)
        {
            cursor.Take();
            TakeSameOrders();
            return FieldCatalog.OrderCount;
        }

        if (cursor.PeekIs(Lexeme.Order) && quantity.IsMoney)
        {
            throw Refusals.SingleOrders(cursor.TextOf(cursor.Peek()!));
        }

        if (cursor.TryTake(Lexeme.PerOrder) is not null)
        {
            cursor.TryTake(Lexeme.Spend);
            return FieldCatalog.AverageOrderValue;
        }

        cursor.Position = start;
        return null;
    }

    // "5 orders or visits" counts one thing.
    private void TakeSameOrders()
    {
        while (cursor.PeekIs(Lexeme.Or, Lexeme.And) && cursor.PeekIs(1, Lexeme.Order) && !cursor.PeekIs(2, Lexeme.Number) && quantities.PeekComparison(2) is null)
        {
            cursor.Take();
            cursor.Take();
        }
    }

    private Rule Finish(Field field, Quantity quantity, bool negated, bool reversed, string text)
    {
        if ((field == FieldCatalog.TotalSpend || field == FieldCatalog.AverageOrderValue) && cursor.TryTake(Lexeme.PerOrder) is not null)
        {
            field = FieldCatalog.AverageOrderValue;
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        context.Number = field;
        if (field == FieldCatalog.OrderCount)
        {
            // "… but not in the last 60 days" means their orders.
            context.Date ??= FieldCatalog.LastOrderAt;
        }

        if (events.TryReadPeriodOfTotal(field, quantity, negated, text) is { } recent)
        {
            return recent;
        }

        var rule = quantity.Of(field);
        rule = reversed ? Rules.Reverse(rule) : rule;
        return negated ? Rules.Negate(rule) : rule;
    }

    /// <summary>"ordered more than 5 times": the count of an event, or null where none is counted.</summary>
    public Rule? TryReadCount(bool negated, Term head)
    {
        var start = cursor.Position;
        cursor.TryTake(Lexeme.ForSpan, Lexeme.InPlace, Lexeme.OnDate);
        var reversed = cursor.PeekIs(Lexeme.Not) && (quantities.PeekComparison(1) is not null || cursor.PeekIs(1, Lexeme.Number));
        if (reversed)
        {
            cursor.Take();
        }

        if (quantities.TryRead() is not { } quantity)
        {
            cursor.Position = start;
            return null;
        }

        if (quantity.IsMoney)
        {
            throw Refusals.SingleOrders(cursor.TextOf(head));
        }

        return Finish(FieldCatalog.OrderCount, quantities.WithComparisonAfter(quantity), negated, reversed, cursor.TextOf(head));
    }
}
