using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// The highest of all customers by spend or number of orders: "top 10% by spend", "top 100 spenders", "the 20 customers with the highest
/// order count". Without saying how many, and by what, it is refused with all other comparisons of customers.
/// </summary>
internal sealed class RankingClauses(TermCursor cursor, ClauseContext context)
{
    private static readonly string[] Highest = ["top", "highest", "biggest", "largest", "most"];
    private static readonly string[] PerCent = ["%", "percent", "per cent"];

    /// <returns>Null, and nothing taken, where no such ranking stands.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (cursor.Try(Read) is not { } test)
        {
            return null;
        }

        context.Ranking = cursor.TextBetween(start, cursor.Position);
        return negated ? new Not(test) : test;
    }

    private FieldTest? Read()
    {
        var isAhead = TryTakeWord("top", "highest", "biggest", "largest");
        if (cursor.TryTake(Lexeme.Number) is not { } number)
        {
            return null;
        }

        var isPercent = TryTakeWord(PerCent);
        if ((isAhead || TryTakeWord(Highest) ? TryTakeField() : TryTakeMost()) is not { } field)
        {
            return null;
        }

        var rank = new RankValue((decimal)Math.Clamp(number.Number, 0, 1e9), isPercent);
        var isRank = isPercent
            ? rank.Number is > 0 and <= 100 && decimal.Round(rank.Number, 4) == rank.Number
            : rank.Number >= 1 && decimal.IsInteger(rank.Number);
        return isRank ? new FieldTest(field, RuleOperator.Top, rank) : null;
    }

    // "… spenders", "… by spend", "… with the highest order count".
    private Field? TryTakeField()
    {
        var isBy = cursor.TryTake(Lexeme.OnOrBefore) is not null;
        TryTakeWord(Highest);
        return cursor.TryTake(Lexeme.Spend) is not null ? FieldCatalog.TotalSpend
            : cursor.PeekIs(Lexeme.Order) && (isBy || cursor.TextOf(cursor.Peek()!).Contains("count", StringComparison.OrdinalIgnoreCase))
                && cursor.Take() is not null ? FieldCatalog.OrderCount
            : null;
    }

    // "the 100 customers who spent the most".
    private Field? TryTakeMost() =>
        cursor.TryTake(Lexeme.Spend) is not null && TryTakeWord("most") ? FieldCatalog.TotalSpend : null;

    private bool TryTakeWord(params string[] words) =>
        cursor.Peek() is { } term && term.Is(Lexeme.Ranking) && words.Contains(cursor.TextOf(term).ToLowerInvariant())
        && cursor.Take() is not null;
}
