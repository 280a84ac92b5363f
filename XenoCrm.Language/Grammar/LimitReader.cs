using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads comparisons that stand before their field: "minimum spend 500", "1000 &lt;= spend &lt;= 2000".</summary>
internal sealed class LimitReader(TermCursor cursor, QuantityReader quantities)
{
    private readonly NumberHeads heads = new(cursor, quantities);

    /// <returns>Null, and nothing taken, where no such comparison stands.</returns>
    public (Field Field, Quantity Quantity, string Text)? TryRead() => cursor.Try(ReadFlipped) ?? cursor.Try(ReadLimit);

    // "1000 <= spend <= 2000", "5 < orders".
    private (Field Field, Quantity Quantity, string Text)? ReadFlipped()
    {
        if (cursor.TryTake(Lexeme.Number) is not { } number
            || Flipped(quantities.PeekComparison()) is not { } flipped
            || cursor.WordOf(cursor.Take())[0] is not ('<' or '>' or '=' or '≤' or '≥')
            || TryTakeField() is not var (field, head))
        {
            return null;
        }

        var bounds = new List<(RuleOperator, double)> { (flipped, number.Number) };
        if (quantities.PeekComparison() is not null && quantities.TryRead() is { IsBare: false, OneOf.Count: 0 } other)
        {
            bounds.AddRange(other.Bounds);
        }

        return (field, new Quantity(bounds, IsMoney: false, IsTimes: false), cursor.TextOf(head));
    }

    private static RuleOperator? Flipped(RuleOperator? comparison) => comparison switch
    {
        RuleOperator.Lt => RuleOperator.Gt,
        RuleOperator.Lte => RuleOperator.Gte,
        RuleOperator.Gt => RuleOperator.Lt,
        RuleOperator.Gte => RuleOperator.Lte,
        _ => null,
    };

    // "minimum spend 500", "a maximum order count of 3".
    private (Field Field, Quantity Quantity, string Text)? ReadLimit() =>
        quantities.PeekComparison() is { } comparison and (RuleOperator.Gte or RuleOperator.Lte)
        && cursor.Take() is not null
        && TryTakeField() is var (field, head)
        && quantities.TryRead() is { IsBare: true } quantity
        && !(quantity.IsMoney && field == FieldCatalog.OrderCount)
            ? (field, quantity with { Bounds = [(comparison, quantity.Bounds[0].Number)] }, cursor.TextOf(head))
            : null;

    private (Field Field, Term Head)? TryTakeField() =>
        (heads.Peek() ?? (cursor.PeekIs(Lexeme.Order) ? FieldCatalog.OrderCount : null)) is { } field ? (field, cursor.Take()) : null;
}
