using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Conditions on a customer's own attributes, by a key that the account has ("plan is gold") or by being called one
/// ("attributes.plan is gold", "attribute score over 5"). Nothing else is guessed into them.
/// </summary>
internal sealed class AttributeClauses(TermCursor cursor, ValueReader values, QuantityReader quantities)
{
    /// <returns>Null where no attribute stands.</returns>
    public Rule? TryRead(bool negated)
    {
        if (cursor.Try(ReadValueFirst) is { } described)
        {
            return negated ? Rules.Negate(described) : described;
        }

        if (ReadKey() is not { } key || !AttributeKey.IsValid(key))
        {
            return null;
        }

        var field = FieldCatalog.Attribute(key);
        negated ^= cursor.TryTake(Lexeme.Not) is not null;
        if (cursor.TryTake(Lexeme.Missing) is not null)
        {
            return Rules.Exists(field, negated);
        }

        if (cursor.TryTake(Lexeme.OnFile) is not null)
        {
            return Rules.Exists(field, !negated);
        }

        var rule = ReadTest(field);
        return negated ? Rules.Negate(rule) : rule;
    }

    // "gold plan members": a word that is none of ours, right before a key of the account's and no value behind it.
    private FieldTest? ReadValueFirst()
    {
        if (!cursor.PeekIs(Lexeme.Unknown, Lexeme.Quoted) || cursor.Peek(1)?.ValueOf(Lexeme.AttributeKey) is not { } key
            || !AttributeKey.IsValid(key))
        {
            return null;
        }

        var value = cursor.Take();
        var isAdjacent = ReferenceEquals(cursor.Adjacent(), cursor.Peek());
        cursor.Take();
        return isAdjacent && !cursor.NoiseHas(Lexeme.Be, Lexeme.Colon)
            && !cursor.PeekIs(Lexeme.Eq, Lexeme.Ne, Lexeme.Not, Lexeme.Unknown, Lexeme.Quoted, Lexeme.Number, Lexeme.Contains,
            Lexeme.StartsWith)
            ? Rules.Test(FieldCatalog.Attribute(key), RuleOperator.Eq, value.ValueOf(Lexeme.Quoted) ?? cursor.TextOf(value))
            : null;
    }

    // The key as it is written: attributes know small letters from large ones.
    private string? ReadKey()
    {
        if (cursor.PeekIs(Lexeme.AddressText)
            && cursor.Peek()!.ValueOf(Lexeme.AddressText)!.StartsWith(FieldCatalog.AttributePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return cursor.TextOf(cursor.Take())[FieldCatalog.AttributePrefix.Length..];
        }

        if (cursor.Peek()?.ValueOf(Lexeme.AttributeKey) is { } known)
        {
            cursor.Take();
            return known;
        }

        return cursor.TryTake(Lexeme.Attribute) is not null && values.ReadList(wide: false) is { Values: [var written] } ? written : null;
    }

    private Rule ReadTest(Field field)
    {
        if (quantities.TryRead() is { } quantity)
        {
            return quantity.Of(field);
        }

        var (@operator, isSaid) = TextOperators.Take(cursor);
        if (cursor.TryTake(Lexeme.True, Lexeme.False) is { } flag)
        {
            return new FieldTest(field, isSaid ? @operator : RuleOperator.Eq, new FlagValue(flag.Is(Lexeme.True)));
        }

        var (texts, _) = values.ReadList(wide: false);
        return texts.Count == 0 ? throw Complaints.Instead(cursor, Refusals.NoValue(field.Name))
            : @operator is RuleOperator.Eq or RuleOperator.Ne ? Rules.OneOf(field, texts, @operator == RuleOperator.Ne)
            : Rules.Any([.. texts.Select(text => Rules.Test(field, @operator, text))]);
    }
}
