using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>Reads past what frames the conditions: "could you please find me all the customers …", "… so that we can send them an offer.
/// Thank you."</summary>
internal sealed class FrameReader(TermCursor cursor)
{
    private readonly OccasionReader occasions = new(cursor);

    /// <summary>Everything up to the first word of a condition. Behind "customers who" nothing is frame any more: "who will buy" says
    /// something.</summary>
    public void SkipLead()
    {
        var hasSubject = false;
        var isClause = false;
        while (cursor.Adjacent() is { } term
            && ((!isClause && (occasions.TrySkip() || occasions.TrySkipGift())) || term.IsNoise || (!isClause && IsLead(term))))
        {
            if (!ReferenceEquals(term, cursor.Adjacent()))
            {
                continue;
            }

            hasSubject |= term.IsAny(Lexeme.Subject, Lexeme.Everyone);
            isClause |= hasSubject && term.Is(Lexeme.Relative);
            cursor.Position++;
        }
    }

    /// <summary>Whether only frame stands before a place, and asks for everybody: "all customers but …", "everyone but …".</summary>
    public bool SaysAllBefore(int position)
    {
        var before = cursor.Terms.Take(position).ToArray();
        return Array.TrueForAll(before, term => term.IsNoise || IsFrameOnly(term))
            && Array.Exists(before, term => term.IsAny(Lexeme.All, Lexeme.Everyone));
    }

    /// <summary>Whether the frame alone, with no condition in it, asks for everybody.</summary>
    public bool SaysEveryone() => !IsBrokenOff() && (cursor.Terms.Any(term => term.Is(Lexeme.Everyone))
        || (cursor.Terms.Any(term => term.Is(Lexeme.All)) && cursor.Terms.Any(term => term.Is(Lexeme.Subject)))
        || cursor.Terms.LastOrDefault(term => !term.IsAny(Lexeme.Stop, Lexeme.Filler, Lexeme.Courtesy)) is { } last
            && last.Is(Lexeme.All)
            && cursor.TextOf(last).ToLowerInvariant() is "all" or "sab" or "sabhi");

    // "everyone who", "all customers with": what would have followed is not known.
    private bool IsBrokenOff() => cursor.Terms.LastOrDefault(term => !term.IsAny(Lexeme.Stop, Lexeme.Comma)) is { } last
        && (last.Is(Lexeme.Relative) || cursor.TextOf(last).EndsWith("with", StringComparison.OrdinalIgnoreCase));

    /// <summary>The sentence's end, with the courtesies and purposes behind it.</summary>
    public bool TryReadEnd() => cursor.Try(ReadEnd);

    private bool ReadEnd()
    {
        var start = cursor.Position;
        cursor.SkipNoise();
        SkipCourtesies();
        if (IsPurposeAhead())
        {
            SkipPurpose();
            SkipCourtesies();
        }

        // "in Pune, everyone" says two things; "except Pune, everyone" one.
        var isOther = cursor.Position != start && cursor.NoiseHas(Lexeme.Everyone)
            && !cursor.Terms.First(term => !term.IsNoise && !term.Is(Lexeme.Lead)).Is(Lexeme.Except);
        if (cursor.AtEnd && !isOther)
        {
            cursor.Position = cursor.Terms.Count;
            return true;
        }

        return false;
    }

    /// <summary>Whether nothing but courtesies and purposes follows.</summary>
    public bool IsEndAhead() => cursor.Ahead(ReadEnd);

    /// <summary>Another sentence with conditions: "Find customers in Pune. They should have 3 orders."</summary>
    public bool TryReadNext()
    {
        if (cursor.TryTake(Lexeme.Stop) is null)
        {
            return false;
        }

        // Also a sentence of frame alone: "We shall send them an offer." But not "Send it to everyone."
        var start = cursor.Position;
        SkipLead();
        cursor.TryTake(Lexeme.AsLongAs);
        return !cursor.AtEnd || !cursor.Terms.Skip(start).Any(term => term.IsAny(Lexeme.Everyone, Lexeme.All));
    }

    /// <summary>"so that …", "for our summer sale": what the list is for, up to the sentence's end.</summary>
    public bool IsPurposeAhead() => cursor.Ahead(() =>
    {
        if (!SkipPurpose())
        {
            return false;
        }

        SkipCourtesies();
        return cursor.AtEnd || cursor.Previous!.Is(Lexeme.Stop) || cursor.PeekIs(Lexeme.Stop);
    });

    // "to", "for", "in" belong to the frame where a word of the frame follows; an e-mail is one where somebody is to get it.
    private bool IsLead(Term term)
    {
        var next = cursor.Adjacent(1);
        return (term.IsAny(Lexeme.Lead, Lexeme.Courtesy)
            && (IsFrameOnly(term)
                || (!term.IsAny(Lexeme.Email, Lexeme.Name, Lexeme.Tagged)
                    && (next is null || next.IsNoise || next.Is(Lexeme.Lead) || OccasionReader.IsAdjective(next)))))
            || term.IsAny(Lexeme.Stop, Lexeme.Comma)
            || (term.IsAny(Lexeme.Purpose, Lexeme.ForSpan, Lexeme.InPlace, Lexeme.To, Lexeme.Using)
                && (next is null || next.IsNoise || next.Is(Lexeme.Lead)))
            || (term.IsAny(Lexeme.ForSpan, Lexeme.Purpose) && next is not null && OccasionReader.IsAdjective(next))
            || (term.IsAny(Lexeme.Email, Lexeme.Name, Lexeme.Tagged)
                && next is not null
                && next.IsAny(Lexeme.All, Lexeme.Everyone, Lexeme.Subject, Lexeme.Pronoun))
            || (term.IsAny(Lexeme.And, Lexeme.Or) && next is not null && next.Is(Lexeme.Lead));
    }

    // "Kind regards, Mara".
    private bool IsSignature(Term term) =>
        term.Is(Lexeme.Unknown)
        && cursor.Position >= 2
        && cursor.Terms.Skip(cursor.Position + 1).All(after => after.IsAny(Lexeme.Unknown, Lexeme.Stop))
        && cursor.Terms.Take(cursor.Position).LastOrDefault(before => before.Is(Lexeme.Courtesy)) is { } lead
        && cursor.Terms.Skip(cursor.Position - 3).Contains(lead)
        && (cursor.TextOf(lead).Contains("regards", StringComparison.OrdinalIgnoreCase)
            || cursor.TextOf(lead).Contains("thank", StringComparison.OrdinalIgnoreCase)
            || cursor.TextOf(lead).Contains("cheers", StringComparison.OrdinalIgnoreCase));

    private static bool IsFrameOnly(Term term) =>
        term.Meanings.All(meaning => meaning.Lexeme is Lexeme.Lead or Lexeme.Courtesy or Lexeme.Purpose);

    private void SkipCourtesies()
    {
        while (cursor.Adjacent() is { } term
            && (term.IsAny(Lexeme.Courtesy, Lexeme.Stop, Lexeme.Comma)
                || IsSignature(term)
                || (term.IsNoise && !term.IsAny(Lexeme.Everyone, Lexeme.All))))
        {
            cursor.Position++;
        }
    }

    // Behind "them" it is about what they are to get, whatever its words; who they are would begin with "who" or "with".
    private bool SkipPurpose()
    {
        cursor.SkipNoise();
        if (!occasions.TrySkip() && cursor.TryTake(Lexeme.Purpose) is null)
        {
            return false;
        }

        var isAboutThem = cursor.Previous is { } opener && cursor.TextOf(opener).EndsWith("them", StringComparison.OrdinalIgnoreCase);
        while (cursor.Adjacent() is { } term
            && (occasions.TrySkip()
                || term.IsNoise
                || term.IsAny(Lexeme.Lead, Lexeme.To, Lexeme.ForSpan, Lexeme.Purpose, Lexeme.And, Lexeme.InPlace, Lexeme.Using,
                    Lexeme.Email, Lexeme.Phone)
                || (isAboutThem && (OccasionReader.IsGift(term) || term.IsAny(Lexeme.Number, Lexeme.Ranking, Lexeme.Currency)))))
        {
            isAboutThem = (isAboutThem || term.Is(Lexeme.Pronoun)) && !term.IsAny(Lexeme.Relative, Lexeme.With, Lexeme.Subject);
            cursor.Position += ReferenceEquals(term, cursor.Adjacent()) ? 1 : 0;
        }

        return true;
    }
}
