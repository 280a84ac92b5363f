using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Conditions on the last order alone: "last order was a mug", "whose last order was over 5k", "last bought a mug in May".
/// </summary>
internal sealed class LastOrderClauses(TermCursor cursor, QuantityReader quantities, TimeReader times, ItemClauses items)
{
    private static readonly string[] Nouns = ["order", "purchase"];
    private static readonly string[] Verbs = ["ordered", "bought", "purchased"];

    // Between "last order" and what it was.
    private static readonly string[] Links =
    [
        "was", "is", "had", "has", "did", "of", "for", "with", "contained", "contains", "contain", "included", "includes", "include",
        "came", "to", "worth", "amounted", "totalled", "totaled", "value", "amount", "total",
    ];

    /// <returns>Null, and nothing taken, where no last order stands, or only when it was.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        if (cursor.TryTake(Lexeme.Last) is null || cursor.TryTake(Lexeme.Order, Lexeme.Spend, Lexeme.Unclear) is not { } head)
        {
            return null;
        }

        // "last order value" is the amount of it.
        var isAmount = !head.Is(Lexeme.Order);
        var word = cursor.TextOf(head).ToLowerInvariant().Split(' ')[0];
        var isVerb = !isAmount && Verbs.Contains(word);
        if (!isVerb && !Nouns.Contains(word))
        {
            return null;
        }

        var (isNone, isLinked) = (false, isAmount);
        while (TakeLink(out var isNot))
        {
            (negated, isNone, isLinked) = (negated ^ isNot, isNot, true);
        }

        if (cursor.Ahead(() => (object?)times.TryReadComparison(year: false) ?? times.TryRead(bare: true)) is not null)
        {
            return null;
        }

        var amount = isVerb ? null : cursor.Try(() => ReadAmount(negated, isLinked));
        return amount ?? (isAmount ? null : ReadItems(negated, isNone, isVerb, start));
    }

    // "was", "did not contain".
    private bool TakeLink(out bool isNot)
    {
        isNot = cursor.Adjacent() is { } term && term.IsAny(Lexeme.Not, Lexeme.NotAfter);
        if (!isNot && !(cursor.Adjacent() is { } link && Links.Contains(cursor.TextOf(link).ToLowerInvariant())))
        {
            return false;
        }

        cursor.Position++;
        return true;
    }

    // "last order 30" may be days.
    private Rule? ReadAmount(bool negated, bool isLinked)
    {
        if (quantities.TryRead() is not { IsTimes: false } read || (read is { IsBare: true, IsMoney: false } && !isLinked))
        {
            return null;
        }

        var amount = quantities.WithComparisonAfter(read).Of(OrderFields.Amount);
        if (negated && Rules.Reverse(amount) is FieldTest reversed)
        {
            (amount, negated) = (reversed, false);
        }

        var placed = items.TryReadPeriod(negated: false);
        items.Forget(null);
        return Denied(negated, Last(placed, amount.Tests()));
    }

    private Rule? ReadItems(bool negated, bool isNone, bool isVerb, int start)
    {
        if (items.ReadList(isNone) is not var (bought, isAnd, text))
        {
            return null;
        }

        if (cursor.Adjacent() is { } part && cursor.TextOf(part) == "in" && cursor.Adjacent(1) is { } it && cursor.TextOf(it) == "it")
        {
            // "had a mug in it".
            cursor.Position += 2;
        }

        var placed = items.TryReadPeriod(negated: false);
        var said = cursor.TextBetween(start, cursor.Position);
        items.Forget(text);
        items.RefuseMoreOf(text);
        var isOfItem = isVerb && placed is not null;
        if (isVerb && !isOfItem)
        {
            cursor.Warn($"“{said}” is read as: the last order of all was that.");
        }

        Rule[] rules =
        [
            .. bought.Select(item => Rules.Any([.. item.Tests.Select(test => isOfItem ? LastTime(placed!, test) : Last(placed, [test]))])),
        ];
        return Denied(negated, isAnd ? Rules.All(rules) : Rules.Any(rules));
    }

    private static OrdersTest Last(Rule? placed, IEnumerable<FieldTest> tests) =>
        new([.. placed?.Tests() ?? [], .. tests], []) { IsLast = true };

    // "last bought a mug in May": one then, and none since, whatever else was bought.
    private static Rule LastTime(Rule placed, FieldTest item)
    {
        var then = new OrdersTest([.. placed.Tests(), item], []);
        return placed.Tests().FirstOrDefault(test => test.Operator is RuleOperator.Lt or RuleOperator.Lte) is { } end
            ? Rules.All(then, new OrdersTest([(FieldTest)Rules.Reverse(end)!, item], [Rules.Test(OrderFields.Count, RuleOperator.Eq, 0)]))
            : then;
    }

    // "last order was not a mug": there is one.
    private static Rule Denied(bool negated, Rule rule) =>
        negated ? Rules.All(Rules.Test(FieldCatalog.OrderCount, RuleOperator.Gte, 1), Rules.Negate(rule)) : rule;
}
