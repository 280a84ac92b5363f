using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions that begin with an order: when it was ("ordered in the last 30 days"), how many there are ("ordered at least 3
/// times"), or whether there is any.</summary>
internal sealed class OrderClauses(TermCursor cursor, ClauseContext context, QuantityReader quantities, NumberClauses numbers,
    EventClauses events, ItemClauses items)
{
    /// <returns>Null, and nothing taken, where no order stands.</returns>
    public Rule? TryRead(bool negated)
    {
        var said = context.IsSingleOrder ? Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 1) : context.Ordered;
        if (negated && said is not null && cursor.Try(TakeNotSince))
        {
            return said;
        }

        var place = cursor.Position;
        if (negated && context.Item is { } bought && cursor.Try(TakeNothingSince))
        {
            // "bought a mug but nothing since", "… and has not ordered since".
            return SaysNothing(place)
                ? context.NothingSince ?? throw Refusals.NothingSince(bought)
                : throw Refusals.TwoWays(
                    cursor.TextBetween(place, cursor.Position), $"no “{bought}” was ordered since", "nothing at all was");
        }

        if (negated && said is null && cursor.Ahead(IsSinceNothing))
        {
            throw Refusals.SinceWhat(cursor.TextBetween(Math.Max(0, place - 1), place + 1));
        }

        if (cursor.TryTake(Lexeme.Order) is not { } head)
        {
            return null;
        }

        var start = cursor.Position - 1;
        var text = cursor.TextOf(head);
        TakeSameOrders();
        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (!negated && cursor.TryTake(Lexeme.First) is not null)
        {
            // "ordered for the first time in 2021".
            return events.TryReadFirstOrderTime(start)
                ?? throw Complaints.Instead(cursor, Refusals.NoDate(cursor.TextBetween(start, cursor.Position)));
        }

        if (negated && cursor.PeekIs(Lexeme.Since) && cursor.PeekIs(1, Lexeme.Join))
        {
            // "hasn't ordered since signing up" is never.
            cursor.Take();
            cursor.Take();
            return Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 0);
        }

        var isReturn = IsReturn(head);
        if (negated && isReturn && cursor.Try(TakeFirstOrder))
        {
            return Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 1);
        }

        if (events.TryReadOrderTime(negated, start) is { } dated)
        {
            RefuseCountBehind(text);
            return dated;
        }

        if (numbers.TryReadCount(negated, head) is { } count)
        {
            return count;
        }

        if (cursor.PeekIs(Lexeme.Vague, Lexeme.About, Lexeme.Ranking))
        {
            throw Complaints.At(cursor, cursor.Peek());
        }

        if (items.TryReadBought(negated, head) is { } item)
        {
            return item;
        }

        if (!negated && IsObjectAhead())
        {
            throw Refusals.NoSuchField([cursor.TextBetween(start, cursor.Position).Trim(), cursor.TextOf(cursor.Peek()!)]);
        }

        if (isReturn)
        {
            // "bought once and never came back", "bought in May and never came back".
            cursor.Try(TakeSince);
            return negated && said is not null ? said : throw Refusals.NoDate(text);
        }

        if (!negated && cursor.AtEnd && cursor.Terms.Count == 1 && !text.EndsWith('d'))
        {
            // A noun alone: "orders".
            throw Refusals.NoNumber(text);
        }

        if (context.Fronted is { } fronted)
        {
            throw Refusals.FrontedPeriod(fronted.Text);
        }

        return negated ? Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 0) : Rules.Test(FieldCatalog.OrderCount, RuleOperator.Gte, 1);
    }

    // "nothing since", "no orders since", "never came back".
    private bool TakeNothingSince() =>
        (cursor.TryTake(Lexeme.Order) is { } order && IsReturn(order) && IsEndOfClause()) || TakeSince();

    // "and not since", "and has not ordered since".
    private bool TakeNotSince()
    {
        if (cursor.Peek() is { } order && order.Is(Lexeme.Order) && !IsReturn(order))
        {
            cursor.Take();
        }

        return TakeSince();
    }

    // "visited Berlin but nothing since": nothing was ordered since when?
    private bool IsSinceNothing()
    {
        var isReturn = cursor.TryTake(Lexeme.Order) is { } order && IsReturn(order);
        return !isReturn && cursor.TryTake(Lexeme.Since, Lexeme.After) is not null && IsEndOfClause();
    }

    // "bought a mug, but not since" and "… but never again" may be of mugs alone.
    private bool SaysNothing(int start)
    {
        Term[] taken = [.. cursor.Terms.Take(cursor.Position).Skip(start)];
        return taken.Any(term => term.Is(Lexeme.Order))
            || (cursor.Terms.Take(start).LastOrDefault(term => !term.IsNoise) is { } before && cursor.WordOf(before) == "nothing");
    }

    private bool IsReturn(Term order) => cursor.TextOf(order).Contains("back", StringComparison.OrdinalIgnoreCase)
        || cursor.TextOf(order).Contains("return", StringComparison.OrdinalIgnoreCase);

    // "…, and not since", "… but nothing after that": what was said of the last order says it.
    private bool TakeSince() =>
        (cursor.TryTake(Lexeme.Since, Lexeme.After) is not null || cursor.Noise().Any(term => cursor.WordOf(term) is "again" or "since"))
        && IsEndOfClause();

    // "never came back after their first order".
    private bool TakeFirstOrder() =>
        cursor.TryTake(Lexeme.After, Lexeme.Since) is not null && cursor.TryTake(Lexeme.First) is not null
        && (cursor.TryTake(Lexeme.Order) is not null || cursor.TakeOne())
        && IsEndOfClause();

    private bool IsEndOfClause() =>
        cursor.AtEnd || cursor.PeekIs(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Comma, Lexeme.Stop, Lexeme.Close);

    // "bought a phone", "ordered vip": what was bought is not known, even if the word is one of ours.
    private bool IsObjectAhead() =>
        cursor.PeekIs(Lexeme.Phone, Lexeme.Email, Lexeme.Name, Lexeme.City, Lexeme.Country, Lexeme.Tag, Lexeme.Tagged, Lexeme.Provider,
            Lexeme.AddressText, Lexeme.Quoted)
        && !cursor.NoiseHas(Lexeme.Relative, Lexeme.With, Lexeme.Subject, Lexeme.Pronoun);

    // "ordered in the last 30 days more than 3 times"; but a number of its own may follow: "… 5+ orders".
    private void RefuseCountBehind(string text)
    {
        if (cursor.Ahead(() => quantities.TryRead() is { IsTimes: true, IsAny: false } && !cursor.PeekIs(Lexeme.Order)))
        {
            throw Refusals.TotalsWithinPeriod("The number of orders", text);
        }
    }

    // "have not ordered or visited in 90 days", "order kiya shopping": one thing said twice.
    private void TakeSameOrders()
    {
        while (cursor.PeekIs(Lexeme.Or, Lexeme.And, Lexeme.Nor, Lexeme.Comma) && cursor.PeekIs(1, Lexeme.Order) && !IsCounted(2))
        {
            cursor.Take();
            cursor.Take();
        }

        while (cursor.PeekIs(Lexeme.Order) && !cursor.NoiseHas(Lexeme.Relative, Lexeme.Subject) && !IsCounted(1))
        {
            cursor.Take();
        }
    }

    private bool IsCounted(int ahead) => cursor.PeekIs(ahead, Lexeme.Number) || quantities.PeekComparison(ahead) is not null;
}
