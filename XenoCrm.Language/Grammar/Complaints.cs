using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Says why a sentence cannot be read on: the worst word of the whole sentence is named, not just the one where the reading
/// stopped.</summary>
internal static class Complaints
{
    /// <param name="cursor">The sentence.</param>
    /// <param name="term">Where the reading stopped; null at the end of the sentence.</param>
    public static SentenceRefusedException At(TermCursor cursor, Term? term)
    {
        if (Words(cursor, Lexeme.Steering, Lexeme.Stray) is [var steering, ..])
        {
            return Refusals.Steering(steering);
        }

        if (Words(cursor, Lexeme.Unsupported) is { Count: > 0 } unsupported)
        {
            return Refusals.NoSuchField(unsupported);
        }

        if (Words(cursor, Lexeme.Ranking) is [var ranking, ..])
        {
            return Refusals.Ranking(ranking);
        }

        if (Words(cursor, Lexeme.Unknown, Lexeme.Future) is { Count: > 0 } unknown)
        {
            var isPlace = term is not null
                && term.Is(Lexeme.Unknown)
                && cursor.Previous is { } previous
                && previous.IsAny(Lexeme.From, Lexeme.InPlace, Lexeme.Based);
            return isPlace && unknown.Count == 1 ? Refusals.UnknownPlace(unknown[0]) : Refusals.Unknown(unknown);
        }

        if (Words(cursor, Lexeme.Vague, Lexeme.About) is [var vague, ..])
        {
            return Refusals.Vague(vague);
        }

        if (term is null)
        {
            return Refusals.Unfinished();
        }

        return term.ValueOf(Lexeme.Unclear) switch
        {
            "newsletter" => Refusals.Newsletter(cursor.TextOf(term)),
            not null => Refusals.SingleOrders(cursor.TextOf(term)),
            null => Refusals.Misplaced(cursor.TextOf(term)),
        };
    }

    /// <summary>The complaint that fits the place, unless some word of the sentence is a better reason.</summary>
    public static SentenceRefusedException Instead(TermCursor cursor, SentenceRefusedException fitting) =>
        Words(cursor, Lexeme.Steering, Lexeme.Stray, Lexeme.Unsupported, Lexeme.Ranking, Lexeme.Unknown, Lexeme.Future, Lexeme.Vague,
            Lexeme.About).Count > 0
            ? At(cursor, cursor.Peek())
            : fitting;

    private static List<string> Words(TermCursor cursor, params Lexeme[] lexemes) =>
        [.. cursor.Terms.Where(term => !cursor.IsLiteral(term.FirstToken) && lexemes.Contains(term.Meanings[0].Lexeme))
            .Select(cursor.TextOf)];
}
