using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>A thing that may be bought, as a sentence names it.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Tests">Of each order one of these holds if it has the thing: one, unless singular and plural are too unlike.</param>
internal sealed record Item(string Text, IReadOnlyList<FieldTest> Tests);

/// <summary>
/// Reads the names of things: "a <b>mug</b>", "<b>running shoes</b>", "“<b>Blue Mug</b>”". Which things an account sells is not known here,
/// so that an unknown word has to show that it is one: by an article, by its plural, or by quotes.
/// </summary>
internal sealed class ItemReader(TermCursor cursor)
{
    private static readonly string[] Determiners = ["a", "an", "the", "our", "any", "my"];

    /// <param name="isDetermined">A "no" stands before it, which does as well as an article.</param>
    /// <returns>Null, and nothing taken, where no thing stands.</returns>
    public Item? TryRead(bool isDetermined = false) => cursor.Try(() => Read(isDetermined));

    private Item? Read(bool isDetermined)
    {
        while (cursor.Adjacent() is { } term && term.IsNoise)
        {
            if (!Determiners.Contains(cursor.TextOf(term).ToLowerInvariant()))
            {
                return null;
            }

            isDetermined = true;
            cursor.Position++;
        }

        if (cursor.Adjacent() is { } pair && cursor.WordOf(pair) is "pair" or "pairs"
            && cursor.Adjacent(1) is { } of && cursor.WordOf(of) == "of")
        {
            cursor.Position += 2;
        }

        return cursor.PeekIs(Lexeme.Quoted) ? ReadQuoted() : ReadWords(isDetermined);
    }

    private Item? ReadQuoted()
    {
        var term = cursor.Take();
        var text = cursor.TakeLiteral(term.FirstToken, term.EndToken);
        if (text.Any("${}<>;=\\".Contains))
        {
            throw Refusals.Steering(text);
        }

        return text.Length == 0 ? null : new Item(text, [new FieldTest(OrderFields.Item, RuleOperator.Eq, new TextValue(text))]);
    }

    private Item? ReadWords(bool isDetermined)
    {
        var count = 0;
        for (var ahead = 0; cursor.Adjacent(ahead) is { IsNoise: false } term && IsPart(term, isFirst: ahead == 0); ahead++)
        {
            count = IsHead(term) ? ahead + 1 : count;
        }

        if (count == 0)
        {
            return null;
        }

        var last = cursor.Adjacent(count - 1)!;
        var head = cursor.TokenAt(last.EndToken - 1)!.Text;
        if (ItemWords.IsNone(head) || !(isDetermined || ItemWords.StandsAlone(head) || last.ValueOf(Lexeme.Unsupported) == "item"))
        {
            return null;
        }

        var text = cursor.TakeLiteral(cursor.Adjacent()!.FirstToken, last.EndToken);
        if (text.Length < 2)
        {
            return null;
        }

        var forms = ItemWords.Forms(text.ToLowerInvariant());
        var parts = string.Join(" or ", forms.Select(form => $"“{form}”"));
        cursor.Warn($"“{text}” is any item whose name or SKU contains {parts}. A whole name or SKU stands in quotes.");
        return new Item(text, [.. forms.Select(form => new FieldTest(OrderFields.Item, RuleOperator.Contains, new TextValue(form)))]);
    }

    // "running shoes", "a vip pass": words of ours may go before the thing, but are none. "te blue shirt" has a slip in it.
    private bool IsPart(Term term, bool isFirst) =>
        IsPlain(term) && !IsFragment(term)
        && (IsHead(term) || term.IsAny(Lexeme.Unsupported, Lexeme.Tag) || (isFirst && term.Is(Lexeme.Lead)));

    private bool IsHead(Term term) => IsPlain(term)
        && (term.Is(Lexeme.Unknown)
            || term.ValueOf(Lexeme.Unsupported) == "item"
            || (term.Is(Lexeme.Phone) && cursor.TextOf(term).ToLowerInvariant() is "phone" or "phones"));

    private bool IsFragment(Term term) => term.Is(Lexeme.Unknown)
        && cursor.WordOf(term).Length <= 2
        && cursor.TokenAt(term.EndToken) is { Kind: TokenKind.Word, Glued: false };

    // A word that was put right may have been meant otherwise.
    private bool IsPlain(Term term) => Enumerable.Range(term.FirstToken, Math.Max(1, term.EndToken - term.FirstToken))
        .All(token => cursor.TokenAt(token) is { Kind: TokenKind.Word } word && !cursor.IsCorrected(word));
}
