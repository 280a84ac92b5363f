using XenoCrm.Api.Language.Words;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Reads past what frames the conditions: "could you please find me all the customers …", "… so that we can send them an offer. Thank you."</summary>
internal sealed class FrameReader(TermCursor cursor)
{
    /// <summary>Everything up to the first word of a condition.</summary>
    public void SkipLead()
    {
        while (cursor.Adjacent() is { } term && (term.IsNoise || IsLead(term)))
        {
            cursor.Position++;
        }
    }

    /// <summary>Whether the frame alone, with no condition in it, asks for everybody.</summary>
    public bool SaysEveryone() => cursor.Terms.Any(term => term.Is(Lexeme.Everyone))
        || (cursor.Terms.Any(term => term.Is(Lexeme.All)) && cursor.Terms.Any(term => term.Is(Lexeme.Subject)));

    /// <summary>The sentence's end, with the courtesies and purposes behind it.</summary>
    public bool TryReadEnd()
    {
        var start = cursor.Position;
        if (IsPurposeAhead())
        {
            cursor.Take();
            SkipCourtesies(everybodyToo: true);
        }
        else
        {
            SkipCourtesies(everybodyToo: false);
        }

        if (cursor.AtEnd && !(cursor.Position != start && cursor.NoiseHas(Lexeme.Everyone)))
        {
            cursor.Position = cursor.Terms.Count;
            return true;
        }

        cursor.Position = start;
        return false;
    }

    /// <summary>Whether nothing but courtesies and purposes follows.</summary>
    public bool IsEndAhead()
    {
        var start = cursor.Position;
        var isEnd = TryReadEnd();
        cursor.Position = start;
        return isEnd;
    }

    /// <summary>Another sentence with conditions: "Find customers in Pune. They should have 3 orders."</summary>
    public bool TryReadNext()
    {
        if (cursor.TryTake(Lexeme.Stop) is null)
        {
            return false;
        }

        SkipLead();
        return !cursor.AtEnd;
    }

    /// <summary>"so that …", "for our summer sale": what the list is for, up to the sentence's end.</summary>
    public bool IsPurposeAhead()
    {
        if (!cursor.PeekIs(Lexeme.Purpose))
        {
            return false;
        }

        var start = cursor.Position;
        cursor.Take();
        SkipCourtesies(everybodyToo: true);
        var isPurpose = cursor.AtEnd || cursor.PeekIs(Lexeme.Stop);
        cursor.Position = start;
        return isPurpose;
    }

    /// <summary>In "A, B, or C" the first comma is an OR too. Commas in lists of values are none of ours.</summary>
    public bool IsCommaAnOr(int comma)
    {
        var depth = 0;
        for (var index = comma; index < cursor.Terms.Count; index++)
        {
            var term = cursor.Terms[index];
            depth += term.Is(Lexeme.Open) ? 1 : term.Is(Lexeme.Close) ? -1 : 0;
            if (depth < 0 || term.IsAny(Lexeme.Stop, Lexeme.But, Lexeme.And, Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs))
            {
                return false;
            }

            if (depth == 0 && index > comma && term.Is(Lexeme.Or) && !IsBetweenNames(index))
            {
                return cursor.Terms[index - 1].Is(Lexeme.Comma) || IsInEither(comma);
            }
        }

        return false;
    }

    private bool IsInEither(int index) => cursor.Terms.Take(index).Any(term => term.Is(Lexeme.Either));

    private bool IsBetweenNames(int or) =>
        or + 1 < cursor.Terms.Count && IsName(cursor.Terms[or + 1]) && cursor.Terms.Take(or).LastOrDefault(term => !term.Is(Lexeme.Comma)) is { } before && IsName(before);

    private static bool IsName(Term term) => term.IsAny(Lexeme.CityName, Lexeme.CountryName, Lexeme.Tag, Lexeme.Unknown, Lexeme.Quoted);

    // "to", "for", "in" belong to the frame where a word of the frame follows; an e-mail is one where somebody is to get it.
    private bool IsLead(Term term)
    {
        var next = cursor.Adjacent(1);
        return term.IsAny(Lexeme.Lead, Lexeme.Stop, Lexeme.Comma)
            || (term.IsAny(Lexeme.Purpose, Lexeme.ForSpan, Lexeme.InPlace, Lexeme.To, Lexeme.Using) && (next is null || next.IsNoise || next.Is(Lexeme.Lead)))
            || (term.IsAny(Lexeme.Email, Lexeme.Name, Lexeme.Tagged) && next is not null && next.IsAny(Lexeme.All, Lexeme.Everyone, Lexeme.Subject, Lexeme.Pronoun))
            || (term.IsAny(Lexeme.And, Lexeme.Or) && next is not null && next.Is(Lexeme.Lead));
    }

    private void SkipCourtesies(bool everybodyToo)
    {
        while (cursor.Adjacent() is { } term
            && (term.IsAny(Lexeme.Lead, Lexeme.Stop, Lexeme.Comma)
                || (term.IsNoise && (everybodyToo || !term.IsAny(Lexeme.Everyone, Lexeme.All)))
                || (everybodyToo && term.IsAny(Lexeme.To, Lexeme.ForSpan, Lexeme.Purpose, Lexeme.And, Lexeme.InPlace, Lexeme.Using, Lexeme.Email, Lexeme.Phone))))
        {
            cursor.Position++;
        }
    }
}
