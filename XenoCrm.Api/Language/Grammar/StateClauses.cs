using XenoCrm.Api.Language.Meaning;
using XenoCrm.Api.Language.Words;
using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Conditions that a word says by itself: repeat and one-time customers, those who never ordered, subscription, tags.</summary>
internal sealed class StateClauses(TermCursor cursor, ClauseContext context, ValueReader values)
{
    /// <returns>Null, and nothing taken, where no such word stands.</returns>
    public Rule? TryRead(bool negated) => TryReadLifecycle(negated) ?? TryReadSubscription(negated) ?? TryReadTags(negated);

    /// <summary>Whether the next word is such a state, so that several before one noun are read together: "repeat or vip customers".</summary>
    public bool IsAhead() => cursor.PeekIs(Lexeme.Repeat, Lexeme.OneTime, Lexeme.NeverOrdered, Lexeme.Unsubscribed, Lexeme.Subscribed, Lexeme.Tag);

    /// <summary>Passes over "loyal", "big spenders" and the like before a noun; elsewhere they would be a condition.</summary>
    public bool TryPassOver()
    {
        var start = cursor.Position;
        if (cursor.TryTake(Lexeme.Vague) is not { } term)
        {
            return false;
        }

        if (!cursor.NoiseHas(Lexeme.Subject, Lexeme.Relative, Lexeme.With, Lexeme.Pronoun) && cursor.PeekIs(Lexeme.Order, Lexeme.Spend, Lexeme.AverageOrder, Lexeme.Number))
        {
            cursor.Position = start;
            return false;
        }

        context.Vague.Add((cursor.TextOf(term), term.ValueOf(Lexeme.Vague)!));
        return true;
    }

    private Rule? TryReadLifecycle(bool negated)
    {
        var rule = cursor.PeekIs(Lexeme.Repeat) ? Rules.Test(FieldCatalog.OrderCount, RuleOperator.Gte, 2)
            : cursor.PeekIs(Lexeme.OneTime) ? Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 1)
            : cursor.PeekIs(Lexeme.NeverOrdered) ? Rules.Test(FieldCatalog.OrderCount, RuleOperator.Eq, 0)
            : null;
        if (rule is null)
        {
            return null;
        }

        cursor.Take();
        while (cursor.PeekIs(Lexeme.Order) && !cursor.PeekIs(1, Lexeme.Number) && !cursor.NoiseHas(Lexeme.Relative))
        {
            // "repeat customers, who order again".
            cursor.Take();
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        return negated ? Rules.Negate(rule) : rule;
    }

    // "unsubscribed", "still subscribed", "unsubscribed = false".
    private FieldTest? TryReadSubscription(bool negated)
    {
        if (cursor.TryTake(Lexeme.Unsubscribed, Lexeme.Subscribed) is not { } word)
        {
            return null;
        }

        var start = cursor.Position;
        cursor.TryTake(Lexeme.Eq);
        if (cursor.TryTake(Lexeme.True, Lexeme.False) is { } flag)
        {
            negated ^= flag.Is(Lexeme.False);
        }
        else
        {
            cursor.Position = start;
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        return new FieldTest(FieldCatalog.Unsubscribed, RuleOperator.Eq, new FlagValue(word.Is(Lexeme.Unsubscribed) ^ negated));
    }

    private Rule? TryReadTags(bool negated)
    {
        if (cursor.TryTake(Lexeme.Untagged) is not null)
        {
            return Rules.Exists(FieldCatalog.Tags, negated);
        }

        if (cursor.PeekIs(Lexeme.Tag) || (cursor.PeekIs(Lexeme.Unknown) && cursor.PeekIs(1, Lexeme.Tagged) && cursor.Terms[cursor.Terms.ToList().IndexOf(cursor.Peek(1)!)] is var noun && cursor.TextOf(noun).StartsWith("tag", StringComparison.OrdinalIgnoreCase) && !cursor.TextOf(noun).Contains("ged", StringComparison.OrdinalIgnoreCase)))
        {
            return ReadTagNames(negated);
        }

        if (cursor.TryTake(Lexeme.Tagged) is not { } head)
        {
            return null;
        }

        negated ^= cursor.TryTake(Lexeme.Not, Lexeme.Neither, Lexeme.Ne) is not null;
        if (cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(FieldCatalog.Tags, negated);
        }

        var @operator = cursor.TryTake(Lexeme.StartsWith) is not null ? RuleOperator.StartsWith
            : cursor.TryTake(Lexeme.EndsWith) is not null ? RuleOperator.EndsWith
            : RuleOperator.Eq;
        cursor.TryTake(Lexeme.Eq, Lexeme.Contains);
        cursor.TryTake(Lexeme.Either, Lexeme.Both);
        var (names, isAnd) = values.ReadList(wide: false);
        if (names.Count == 0)
        {
            // "has tags", "without tags".
            return cursor.TextOf(head).EndsWith("ed", StringComparison.OrdinalIgnoreCase) && !negated ? throw Complaints.Instead(cursor, Refusals.NoValue(cursor.TextOf(head))) : Rules.Exists(FieldCatalog.Tags, !negated);
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter, Lexeme.ExceptAfter) is not null;
        if (@operator != RuleOperator.Eq)
        {
            var rule = Rules.Any([.. names.Select(name => Rules.Test(FieldCatalog.Tags, @operator, name))]);
            return negated ? Rules.Negate(rule) : rule;
        }

        return Tagged(names, isAnd, negated);
    }

    // "vip customers", "the vip or staff tag"; "and" between them joins two conditions and is not read here.
    private Rule ReadTagNames(bool negated)
    {
        var names = new List<string> { Name(cursor.Take()) };
        while (cursor.PeekIs(Lexeme.Or, Lexeme.Nor, Lexeme.Slash) && cursor.PeekIs(1, Lexeme.Tag))
        {
            cursor.Take();
            names.Add(Name(cursor.Take()));
        }

        cursor.TryTake(Lexeme.Tagged);
        negated ^= cursor.TryTake(Lexeme.NotAfter, Lexeme.ExceptAfter) is not null;
        return Tagged(names, isAnd: false, negated);

        string Name(Term term) => term.ValueOf(Lexeme.Tag) ?? cursor.TextOf(term);
    }

    private Rule Tagged(List<string> names, bool isAnd, bool negated) => isAnd && !negated && !context.IsExclusion
        ? Rules.All([.. names.Select(name => Rules.Test(FieldCatalog.Tags, RuleOperator.Eq, name))])
        : Rules.OneOf(FieldCatalog.Tags, names, negated);
}
