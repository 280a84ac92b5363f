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
    /// <param name="known">What the account knows such values as; a name of its own is spelled as it spells it.</param>
    /// <returns>The values and whether they were joined by "and"; none where none stands.</returns>
    /// <param name="strict">A small word that means something else is no value: "people called yesterday".</param>
    public (List<string> Values, bool IsAnd) ReadList(bool wide, bool strict = false, Lexeme? known = null)
    {
        // "country in (France, Germany)".
        if (strict || !cursor.PeekIs(Lexeme.Open))
        {
            return ReadOpenList(wide, strict, known);
        }

        return cursor.Try<(List<string>, bool)>(() =>
            cursor.Take() is not null
            && ReadOpenList(wide, strict, known) is { Values.Count: > 0 } inside
            && cursor.TryTake(Lexeme.Close) is not null
                ? inside
                : null) ?? ([], false);
    }

    private (List<string> Values, bool IsAnd) ReadOpenList(bool wide, bool strict, Lexeme? known)
    {
        var values = new List<string>();
        var isAnd = false;
        if (TryRead(wide, strict, known) is not { } first)
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
            if ((!comma && joint is null) || isOther || !IsValueAhead() || TryRead(wide, strict, known) is not { } next)
            {
                return null;
            }

            isAnd |= isJoinedByAnd;
            return next;
        }
    }

    // Behind a conjunction only a name is a value; any other word begins the next condition.
    private bool IsValueAhead() => IsValueAhead(cursor.NextToken);

    private bool IsValueAhead(int index) =>
        cursor.TokenAt(index) is { } token
        && cursor.TermAt(index) is { } term
        && (term.IsAny(Lexeme.Quoted, Lexeme.AddressText, Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName)
                || (IsName(token, term) && cursor.TermAt(index + 1)?.IsAny(Lexeme.Tagged, Lexeme.Provider) != true));

    private bool IsName(Token token, Term term) => term.Is(Lexeme.Unknown) || (token.Text.Length == 1 && char.IsUpper(cursor.FirstCharacter(token)));

    private string? TryRead(bool wide, bool strict, Lexeme? known)
    {
        var first = cursor.NextToken;
        while (cursor.TermAt(first) is { } noise && (noise.IsAny(Lexeme.Colon, Lexeme.TheLetter) || (noise.IsAny(Lexeme.Article, Lexeme.Be) && IsFollowedByName(noise))))
        {
            first = noise.EndToken;
        }

        if (cursor.TokenAt(first) is not { } token || cursor.TermAt(first) is not { } term || !IsPossible(token, term) || (strict && !IsValueAhead(first) && char.IsLower(cursor.FirstCharacter(token))))
        {
            return null;
        }

        if (token.Kind == TokenKind.Quoted && token.Text.Any("${}<>;=\\".Contains))
        {
            // Signs of code, which no name, place or address has.
            throw Refusals.Steering(token.Text);
        }

        if (known is { } lexeme && token.Kind == TokenKind.Word && term.FirstToken == first && term.EndToken == first + 1 && term.ValueOf(lexeme) is { } name)
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
        while (cursor.TokenAt(end) is { } next && IsContinued(next, end, wide))
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
        && (next.Kind == TokenKind.Quoted || term.IsAny(Lexeme.TheLetter, Lexeme.Unknown, Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag) || IsName(next, term) || noise.Is(Lexeme.Be));

    private bool IsPossible(Token token, Term term) =>
        token.Kind is TokenKind.Quoted or TokenKind.Address or TokenKind.Number or TokenKind.Date
        || (token.Kind == TokenKind.Word && !term.IsAny(Lexeme.And, Lexeme.Or, Lexeme.But, Lexeme.Nor) && !(term.IsNoise && char.IsLower(cursor.FirstCharacter(token))))
        || (token.Text.Length == 1 && char.IsLetter(token.Text[0]))
        || token.Text == "+";

    private bool IsContinued(Token next, int index, bool wide)
    {
        if (cursor.TokenAt(index - 1)!.Kind == TokenKind.Quoted || next.Kind is TokenKind.Quoted)
        {
            return false;
        }

        if (next.Glued && (next.Kind is TokenKind.Word or TokenKind.Number || (next.Text is "-" or "+" && cursor.TokenAt(index + 1) is { Glued: true, Kind: TokenKind.Word or TokenKind.Number })))
        {
            return true;
        }

        if (next.Kind is TokenKind.Number)
        {
            return cursor.TokenAt(index - 1)!.Kind is TokenKind.Number && wide;
        }

        return next.Kind == TokenKind.Word
            && (cursor.TermAt(index)!.Is(Lexeme.Unknown) || (wide && cursor.IsCorrected(next) && char.IsUpper(cursor.FirstCharacter(next))))
            && (wide || (char.IsUpper(cursor.FirstCharacter(next)) && char.IsUpper(cursor.FirstCharacter(cursor.TokenAt(index - 1)!))));
    }
}
