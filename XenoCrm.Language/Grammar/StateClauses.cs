using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions that a word says by itself: repeat and one-time customers, those who never ordered, subscription, tags.</summary>
internal sealed class StateClauses(TermCursor cursor, ClauseContext context, ValueReader values)
{
    /// <returns>Null, and nothing taken, where no such word stands.</returns>
    public Rule? TryRead(bool negated) => TryReadLifecycle(negated) ?? TryReadSubscription(negated) ?? TryReadTags(negated);

    /// <summary>Whether the next word is such a state, so that several before one noun are read together: "repeat or vip
    /// customers".</summary>
    public bool IsAhead() =>
        cursor.PeekIs(Lexeme.Repeat, Lexeme.OneTime, Lexeme.NeverOrdered, Lexeme.Unsubscribed, Lexeme.Subscribed, Lexeme.Tag);

    /// <summary>Passes over "loyal", "big spenders" and the like before a noun; elsewhere they would be a condition.</summary>
    public bool TryPassOver() => cursor.Try(PassOver);

    private bool PassOver()
    {
        if (cursor.TryTake(Lexeme.Vague) is not { } term)
        {
            return false;
        }

        if (!cursor.NoiseHas(Lexeme.Subject, Lexeme.Relative, Lexeme.With, Lexeme.Pronoun)
            && cursor.PeekIs(Lexeme.Order, Lexeme.Spend, Lexeme.AverageOrder, Lexeme.Number)
            && !cursor.PeekIs(1, Lexeme.GteAfter))
        {
            return false;
        }

        // "high spenders (over 5000)", "high value customers (over 5000)", "big baskets (over 150)".
        context.Number = Says("spend") || Says("value") ? FieldCatalog.TotalSpend
            : Says("basket") ? FieldCatalog.AverageOrderValue
            : context.Number;

        // "used to buy, but not in the last 6 months".
        context.Date = Says("used to") ? FieldCatalog.LastOrderAt : context.Date;
        context.Vague.Add((cursor.TextOf(term), term.ValueOf(Lexeme.Vague)!));
        return true;

        bool Says(string word) => cursor.TextOf(term).Contains(word, StringComparison.OrdinalIgnoreCase);
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

        var isOneTime = cursor.Take().Is(Lexeme.OneTime);
        while (cursor.PeekIs(Lexeme.Order) && !cursor.PeekIs(1, Lexeme.Number) && !cursor.NoiseHas(Lexeme.Relative))
        {
            // "repeat customers, who order again".
            cursor.Take();
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        context.IsSingleOrder = isOneTime && !negated;
        return negated ? Rules.Negate(rule) : rule;
    }

    // "unsubscribed", "still subscribed", "unsubscribed = false".
    private FieldTest? TryReadSubscription(bool negated)
    {
        if (cursor.TryTake(Lexeme.Unsubscribed, Lexeme.Subscribed) is not { } word)
        {
            return null;
        }

        negated ^= cursor.Try(TakeAnswer) is { } answer && !answer.Is(Lexeme.True);
        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        return new FieldTest(FieldCatalog.Unsubscribed, RuleOperator.Eq, new FlagValue(word.Is(Lexeme.Unsubscribed) ^ negated));
    }

    // "unsubscribed = false", "unsubscribed: no".
    private Term? TakeAnswer()
    {
        cursor.TryTake(Lexeme.Eq);
        var isNo = cursor.PeekIs(Lexeme.Not)
            && cursor.WordOf(cursor.Peek()!) == "no"
            && (cursor.Peek(1) is null || cursor.PeekIs(1, Lexeme.And, Lexeme.Or, Lexeme.Comma, Lexeme.Stop));
        return isNo ? cursor.Take() : cursor.TryTake(Lexeme.True, Lexeme.False);
    }

    private Rule? TryReadTags(bool negated)
    {
        if (cursor.TryTake(Lexeme.Untagged) is not null)
        {
            return Rules.Exists(FieldCatalog.Tags, negated);
        }

        if (cursor.PeekIs(Lexeme.Tag) || IsNameBeforeTag())
        {
            return ReadTagNames(negated);
        }

        if (cursor.TryTake(Lexeme.Tagged) is not { } head)
        {
            return null;
        }

        negated ^= !values.IsCompoundAhead() && cursor.TryTake(Lexeme.Not, Lexeme.Neither, Lexeme.Ne) is not null;
        if (!values.IsCompoundAhead() && cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(FieldCatalog.Tags, negated);
        }

        var @operator = cursor.TryTake(Lexeme.StartsWith) is not null ? RuleOperator.StartsWith
            : cursor.TryTake(Lexeme.EndsWith) is not null ? RuleOperator.EndsWith
            : RuleOperator.Eq;
        var isSaid = cursor.NoiseHas(Lexeme.Colon) || cursor.TryTake(Lexeme.Eq, Lexeme.Contains) is not null;
        cursor.TryTake(Lexeme.Either, Lexeme.Both);
        var (names, isAnd) = values.ReadList(
            wide: false,
            known: @operator == RuleOperator.Eq ? Lexeme.Tag : null,
            isPrefix: @operator == RuleOperator.StartsWith);
        if (names.Count == 0)
        {
            // "has tags", "without tags"; but "tagged" by itself lacks its value.
            var isUnfinished = isSaid || (!negated && cursor.TextOf(head).EndsWith("ed", StringComparison.OrdinalIgnoreCase));
            return isUnfinished
                ? throw Complaints.Instead(cursor, Refusals.NoValue(cursor.TextOf(head)))
                : Rules.Exists(FieldCatalog.Tags, !negated);
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter, Lexeme.ExceptAfter) is not null;
        if (@operator != RuleOperator.Eq)
        {
            var rule = Rules.Any([.. names.Select(name => Rules.Test(FieldCatalog.Tags, @operator, name))]);
            return negated ? Rules.Negate(rule) : rule;
        }

        return Tagged(names, isAnd, negated);
    }

    // "the gold tag", "have gold as a tag": a word that is no known tag is one right before "tag" with an article or "have"
    // before it; but not in "the holiday tags wholesale", where the name follows.
    private bool IsNameBeforeTag() => IsNameJoinedToTag() || cursor.Ahead(() =>
        cursor.TryTake(Lexeme.Unknown) is not null
        && cursor.Position > 1
        && cursor.Terms[cursor.Position - 2].IsAny(Lexeme.Article, Lexeme.With)
        && cursor.Adjacent() is { } next
        && next.Is(Lexeme.Tagged)
        && cursor.TextOf(next).ToLowerInvariant() is "tag" or "tags" or "label" or "labels"
        && !cursor.PeekIs(1, Lexeme.Tag, Lexeme.Unknown, Lexeme.Quoted, Lexeme.Eq, Lexeme.Colon));

    // "premium-tagged clients": the hyphen tells, whatever else the word may mean.
    private bool IsNameJoinedToTag() => cursor.Peek() is { } name
        && name.IsAny(Lexeme.Unknown, Lexeme.Unsupported, Lexeme.Vague, Lexeme.Lead)
        && cursor.Peek(1) is { } tagged
        && tagged.Is(Lexeme.Tagged)
        && cursor.TokenAt(tagged.FirstToken) is { Text: "tagged" or "labelled" or "labeled", Glued: true };

    // "vip customers", "the vip or staff tag"; "and" between them joins two conditions and is not read here.
    private Rule ReadTagNames(bool negated)
    {
        var names = new List<string> { Name(cursor.Take()) };
        while (IsTagList())
        {
            cursor.TryTake(Lexeme.Comma);
            cursor.TryTake(Lexeme.Or, Lexeme.Nor, Lexeme.Slash);
            names.Add(Name(cursor.Take()));
        }

        cursor.TryTake(Lexeme.Tagged);
        negated ^= cursor.TryTake(Lexeme.NotAfter, Lexeme.ExceptAfter) is not null;
        return Tagged(names, isAnd: false, negated);

        string Name(Term term) => term.ValueOf(Lexeme.Tag) ?? cursor.TextOf(term);
    }

    // "or" and the commas before it: "vip, wholesale or staff".
    private bool IsTagList()
    {
        var ahead = 0;
        while (cursor.PeekIs(ahead, Lexeme.Comma) && cursor.PeekIs(ahead + 1, Lexeme.Tag))
        {
            ahead += 2;
        }

        ahead += cursor.PeekIs(ahead, Lexeme.Comma) ? 1 : 0;
        return cursor.PeekIs(ahead, Lexeme.Or, Lexeme.Nor, Lexeme.Slash) && cursor.PeekIs(ahead + 1, Lexeme.Tag);
    }

    private Rule Tagged(List<string> names, bool isAnd, bool negated) => isAnd && !negated && !context.IsExclusion
        ? Rules.All([.. names.Select(name => Rules.Test(FieldCatalog.Tags, RuleOperator.Eq, name))])
        : Rules.OneOf(FieldCatalog.Tags, names, negated);
}
