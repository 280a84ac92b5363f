using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads past what the list is for: an occasion ("for our spring shoe sale"), or what people are to be given ("send a small gift
/// to …").</summary>
internal sealed class OccasionReader(TermCursor cursor)
{
    private const int LongestOccasion = 8;
    private static readonly string[] GivingVerbs =
        ["send", "sending", "offer", "give", "gives", "giving", "mail", "email", "write", "text", "message", "forward"];
    private static readonly string[] OccasionVerbs =
        ["as part of", "planning", "plan", "launching", "running", "run", "start", "starting", "organising", "organizing", "hosting",
            "preparing"];

    /// <summary>"for our upcoming loyalty programme", "launching a shoe sale".</summary>
    public bool TrySkip()
    {
        if (cursor.Position == 0 && IsHeading(out var heading))
        {
            cursor.Position = heading;
            return true;
        }

        if (cursor.Adjacent() is not { } opener
            || !(opener.IsAny(Lexeme.Purpose, Lexeme.ForSpan)
                || (opener.Is(Lexeme.Lead) && OccasionVerbs.Contains(cursor.TextOf(opener).ToLowerInvariant()))))
        {
            return false;
        }

        if (EndOfOccasion(cursor.Position + 1) is not { } end)
        {
            return false;
        }

        cursor.Position = end;
        return true;
    }

    /// <summary>"send a small gift to customers who …": what is sent is no condition.</summary>
    public bool TrySkipGift()
    {
        if (cursor.Adjacent() is not { } opener
            || !opener.IsAny(Lexeme.Lead, Lexeme.Purpose)
            || !Array.Exists(GivingVerbs, cursor.TextOf(opener).ToLowerInvariant().Split(' ').Contains))
        {
            return false;
        }

        for (var index = cursor.Position + 1; index < cursor.Terms.Count && index <= cursor.Position + LongestOccasion; index++)
        {
            var term = cursor.Terms[index];
            if (term.Is(Lexeme.To) && NamesWhom(index + 1))
            {
                cursor.Position = index + 1;
                return true;
            }

            if (!(IsOccasionName(term)
                || IsGift(term)
                || term.IsAny(Lexeme.Email, Lexeme.This, Lexeme.Ago, Lexeme.Courtesy, Lexeme.Number, Lexeme.Currency, Lexeme.Phone)
                || (term.Is(Lexeme.Ranking) && cursor.TextOf(term) == "%")
                || (term.Is(Lexeme.Steering) && cursor.WordOf(term) is "code" or "codes")))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Whether somebody is named at a place, as in "all our vip customers".</summary>
    public bool NamesWhom(int index)
    {
        while (index < cursor.Terms.Count && cursor.Terms[index].IsAny(Lexeme.Article, Lexeme.Filler, Lexeme.All, Lexeme.ForSpan))
        {
            index++;
        }

        while (index < cursor.Terms.Count && IsAdjective(cursor.Terms[index]))
        {
            index++;
        }

        return index < cursor.Terms.Count && cursor.Terms[index].IsAny(Lexeme.Subject, Lexeme.Everyone, Lexeme.Pronoun);
    }

    /// <summary>Whatever people may be given: a word of none of our fields.</summary>
    public static bool IsGift(Term term) => term.Is(Lexeme.Unknown) || (term.ValueOf(Lexeme.Unsupported) is { } kind && kind != "person");

    public static bool IsAdjective(Term term) =>
        term.IsAny(Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName, Lexeme.Repeat, Lexeme.OneTime, Lexeme.Unsubscribed, Lexeme.Subscribed);

    // "Diwali sale: customers …", "Summer campaign for …".
    private bool IsHeading(out int end)
    {
        end = EndOfOccasion(0) ?? 0;
        return end > 0
            && end < cursor.Terms.Count
            && (cursor.Terms[end].IsAny(Lexeme.Colon, Lexeme.ForSpan, Lexeme.To, Lexeme.Stop)
                || (cursor.Terms[end].Is(Lexeme.Comma) && end + 1 < cursor.Terms.Count && cursor.WordOf(cursor.Terms[end + 1]) == "so"));
    }

    private int? EndOfOccasion(int start)
    {
        for (var index = start; index < cursor.Terms.Count
            && index < start + LongestOccasion
            && IsOccasionName(cursor.Terms[index]); index++)
        {
            if (cursor.Terms[index].ValueOf(Lexeme.Lead) != "occasion")
            {
                continue;
            }

            while (index + 1 < cursor.Terms.Count && cursor.Terms[index + 1].ValueOf(Lexeme.Lead) == "occasion")
            {
                index++;
            }

            return index + 1;
        }

        return null;
    }

    private static bool IsOccasionName(Term term) =>
        (term.IsNoise && !term.IsAny(Lexeme.Subject, Lexeme.Relative, Lexeme.Everyone, Lexeme.With))
            || IsGift(term)
            || term.IsAny(Lexeme.Lead, Lexeme.Month, Lexeme.Holiday, Lexeme.New, Lexeme.Vague);
}
