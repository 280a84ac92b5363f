using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Conditions on an e-mail address by its domain or as a whole: "gmail users", "on gmail", "@gmail.com", "a uni.edu address",
/// "e-mail at yahoo".</summary>
internal sealed class EmailClauses(TermCursor cursor)
{
    private static readonly Lexeme[] Prepositions = [Lexeme.Using, Lexeme.From, Lexeme.Eq, Lexeme.InPlace];

    /// <returns>Null where no address or domain stands.</returns>
    public Rule? TryRead(bool negated)
    {
        SkipPrepositions();
        var isEmail = cursor.TryTake(Lexeme.Email, Lexeme.Address) is not null;
        SkipPrepositions();
        negated ^= cursor.TryTake(Lexeme.Not) is not null;
        SkipPrepositions();
        var endings = new List<Rule>();
        do
        {
            if (TryReadOne(isEmail) is not { } ending)
            {
                return null;
            }

            endings.Add(ending);
            isEmail = true;
        }
        while (TryTakeJoint());

        negated ^= cursor.TryTake(Lexeme.NotAfter) is not null;
        var rule = Rules.Any(endings);
        return negated ? Rules.Negate(rule) : rule;
    }

    private void SkipPrepositions()
    {
        while (cursor.PeekIs(Prepositions))
        {
            cursor.Take();
        }
    }

    private FieldTest? TryReadOne(bool isEmail)
    {
        var term = cursor.Peek();
        var address = term?.ValueOf(Lexeme.AddressText);
        if (term?.ValueOf(Lexeme.Provider) is { } provider)
        {
            address = "@" + provider;
        }
        else if (address is null
            || address.StartsWith(FieldCatalog.AttributePrefix, StringComparison.OrdinalIgnoreCase)
            || (!isEmail && !address.Contains('@') && !IsAddressBehind()))
        {
            // A word with a dot is a domain only beside a word that says so.
            return null;
        }

        cursor.Take();
        while (cursor.PeekIs(Lexeme.Email, Lexeme.Address))
        {
            cursor.Take();
        }

        return address[0] is '@' or '.' ? Rules.Test(FieldCatalog.Email, RuleOperator.EndsWith, address)
            : address.Contains('@') ? Rules.Test(FieldCatalog.Email, RuleOperator.Eq, address)
            : Rules.Test(FieldCatalog.Email, RuleOperator.EndsWith, "@" + address);
    }

    // "gmail.com addresses", "gmail.com, gmx.de or outlook.com addresses".
    private bool IsAddressBehind()
    {
        var ahead = 1;
        while (cursor.PeekIs(ahead, Lexeme.Or, Lexeme.Comma, Lexeme.Slash) && cursor.PeekIs(ahead + 1, Lexeme.AddressText, Lexeme.Provider))
        {
            ahead += 2;
        }

        return cursor.PeekIs(ahead, Lexeme.Address, Lexeme.Email);
    }

    private bool TryTakeJoint()
    {
        if (!cursor.PeekIs(Lexeme.Or, Lexeme.Slash, Lexeme.Nor, Lexeme.Comma, Lexeme.And)
            || !cursor.PeekIs(1, Lexeme.Provider, Lexeme.AddressText))
        {
            return false;
        }

        if (cursor.Take().Is(Lexeme.And))
        {
            cursor.Warn("Nobody has two e-mail addresses: those joined by “and” are read as “or”.");
        }

        return true;
    }
}
