using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>The words that say of what a number is: "total spend", "AOV", "orders", "per order".</summary>
internal sealed class NumberHeads(TermCursor cursor, QuantityReader quantities)
{
    private static readonly (Lexeme Lexeme, Field Field)[] Heads =
    [
        (Lexeme.AverageOrder, FieldCatalog.AverageOrderValue),
        (Lexeme.DaysSince, FieldCatalog.DaysSinceLastOrder),
        (Lexeme.Spend, FieldCatalog.TotalSpend),
    ];

    /// <summary>The field that the next word names, other than the number of orders; null where it names none.</summary>
    public Field? Peek()
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

    /// <summary>What stands behind a number: "5 orders", "5000 in total spend", "500 per order".</summary>
    public Field? TryTakeBehind(Quantity quantity) => cursor.Try(() => TakeBehind(quantity));

    private Field? TakeBehind(Quantity quantity)
    {
        cursor.TryTake(Lexeme.InPlace, Lexeme.ForSpan, Lexeme.From);
        if (Peek() is { } field)
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

        return null;
    }

    /// <summary>"spent over 500 an order"; but "spent over 500, made an order since May" and "spent over 500 have an order".</summary>
    public bool TryTakePerOrder()
    {
        if (!cursor.PeekIs(Lexeme.PerOrder) || (cursor.PeekIs(Lexeme.Order) && !ReferenceEquals(cursor.Peek(), cursor.Adjacent())))
        {
            return false;
        }

        cursor.Take();
        return true;
    }

    // "5 orders or visits" counts one thing.
    private void TakeSameOrders()
    {
        while (cursor.PeekIs(Lexeme.Or, Lexeme.And)
            && cursor.PeekIs(1, Lexeme.Order)
            && !cursor.PeekIs(2, Lexeme.Number)
            && quantities.PeekComparison(2) is null)
        {
            cursor.Take();
            cursor.Take();
        }
    }
}
