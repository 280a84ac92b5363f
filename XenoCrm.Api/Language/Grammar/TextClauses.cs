using XenoCrm.Api.Language.Meaning;
using XenoCrm.Api.Language.Words;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Conditions on what a text field says: "name starts with San", "city is Pune", "gmail addresses", "has a phone number", "attributes.plan is gold".</summary>
internal sealed class TextClauses(TermCursor cursor, ValueReader values)
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

    private static readonly (Lexeme Lexeme, RuleOperator Operator)[] Operators =
    [
        (Lexeme.StartsWith, RuleOperator.StartsWith),
        (Lexeme.EndsWith, RuleOperator.EndsWith),
        (Lexeme.Contains, RuleOperator.Contains),
        (Lexeme.Ne, RuleOperator.Ne),
        (Lexeme.Eq, RuleOperator.Eq),
    ];

    /// <returns>Null, and nothing taken, where no text field stands.</returns>
    public Rule? TryRead(bool negated)
    {
        var start = cursor.Position;
        return TryReadReversed(negated) ?? Back(start) ?? TryReadDomain(negated) ?? Back(start) ?? TryReadAttribute(negated) ?? Back(start) ?? TryReadField(negated);

        Rule? Back(int position)
        {
            cursor.Position = position;
            return null;
        }
    }

    // "with Kumar in their name".
    private Rule? TryReadReversed(bool negated)
    {
        if (!cursor.PeekIs(Lexeme.Unknown, Lexeme.Quoted, Lexeme.AddressText, Lexeme.Provider, Lexeme.Number)
            || !cursor.PeekIs(1, Lexeme.InPlace)
            || !cursor.PeekIs(2, Lexeme.Name, Lexeme.Email, Lexeme.Phone, Lexeme.City, Lexeme.FirstName, Lexeme.LastName))
        {
            return null;
        }

        var term = cursor.Take();
        var text = cursor.TakeLiteral(term.FirstToken, term.EndToken);
        cursor.Take();
        var field = FieldOf(cursor.Take())!;
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

    // "gmail users", "on gmail", "@gmail.com", "a uni.edu address", "e-mail at yahoo".
    private Rule? TryReadDomain(bool negated)
    {
        var isEmail = cursor.TryTake(Lexeme.Email) is not null;
        while (cursor.PeekIs(Lexeme.Using, Lexeme.From, Lexeme.Eq, Lexeme.InPlace))
        {
            cursor.Take();
        }

        negated ^= cursor.TryTake(Lexeme.Not) is not null;
        while (cursor.PeekIs(Lexeme.Using, Lexeme.From, Lexeme.Eq, Lexeme.InPlace))
        {
            cursor.Take();
        }

        var endings = new List<Rule>();
        do
        {
            if (cursor.PeekIs(Lexeme.Provider))
            {
                endings.Add(Rules.Test(FieldCatalog.Email, RuleOperator.EndsWith, "@" + cursor.Take().ValueOf(Lexeme.Provider)));
            }
            else if (cursor.PeekIs(Lexeme.AddressText) && (isEmail || cursor.PeekIs(1, Lexeme.Address, Lexeme.Email) || cursor.Peek()!.ValueOf(Lexeme.AddressText)!.Contains('@')) && cursor.Peek()!.ValueOf(Lexeme.AddressText)!.StartsWith(FieldCatalog.AttributePrefix, StringComparison.OrdinalIgnoreCase) == false)
            {
                endings.Add(Ending(cursor.Take().ValueOf(Lexeme.AddressText)!));
            }
            else
            {
                return null;
            }

            isEmail = true;
            while (cursor.PeekIs(Lexeme.Email, Lexeme.Address))
            {
                cursor.Take();
            }
        }
        while (cursor.PeekIs(Lexeme.Or, Lexeme.Slash, Lexeme.Nor, Lexeme.Comma) && cursor.PeekIs(1, Lexeme.Provider, Lexeme.AddressText) && cursor.Take() is not null);

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        var rule = Rules.Any(endings);
        return negated ? Rules.Negate(rule) : rule;
    }

    private static FieldTest Ending(string address) =>
        address[0] is '@' or '.' ? Rules.Test(FieldCatalog.Email, RuleOperator.EndsWith, address)
        : address.Contains('@') ? Rules.Test(FieldCatalog.Email, RuleOperator.Eq, address)
        : Rules.Test(FieldCatalog.Email, RuleOperator.EndsWith, "@" + address);

    private Rule? TryReadField(bool negated)
    {
        if (FieldOf(cursor.Peek()) is not { } field)
        {
            return null;
        }

        var head = cursor.Take();
        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(field, negated);
        }

        negated ^= cursor.TryTake(Lexeme.Not, Lexeme.Neither) is not null;
        cursor.TryTake(Lexeme.Either);
        if (cursor.TryTake(Lexeme.OnFile) is not null)
        {
            return ReadExists(field, negated);
        }

        if (TryTakeOperator() is { } @operator)
        {
            return ReadValues(field, @operator, head, negated);
        }

        if (field == FieldCatalog.Phone || field == FieldCatalog.Email)
        {
            return ReadExists(field, negated);
        }

        return ReadValues(field, head.Is(Lexeme.FirstName) ? RuleOperator.StartsWith : head.Is(Lexeme.LastName) ? RuleOperator.EndsWith : RuleOperator.Eq, head, negated);
    }

    // "no phone or e-mail": the denial holds for both.
    private Rule ReadExists(Field field, bool negated)
    {
        var rules = new List<Rule> { Rules.Exists(field, !negated) };
        while (negated && cursor.PeekIs(Lexeme.Or, Lexeme.Nor) && FieldOf(cursor.Peek(1)) is { } other && cursor.Peek(2)?.IsAny(Lexeme.StartsWith, Lexeme.EndsWith, Lexeme.Contains, Lexeme.Eq) != true)
        {
            cursor.Take();
            cursor.Take();
            cursor.TryTake(Lexeme.OnFile);
            rules.Add(Rules.Exists(other, false));
        }

        cursor.TryTake(Lexeme.OnFile);
        return cursor.TryTake(Lexeme.NotAfter) is not null ? Rules.Negate(rules[0]) : Rules.All(rules);
    }

    private RuleOperator? TryTakeOperator()
    {
        foreach (var (lexeme, @operator) in Operators)
        {
            if (cursor.TryTake(lexeme) is not null)
            {
                return @operator;
            }
        }

        return null;
    }

    // "naam San se shuru hota hai": the operator behind the value, as Hindi has it.
    private RuleOperator? TryTakeOperatorAfter() =>
        cursor.Peek() is { } term && term.IsAny(Lexeme.StartsWith, Lexeme.EndsWith) && cursor.TextOf(term).Contains(' ') && cursor.TextOf(term)[..2] is "se" or "pe" or "pa" ? TryTakeOperator() : null;

    private Rule ReadValues(Field field, RuleOperator @operator, Term head, bool negated)
    {
        cursor.TryTake(Lexeme.Either);
        negated ^= @operator == RuleOperator.Ne;
        var isWhole = @operator is RuleOperator.Eq or RuleOperator.Ne;
        var (texts, _) = values.ReadList(wide: isWhole);
        if (texts.Count == 0)
        {
            // "who have a city": no value, so it is to be there.
            return head.IsAny(Lexeme.City, Lexeme.Country) && isWhole ? ReadExists(field, negated) : throw Complaints.Instead(cursor, Refusals.NoValue(cursor.TextOf(head)));
        }

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        if (isWhole && (head.IsAny(Lexeme.Name, Lexeme.FirstName) || field != FieldCatalog.Name) && TryTakeOperatorAfter() is { } behind)
        {
            (isWhole, @operator) = (false, behind);
        }

        if (isWhole && field == FieldCatalog.Email && texts.All(text => !text.Contains('@') || text[0] == '@'))
        {
            (isWhole, @operator) = (false, RuleOperator.EndsWith);
        }

        if (isWhole)
        {
            return Rules.OneOf(field, texts.SelectMany(text => Places.Spellings(field, text)), negated);
        }

        if (head.IsAny(Lexeme.FirstName, Lexeme.LastName))
        {
            cursor.Warn("Only the full name is stored: the first name is taken for its beginning, the last name for its end.");
        }

        var rule = Rules.Any([.. texts.Select(text => Rules.Test(field, @operator, text))]);
        return negated ? Rules.Negate(rule) : rule;
    }

    // "attributes.plan is gold", "attribute score > 5"; the key as it is written.
    private Rule? TryReadAttribute(bool negated)
    {
        string key;
        if (cursor.PeekIs(Lexeme.AddressText) && cursor.Peek()!.ValueOf(Lexeme.AddressText)!.StartsWith(FieldCatalog.AttributePrefix, StringComparison.OrdinalIgnoreCase))
        {
            key = cursor.TextOf(cursor.Take())[FieldCatalog.AttributePrefix.Length..];
        }
        else if (cursor.TryTake(Lexeme.Attribute) is null || values.ReadList(wide: false) is not { Values: [var written] })
        {
            return null;
        }
        else
        {
            key = written;
        }

        return AttributeValue.IsKey(key) ? ReadAttribute(FieldCatalog.Attribute(key), negated) : null;
    }

    private Rule ReadAttribute(Field field, bool negated)
    {
        negated ^= cursor.TryTake(Lexeme.Not) is not null;
        if (cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(field, negated);
        }

        if (cursor.TryTake(Lexeme.OnFile) is not null)
        {
            return Rules.Exists(field, !negated);
        }

        Rule rule;
        if (new QuantityReader(cursor).TryRead() is { } quantity)
        {
            rule = quantity.Of(field);
        }
        else if (cursor.TryTake(Lexeme.True, Lexeme.False) is { } flag)
        {
            rule = new FieldTest(field, RuleOperator.Eq, new FlagValue(flag.Is(Lexeme.True)));
        }
        else
        {
            var @operator = TryTakeOperator() ?? RuleOperator.Eq;
            negated ^= @operator == RuleOperator.Ne;
            var (texts, _) = values.ReadList(wide: false);
            rule = texts.Count == 0 ? throw Complaints.Instead(cursor, Refusals.NoValue(field.Name))
                : @operator is RuleOperator.Eq or RuleOperator.Ne ? Rules.OneOf(field, texts)
                : Rules.Any([.. texts.Select(text => Rules.Test(field, @operator, text))]);
        }

        return negated ? Rules.Negate(rule) : rule;
    }
}
