using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads comparisons that stand before their field: "minimum spend 500", "1000 &lt;= spend &lt;= 2000".</summary>
internal sealed class LimitReader(TermCursor cursor, QuantityReader quantities)
{
    private readonly NumberHeads heads = new(cursor, quantities);

    /// <returns>Null, and nothing taken, where no such comparison stands.</returns>
    public (Field Field, Quantity Quantity, string Text)? TryRead() => TryReadFlipped() ?? TryReadLimit();

    // "1000 <= spend <= 2000", "5 < orders".
    private (Field Field, Quantity Quantity, string Text)? TryReadFlipped()
    {
        var start = cursor.Position;
        if (cursor.TryTake(Lexeme.Number) is { } number && quantities.PeekComparison() is { } comparison && (comparison is RuleOperator.Lt or RuleOperator.Lte or RuleOperator.Gt or RuleOperator.Gte) && cursor.WordOf(cursor.Peek()!)[0] is '<' or '>' or '=' or '≤' or '≥')
        {
            cursor.Take();
            var field = heads.Peek() ?? (cursor.PeekIs(Lexeme.Order) ? FieldCatalog.OrderCount : null);
            if (field is not null && cursor.Take() is { } head)
            {
                var flipped = comparison switch
                {
                    RuleOperator.Lt => RuleOperator.Gt,
                    RuleOperator.Lte => RuleOperator.Gte,
                    RuleOperator.Gt => RuleOperator.Lt,
                    _ => RuleOperator.Lte,
                };
                var bounds = new List<(RuleOperator, double)> { (flipped, number.Number) };
                if (quantities.PeekComparison() is not null && quantities.TryRead() is { IsBare: false, OneOf.Count: 0 } other)
                {
                    bounds.AddRange(other.Bounds);
                }

                return (field, new Quantity(bounds, IsMoney: false, IsTimes: false), cursor.TextOf(head));
            }
        }

        cursor.Position = start;
        return null;
    }

    // "minimum spend 500", "a maximum order count of 3".
    private (Field Field, Quantity Quantity, string Text)? TryReadLimit()
    {
        var start = cursor.Position;
        var comparison = quantities.PeekComparison();
        if (comparison is RuleOperator.Gte or RuleOperator.Lte)
        {
            cursor.Take();
            var field = heads.Peek() ?? (cursor.PeekIs(Lexeme.Order) ? FieldCatalog.OrderCount : null);
            if (field is not null && cursor.Take() is { } head && quantities.TryRead() is { IsBare: true } quantity && !(quantity.IsMoney && field == FieldCatalog.OrderCount))
            {
                return (field, quantity with { Bounds = [(comparison.Value, quantity.Bounds[0].Number)] }, cursor.TextOf(head));
            }
        }

        cursor.Position = start;
        return null;
    }
}
