using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions on what a text field says, or whether it says anything: "name starts with San", "city is Pune", "has a phone
/// number", "without an e-mail address".</summary>
internal sealed class TextClauses(TermCursor cursor, ClauseContext context, ValueReader values)
{
    private static readonly (Lexeme Lexeme, Field Field)[] Heads =
    [
        (Lexeme.FirstName, FieldCatalog.Name),
        (Lexeme.LastName, FieldCatalog.Name),
        (Lexeme.Name, FieldCatalog.Name),
        (Lexeme.Named, FieldCatalog.Name),
        (Lexeme.Email, FieldCatalog.Email),
        (Lexeme.Phone, FieldCatalog.Phone),
        (Lexeme.City, FieldCatalog.City),
        (Lexeme.Country, FieldCatalog.Country),
    ];

    // Behind a field they say something of it, more than that it is there.
    private static readonly Lexeme[] Conditions =
    [
        Lexeme.StartsWith, Lexeme.EndsWith, Lexeme.Contains, Lexeme.Eq, Lexeme.Quoted, Lexeme.Not, Lexeme.Ne, Lexeme.Missing,
    ];

    /// <returns>Null where no text field stands.</returns>
    public Rule? TryRead(bool negated) =>
        cursor.Try(() => ReadDialCode(negated))
            ?? TryReadReversed(negated)
            ?? cursor.Try(() => ReadReferring(negated))
            ?? TryReadField(negated);

    // "has a phone number, but it does not start with +91", "has an e-mail, but not one containing gmail".
    private Rule? ReadReferring(bool negated)
    {
        cursor.TakeOne();
        var isSaid = cursor.Peek() is { } word
            && (word.Is(Lexeme.Contains) ? cursor.WordOf(word).StartsWith("contain", StringComparison.Ordinal)
                : word.IsAny(Lexeme.StartsWith, Lexeme.EndsWith)
                    && cursor.TextOf(word).EndsWith("with", StringComparison.OrdinalIgnoreCase));
        return isSaid && context.Text is var (field, head)
            ? TryReadValues(field, head, TextOperators.Take(cursor).Operator, isCompared: true, negated)
            : null;
    }

    // "a +91 number".
    private Rule? ReadDialCode(bool negated)
    {
        if (cursor.TryTake(Lexeme.GteAfter) is { } plus && cursor.TextOf(plus) == "+" && cursor.TryTake(Lexeme.Number) is { } code
            && (cursor.TryTake(Lexeme.Phone) is not null || cursor.Noise().Any(term => cursor.WordOf(term) is "number" or "numbers")))
        {
            var rule = Rules.Test(FieldCatalog.Phone, RuleOperator.StartsWith, cursor.TakeLiteral(plus.FirstToken, code.EndToken));
            return negated ? Rules.Negate(rule) : rule;
        }

        return null;
    }

    // "with Kumar in their name".
    private Rule? TryReadReversed(bool negated)
    {
        if (!cursor.PeekIs(Lexeme.Unknown, Lexeme.Quoted, Lexeme.AddressText, Lexeme.Provider, Lexeme.Number, Lexeme.CityName)
            || !cursor.PeekIs(1, Lexeme.InPlace)
            || FieldOf(cursor.Peek(2)) is not { } field)
        {
            return null;
        }

        var term = cursor.Take();
        var text = cursor.TakeLiteral(term.FirstToken, term.EndToken);
        cursor.Take();
        cursor.Take();
        var rule = Rules.Test(field, RuleOperator.Contains, text);
        return negated ? Rules.Negate(rule) : rule;
    }

    private static Field? FieldOf(Term? term)
    {
        foreach (var (lexeme, field) in Heads)
        {
            if (term is not null && term.Is(lexeme))
            {
                return field;
            }
        }

        return null;
    }

    private Rule? TryReadField(bool negated)
    {
        if (cursor.PeekIs(Lexeme.Missing, Lexeme.OnFile) && FieldOf(cursor.Peek(1)) is { } state)
        {
            // "missing phone numbers", "have given their e-mail address".
            var isMissing = cursor.Take().Is(Lexeme.Missing);
            context.Text = (state, cursor.Take());
            return Rules.Exists(state, negated == isMissing);
        }

        if (FieldOf(cursor.Peek()) is not { } field)
        {
            return null;
        }

        var isDenied = negated;
        var isHad = negated || cursor.NoiseHas(Lexeme.With) || cursor.NoiseHad(Lexeme.With);
        var head = cursor.Take();
        context.Text = (field, head);
        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(field, negated);
        }

        var isBe = cursor.NoiseHas(Lexeme.Be, Lexeme.Colon);
        negated ^= cursor.TryTake(Lexeme.Not, Lexeme.Neither, Lexeme.Except) is not null;
        if (negated && cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(field, negated);
        }

        cursor.TryTake(Lexeme.Either);
        if (cursor.TryTake(Lexeme.OnFile) is not null)
        {
            return ReadExists(field, negated);
        }

        var isSaid = (isBe || cursor.NoiseHas(Lexeme.Be, Lexeme.Colon))
            && cursor.PeekIs(Lexeme.Number, Lexeme.Quoted, Lexeme.AddressText, Lexeme.Unknown, Lexeme.GteAfter);
        var isInside = cursor.Adjacent() is { } inside && cursor.TextOf(inside).ToLowerInvariant() is "mein" or "mei" or "me";
        var (@operator, isCompared) = TextOperators.Take(cursor);
        if (!isCompared && isInside)
        {
            // "naam mein Kumar hai".
            (@operator, isCompared) = (RuleOperator.Contains, true);
        }

        if (!isCompared && !isSaid && (field == FieldCatalog.Phone || field == FieldCatalog.Email))
        {
            return ReadExists(field, negated);
        }

        var isOwned = isHad && !isDenied && negated && (field == FieldCatalog.Phone || field == FieldCatalog.Email);
        if (TryReadValues(field, head, @operator, isCompared, negated) is { } rule)
        {
            return isOwned ? Rules.All(Rules.Exists(field, true), rule) : rule;
        }

        return isHad && !isCompared && head.IsAny(Lexeme.City, Lexeme.Country)
            ? ReadExists(field, negated)
            : throw Complaints.Instead(cursor, Refusals.NoValue(cursor.TextOf(head)));
    }

    // "no phone or e-mail": the denial holds for both; "no e-mail or whose city is known" has two conditions.
    private Rule ReadExists(Field field, bool negated)
    {
        var rules = new List<Rule> { Rules.Exists(field, !negated) };
        while (negated && cursor.Try(ReadOther) is { } other)
        {
            rules.Add(Rules.Exists(other, false));
        }

        cursor.TryTake(Lexeme.OnFile);
        cursor.Try(TakeForThem);
        return cursor.TryTake(Lexeme.NotAfter) is not null ? Rules.Negate(rules[0]) : Rules.All(rules);

        // "no e-mail address for them", "people we have no number for".
        bool TakeForThem() => cursor.TryTake(Lexeme.ForSpan) is not null
            && (cursor.NoiseHas(Lexeme.Pronoun)
                || cursor.AtEnd
                || cursor.PeekIs(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Comma, Lexeme.Stop));

        Field? ReadOther()
        {
            if (cursor.TryTake(Lexeme.Or, Lexeme.Nor) is null
                || FieldOf(cursor.Peek()) is not { } other
                || cursor.NoiseHas(Lexeme.Relative)
                || cursor.PeekIs(1, Conditions))
            {
                return null;
            }

            cursor.Take();
            cursor.TryTake(Lexeme.OnFile);
            return other;
        }
    }

    private Rule? TryReadValues(Field field, Term head, RuleOperator @operator, bool isCompared, bool negated)
    {
        cursor.TryTake(Lexeme.Either);
        negated ^= @operator == RuleOperator.Ne;
        var isWhole = @operator is RuleOperator.Eq or RuleOperator.Ne;
        var isPartOfName = head.IsAny(Lexeme.FirstName, Lexeme.LastName);
        var (texts, _) = values.ReadList(
            wide: isWhole && !isPartOfName,
            strict: !isCompared,
            isPrefix: @operator == RuleOperator.StartsWith,
            also: field == FieldCatalog.Email ? Lexeme.Provider : null,
            known: !isWhole ? null
                : field == FieldCatalog.City ? Lexeme.CityName
                : field == FieldCatalog.Country ? Lexeme.CountryName
                : null);
        if (texts.Count == 0)
        {
            return null;
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (isWhole && TextOperators.TryTakeBehind(cursor) is { } behind)
        {
            (isWhole, @operator) = (false, behind);
        }

        if (!isWhole && isPartOfName && @operator != (head.Is(Lexeme.FirstName) ? RuleOperator.StartsWith : RuleOperator.EndsWith))
        {
            throw Refusals.PartOfName(cursor.TextOf(head));
        }

        if (isWhole && isPartOfName)
        {
            (isWhole, @operator) = (false, head.Is(Lexeme.FirstName) ? RuleOperator.StartsWith : RuleOperator.EndsWith);
            cursor.Warn("Only the full name is stored: the first name is taken for its beginning, the last name for its end.");
        }

        if (isWhole)
        {
            foreach (var text in texts)
            {
                PlaceClauses.WarnOfSpellings(cursor, Places.Spellings(field, text));
            }

            return Rules.OneOf(field, texts.SelectMany(text => Places.Spellings(field, text)), negated);
        }

        var rule = Rules.Any([.. texts.Select(text => Rules.Test(field, @operator, text))]);
        return negated ? Rules.Negate(rule) : rule;
    }
}
