using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>The words that compare text: "starts with", "contains", "is not".</summary>
internal static class TextOperators
{
    private static readonly (Lexeme Lexeme, RuleOperator Operator)[] Words =
    [
        (Lexeme.StartsWith, RuleOperator.StartsWith),
        (Lexeme.EndsWith, RuleOperator.EndsWith),
        (Lexeme.Contains, RuleOperator.Contains),
        (Lexeme.Ne, RuleOperator.Ne),
        (Lexeme.Eq, RuleOperator.Eq),
    ];

    /// <returns>The operator at the place, or equality where none is said.</returns>
    public static (RuleOperator Operator, bool IsSaid) Take(TermCursor cursor)
    {
        foreach (var (lexeme, @operator) in Words)
        {
            if (!IsBehind(cursor) && cursor.TryTake(lexeme) is not null)
            {
                return (@operator, true);
            }
        }

        // "country in (France, Germany)".
        if (cursor.PeekIs(Lexeme.InPlace) && cursor.PeekIs(1, Lexeme.Open))
        {
            cursor.Take();
            return (RuleOperator.Eq, true);
        }

        return (RuleOperator.Eq, false);
    }

    /// <summary>"naam San se shuru hota hai": the operator behind the value, as Hindi has it.</summary>
    /// <returns>Null where none stands.</returns>
    public static RuleOperator? TryTakeBehind(TermCursor cursor)
    {
        if (!IsBehind(cursor))
        {
            return null;
        }

        return cursor.Take().Is(Lexeme.StartsWith) ? RuleOperator.StartsWith : RuleOperator.EndsWith;
    }

    private static bool IsBehind(TermCursor cursor) =>
        cursor.Peek() is { } term
            && term.IsAny(Lexeme.StartsWith, Lexeme.EndsWith)
            && cursor.TextOf(term).Split(' ')[0].ToLowerInvariant() is "se" or "pe" or "par" or "mein";
}
