using XenoCrm.Core.Rules;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>
/// Reads values as they are written: "names starting with <b>San</b>", "city is <b>New Delhi</b>", "tagged <b>vip or
/// staff</b>". What such a word means elsewhere does not count.
/// </summary>
internal sealed class ValueReader(TermCursor cursor)
{
    /// <summary>A value, or several joined by commas, "or" and "and".</summary>
    /// <param name="wide">A name may have several words: "named Priya Sharma".</param>
    /// <param name="strict">A small word that means something else is no value: "people called yesterday".</param>
    /// <param name="known">What the account knows such values as; a name of its own is spelled as it spells it.</param>
    /// <param name="also">What else may stand behind the first value, though it is a word of ours.</param>
    /// <param name="isPrefix">The value may end in a hyphen: "starting with event-".</param>
    /// <returns>The values and whether they were joined by "and"; none where none stands.</returns>
    public (List<string> Values, bool IsAnd) ReadList(
        bool wide,
        bool strict = false,
        Lexeme? known = null,
        Lexeme? also = null,
        bool isPrefix = false)
    {
        var form = new Form(wide, strict, known, also, isPrefix);

        // "country in (France, Germany)".
        if (strict || !cursor.PeekIs(Lexeme.Open))
        {
            return ReadOpenList(form);
        }

        return cursor.Try<(List<string>, bool)>(() =>
            cursor.Take() is not null && ReadOpenList(form) is { Values.Count: > 0 } inside && cursor.TryTake(Lexeme.Close) is not null
                ? inside
                : null) ?? ([], false);
    }

    /// <summary>"tagged do-not-contact", "tag no-show": one value, though its first word means something else.</summary>
    public bool IsCompoundAhead() => IsCompound(cursor.NextToken);

    private bool IsCompound(int index) =>
        cursor.TokenAt(index) is { Kind: TokenKind.Word, Text: not "non" }
        && cursor.TokenAt(index + 1) is { Kind: TokenKind.Word, Glued: true };

    private (List<string> Values, bool IsAnd) ReadOpenList(Form form)
    {
        var values = new List<string>();
        var isAnd = false;
        if (TryRead(form) is not { } first)
        {
            return (values, isAnd);
        }

        values.Add(first);
        while (cursor.Try(ReadNext) is { } next)
        {
            values.Add(next);
        }

        return (values, isAnd);

        string? ReadNext()
        {
            var comma = cursor.TryTake(Lexeme.Comma) is not null;
            var joint = cursor.TryTake(Lexeme.Or, Lexeme.And, Lexeme.Nor, Lexeme.Slash);
            var isJoinedByAnd = joint is not null && joint.Is(Lexeme.And);
            var isOther = isJoinedByAnd
                && char.IsUpper(first[0])
                && cursor.TokenAt(cursor.NextToken) is { Kind: TokenKind.Word } word
                && char.IsLower(cursor.FirstCharacter(word));
            if ((!comma && joint is null)
                || isOther
                || !(IsValueAhead(form) || (form.Known == Lexeme.Tag && IsWordAlone(isListed: joint is not null && !isJoinedByAnd)))
                || TryRead(form) is not { } next)
            {
                return null;
            }

            isAnd |= isJoinedByAnd;
            return next;
        }
    }

    // Behind a conjunction only a name is a value; any other word begins the next condition.
    private bool IsValueAhead(Form form) => IsValueAhead(cursor.NextToken, form);

    private bool IsValueAhead(int index, Form form) =>
        cursor.TokenAt(index) is { } token
        && cursor.TermAt(index) is { } term
        && ((term.IsAny(Lexeme.Quoted, Lexeme.AddressText, Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName)
                && term.ValueOf(Lexeme.AddressText)?.StartsWith(FieldCatalog.AttributePrefix, StringComparison.OrdinalIgnoreCase) != true)
            || (form.Also is { } also && term.Is(also))
            || IsCompound(index)
            || (IsName(token, term) && cursor.TermAt(index + 1)?.IsAny(Lexeme.Tagged, Lexeme.Provider) != true));

    // "not tagged staff or test": a word that says nothing else, with nothing behind it that it could belong to.
    private bool IsWordAlone(bool isListed) =>
        cursor.Adjacent() is { } term
        && term.EndToken == term.FirstToken + 1
        && term.Meanings.All(meaning => meaning.Lexeme is Lexeme.Lead or Lexeme.Vague or Lexeme.Unsupported)
        && (isListed
            ? cursor.Adjacent(1)?.IsAny(Lexeme.Comma, Lexeme.Or, Lexeme.And, Lexeme.But, Lexeme.Stop, Lexeme.Close) != false
            : cursor.Adjacent(1)?.Is(Lexeme.Or) == true);

    private bool IsName(Token token, Term term) =>
        term.Is(Lexeme.Unknown) || (token.Text.Length == 1 && char.IsUpper(cursor.FirstCharacter(token)));

    private string? TryRead(Form form)
    {
        var first = cursor.NextToken;
        while (!IsCompound(first)
            && cursor.TermAt(first) is { } noise
            && (noise.IsAny(Lexeme.Colon, Lexeme.TheLetter) || (noise.IsAny(Lexeme.Article, Lexeme.Be) && IsFollowedByName(noise))))
        {
            first = noise.EndToken;
        }

        if (cursor.TokenAt(first) is not { } token
            || cursor.TermAt(first) is not { } term
            || !IsPossible(token, term, first)
            || (form.Strict && !IsValueAhead(first, form) && char.IsLower(cursor.FirstCharacter(token))))
        {
            return null;
        }

        if (token.Kind == TokenKind.Quoted && token.Text.Any("${}<>;=\\".Contains))
        {
            // Signs of code, which no name, place or address has.
            throw Refusals.Steering(token.Text);
        }

        if (form.Known is { } lexeme
            && token.Kind == TokenKind.Word
            && term.FirstToken == first
            && term.EndToken == first + 1
            && !IsCompound(first)
            && term.ValueOf(lexeme) is { } name)
        {
            // One of the account's own, misspelt or not: "tagged wholesale".
            while (cursor.Position < cursor.Terms.Count && cursor.Terms[cursor.Position].FirstToken < term.EndToken)
            {
                cursor.Position++;
            }

            return name;
        }

        var isPlace = term.IsAny(Lexeme.CityName, Lexeme.CountryName) && term.FirstToken == first;
        var end = isPlace ? term.EndToken : first + 1;
        // What was taken out as a remark ends it: "name starts with San so that we can …".
        while (cursor.TokenAt(end) is { } next && cursor.TermAt(end) is not null && IsContinued(next, end, form))
        {
            end++;
        }

        return cursor.TakeLiteral(first, end);
    }

    // "the letter A", "an A", "is Amit": the small word is none of the value.
    private bool IsFollowedByName(Term noise) =>
        cursor.TokenAt(noise.EndToken) is { } next
        && cursor.TermAt(noise.EndToken) is { } term
        && (char.IsLower(cursor.FirstCharacter(cursor.TokenAt(noise.FirstToken)!)) || cursor.TokenAt(noise.FirstToken)!.Text.Length > 1)
        && (next.Kind == TokenKind.Quoted
            || term.IsAny(Lexeme.TheLetter, Lexeme.Unknown, Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag)
            || IsName(next, term)
            || noise.Is(Lexeme.Be));

    private bool IsPossible(Token token, Term term, int index) =>
        token.Kind is TokenKind.Quoted or TokenKind.Address or TokenKind.Number or TokenKind.Date
        || IsCompound(index)
        || (token.Kind == TokenKind.Word
            && !term.IsAny(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Nor)
            && !(term.IsNoise && char.IsLower(cursor.FirstCharacter(token))))
        || (token.Text.Length == 1 && char.IsLetter(token.Text[0]))
        || token.Text == "+";

    private bool IsContinued(Token next, int index, Form form)
    {
        if (cursor.TokenAt(index - 1)!.Kind == TokenKind.Quoted || next.Kind is TokenKind.Quoted)
        {
            return false;
        }

        if (form.IsPrefix && next is { Text: "-", Glued: true } && cursor.TokenAt(index + 1) is not { Glued: true })
        {
            return true;
        }

        if (next.Glued
            && (next.Kind is TokenKind.Word or TokenKind.Number
                || (next.Text is "-" or "+" && cursor.TokenAt(index + 1) is { Glued: true, Kind: TokenKind.Word or TokenKind.Number })))
        {
            return true;
        }

        if (next.Kind is TokenKind.Number)
        {
            return cursor.TokenAt(index - 1)!.Kind is TokenKind.Number && form.Wide;
        }

        return next.Kind == TokenKind.Word
            && (cursor.TermAt(index)!.Is(Lexeme.Unknown)
                || (form.Wide && cursor.IsCorrected(next) && char.IsUpper(cursor.FirstCharacter(next))))
            && (form.Wide
                || (char.IsUpper(cursor.FirstCharacter(next)) && char.IsUpper(cursor.FirstCharacter(cursor.TokenAt(index - 1)!))));
    }

    private sealed record Form(bool Wide, bool Strict, Lexeme? Known, Lexeme? Also, bool IsPrefix);
}
