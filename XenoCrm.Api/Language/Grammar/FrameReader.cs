using XenoCrm.Api.Language.Words;

namespace XenoCrm.Api.Language.Grammar;

/// <summary>Reads past what frames the conditions: "could you please find me all the customers …", "… so that we can send them an offer. Thank you."</summary>
internal sealed class FrameReader(TermCursor cursor)
{
    private const int LongestOccasion = 8;
    private const int LongestSalutation = 5;
    private static readonly string[] GivingVerbs = ["send", "sending", "offer", "give", "mail", "email", "write", "text", "message", "forward"];
    private static readonly string[] FirstPerson = ["we", "i", "our", "my", "im", "ive", "id", "weve", "wed", "us"];

    // "As discussed this morning, please …", up to the comma.
    private static readonly string[] Preambles = ["as", "per", "following", "further", "to", "in", "because", "given", "regarding", "ahead", "for", "with"];
    private static readonly string[] OccasionVerbs = ["as part of", "planning", "plan", "launching", "running", "run", "start", "starting", "organising", "organizing", "hosting", "preparing"];

    private static readonly string[] Discounts = ["discount", "off", "coupon", "voucher", "offer", "cashback", "promo"];

    /// <summary>Words that are not known were passed over because the sentence begins with what we are doing.</summary>
    public bool HasAnnouncement { get; private set; }

    /// <summary>Everything up to the first word of a condition. Behind "customers who" nothing is frame any more: "who will buy" says something.</summary>
    public void SkipLead()
    {
        var hasSubject = false;
        var isClause = false;
        SkipSalutation();
        SkipAnnouncement();
        while (cursor.Adjacent() is { } term && ((!isClause && (TrySkipOccasion() || TrySkipGift())) || term.IsNoise || (!isClause && IsLead(term))))
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

    // "We are opening a second café and want to invite customers who …": what begins with us is about us up to the request,
    // whatever its words, as long as none of them is one of a condition.
    private void SkipAnnouncement()
    {
        var index = cursor.Position;
        while (index < cursor.Terms.Count && cursor.Terms[index].IsAny(Lexeme.Courtesy, Lexeme.Comma, Lexeme.Stop))
        {
            index++;
        }

        if (index == cursor.Terms.Count)
        {
            return;
        }

        var first = FirstWord(index);
        var isPreamble = Preambles.Contains(first);
        if (!isPreamble && !FirstPerson.Contains(first))
        {
            return;
        }

        var hasUnknown = false;
        var hasRequest = false;
        int? end = null;
        for (; index < cursor.Terms.Count && (IsAnnouncement(cursor.Terms[index]) || cursor.WordOf(cursor.Terms[index]) == "that" || (isPreamble && cursor.Terms[index].IsAny(Lexeme.Today, Lexeme.Yesterday, Lexeme.This, Lexeme.Last, Lexeme.Unit))); index++)
        {
            var term = cursor.Terms[index];
            if (isPreamble && term.Is(Lexeme.Comma) && index + 1 < cursor.Terms.Count && (cursor.Terms[index + 1].IsAny(Lexeme.Lead, Lexeme.Courtesy) || FirstPerson.Contains(FirstWord(index + 1)) || FirstWord(index + 1) is "please" or "kindly"))
            {
                end = index + 1;
                break;
            }

            var isUnknown = term.IsAny(Lexeme.Unknown, Lexeme.Unsupported, Lexeme.Vague);
            if (isUnknown && hasRequest)
            {
                // "I want jazz lovers and need …": whom we want is a condition.
                break;
            }

            hasUnknown |= isUnknown;
            hasRequest |= term.ValueOf(Lexeme.Lead) == "request";
            if (!isPreamble && term.Is(Lexeme.Stop) && hasUnknown && !hasRequest && index + 1 < cursor.Terms.Count && IsRequestAt(index + 1))
            {
                // "We have noticed that people come less often. Could you list …"
                end = index + 1;
                break;
            }

            end = !isPreamble && hasUnknown && term.IsAny(Lexeme.Lead, Lexeme.Purpose) && NamesWhom(index + 1) ? index + 1 : end;
        }

        cursor.Position = end ?? cursor.Position;
        HasAnnouncement |= end is not null;
    }

    private string FirstWord(int index) => cursor.TextOf(cursor.Terms[index]).ToLowerInvariant().Split(' ', '\'', '’')[0];

    private static bool IsAnnouncement(Term term) =>
        (term.IsNoise && !term.Is(Lexeme.Relative))
        || IsGift(term)
        || term.IsAny(Lexeme.City, Lexeme.Country, Lexeme.Vague, Lexeme.Stop)
        || term.IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose, Lexeme.Unknown, Lexeme.Comma, Lexeme.And, Lexeme.To, Lexeme.ForSpan, Lexeme.InPlace, Lexeme.Using, Lexeme.New, Lexeme.Month, Lexeme.Holiday);

    private static bool IsAdjective(Term term) =>
        term.IsAny(Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName, Lexeme.Repeat, Lexeme.OneTime, Lexeme.Unsubscribed, Lexeme.Subscribed);

    private bool IsRequestAt(int index) =>
        cursor.Terms[index].IsAny(Lexeme.Lead, Lexeme.Courtesy) || FirstPerson.Contains(FirstWord(index)) || FirstWord(index) is "please" or "kindly";

    // "Dear Ms Rao,"
    private void SkipSalutation()
    {
        if (cursor.Position != 0 || cursor.Terms.Count == 0 || FirstWord(0) is not ("dear" or "hi" or "hello" or "hey" or "respected"))
        {
            return;
        }

        for (var index = 1; index < cursor.Terms.Count && index <= LongestSalutation; index++)
        {
            if (cursor.Terms[index].IsAny(Lexeme.Comma, Lexeme.Stop))
            {
                cursor.Position = index + 1;
                return;
            }

            if (!cursor.Terms[index].IsAny(Lexeme.Unknown, Lexeme.Lead, Lexeme.Filler, Lexeme.Everyone, Lexeme.Courtesy))
            {
                return;
            }
        }
    }

    // "send a small gift to customers who …": what is sent is no condition.
    private bool TrySkipGift()
    {
        if (cursor.Adjacent() is not { } opener || !opener.IsAny(Lexeme.Lead, Lexeme.Purpose) || !Array.Exists(GivingVerbs, cursor.TextOf(opener).ToLowerInvariant().Split(' ').Contains))
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

            if (!(IsOccasionName(term) || IsGift(term) || term.IsAny(Lexeme.Email, Lexeme.This, Lexeme.Ago, Lexeme.Courtesy, Lexeme.Number, Lexeme.Currency, Lexeme.Phone) || (term.Is(Lexeme.Ranking) && cursor.TextOf(term) == "%")))
            {
                return false;
            }
        }

        return false;
    }

    private bool NamesWhom(int index)
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

    // "for our upcoming loyalty programme", "launching a shoe sale".
    private bool TrySkipOccasion()
    {
        if (cursor.Position == 0 && IsHeading(out var heading))
        {
            cursor.Position = heading;
            return true;
        }

        if (cursor.Adjacent() is not { } opener || !(opener.IsAny(Lexeme.Purpose, Lexeme.ForSpan) || (opener.Is(Lexeme.Lead) && OccasionVerbs.Contains(cursor.TextOf(opener).ToLowerInvariant()))))
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

    // "Diwali sale: customers …", "Summer campaign for …".
    private bool IsHeading(out int end)
    {
        end = EndOfOccasion(0) ?? 0;
        return end > 0 && end < cursor.Terms.Count && cursor.Terms[end].IsAny(Lexeme.Colon, Lexeme.ForSpan, Lexeme.To, Lexeme.Stop);
    }

    private int? EndOfOccasion(int start)
    {
        for (var index = start; index < cursor.Terms.Count && index < start + LongestOccasion && IsOccasionName(cursor.Terms[index]); index++)
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
        (term.IsNoise && !term.IsAny(Lexeme.Subject, Lexeme.Relative, Lexeme.Everyone, Lexeme.With)) || IsGift(term) || term.IsAny(Lexeme.Lead, Lexeme.Month, Lexeme.Holiday, Lexeme.New, Lexeme.Vague);

    /// <summary>Whether only frame stands before a place, and names whom it is about.</summary>
    /// <param name="position">The place.</param>
    /// <param name="everywhere">Conditions may stand before it too.</param>
    public bool HasSubjectBefore(int position, bool everywhere = false)
    {
        var before = cursor.Terms.Take(position).ToArray();
        return everywhere ? Array.Exists(before, term => term.IsAny(Lexeme.Subject, Lexeme.Everyone)) : Array.TrueForAll(before, term => term.IsNoise || IsFrameOnly(term)) && Array.Exists(before, term => term.IsAny(Lexeme.Subject, Lexeme.Everyone));
    }

    /// <summary>Whether only frame stands before a place, and asks for everybody: "all customers but …", "everyone but …".</summary>
    public bool SaysAllBefore(int position)
    {
        var before = cursor.Terms.Take(position).ToArray();
        return Array.TrueForAll(before, term => term.IsNoise || IsFrameOnly(term)) && Array.Exists(before, term => term.IsAny(Lexeme.All, Lexeme.Everyone));
    }

    /// <summary>Whether the frame alone, with no condition in it, asks for everybody.</summary>
    public bool SaysEveryone() => !IsBrokenOff() && (cursor.Terms.Any(term => term.Is(Lexeme.Everyone))
        || (cursor.Terms.Any(term => term.Is(Lexeme.All)) && cursor.Terms.Any(term => term.Is(Lexeme.Subject)))
        || cursor.Terms.LastOrDefault(term => !term.IsAny(Lexeme.Stop, Lexeme.Filler, Lexeme.Courtesy)) is { } last && last.Is(Lexeme.All) && cursor.TextOf(last).ToLowerInvariant() is "all" or "sab" or "sabhi");

    // "everyone who", "all customers with": what would have followed is not known.
    private bool IsBrokenOff() => cursor.Terms.LastOrDefault(term => !term.IsAny(Lexeme.Stop, Lexeme.Comma)) is { } last && (last.Is(Lexeme.Relative) || cursor.TextOf(last).EndsWith("with", StringComparison.OrdinalIgnoreCase));

    /// <summary>The sentence's end, with the courtesies and purposes behind it.</summary>
    public bool TryReadEnd()
    {
        var start = cursor.Position;
        while (cursor.Adjacent() is { IsNoise: true })
        {
            cursor.Position++;
        }

        SkipCourtesies();
        if (IsPurposeAhead())
        {
            SkipPurpose();
            SkipCourtesies();
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

        // Also a sentence of frame alone: "We shall send them an offer." But not "Send it to everyone."
        var start = cursor.Position;
        SkipLead();
        return !cursor.AtEnd || !cursor.Terms.Skip(start).Any(term => term.IsAny(Lexeme.Everyone, Lexeme.All));
    }

    /// <summary>"so that …", "for our summer sale": what the list is for, up to the sentence's end.</summary>
    public bool IsPurposeAhead()
    {
        var start = cursor.Position;
        if (!SkipPurpose())
        {
            return false;
        }

        SkipCourtesies();
        var isPurpose = cursor.AtEnd || cursor.Previous!.Is(Lexeme.Stop) || cursor.PeekIs(Lexeme.Stop);
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
        return (term.IsAny(Lexeme.Lead, Lexeme.Courtesy) && (IsFrameOnly(term) || (!term.IsAny(Lexeme.Email, Lexeme.Name, Lexeme.Tagged) && (next is null || next.IsNoise || next.Is(Lexeme.Lead) || IsAdjective(next)))))
            || term.IsAny(Lexeme.Stop, Lexeme.Comma)
            || (term.IsAny(Lexeme.Purpose, Lexeme.ForSpan, Lexeme.InPlace, Lexeme.To, Lexeme.Using) && (next is null || next.IsNoise || next.Is(Lexeme.Lead)))
            || (term.Is(Lexeme.ForSpan) && next is not null && IsAdjective(next))
            || (term.IsAny(Lexeme.Email, Lexeme.Name, Lexeme.Tagged) && next is not null && next.IsAny(Lexeme.All, Lexeme.Everyone, Lexeme.Subject, Lexeme.Pronoun))
            || (term.IsAny(Lexeme.And, Lexeme.Or) && next is not null && next.Is(Lexeme.Lead));
    }

    // "Kind regards, Mara".
    private bool IsSignature(Term term) =>
        term.Is(Lexeme.Unknown)
        && cursor.Position >= 2
        && cursor.Terms.Skip(cursor.Position + 1).All(after => after.IsAny(Lexeme.Unknown, Lexeme.Stop))
        && cursor.Terms.Take(cursor.Position).LastOrDefault(before => before.Is(Lexeme.Courtesy)) is { } lead
        && cursor.Terms.Skip(cursor.Position - 3).Contains(lead)
        && (cursor.TextOf(lead).Contains("regards", StringComparison.OrdinalIgnoreCase) || cursor.TextOf(lead).Contains("thank", StringComparison.OrdinalIgnoreCase) || cursor.TextOf(lead).Contains("cheers", StringComparison.OrdinalIgnoreCase));

    private static bool IsFrameOnly(Term term) => term.Meanings.All(meaning => meaning.Lexeme is Lexeme.Lead or Lexeme.Courtesy or Lexeme.Purpose);

    // "… with a 20 % discount".
    private bool TrySkipDiscount()
    {
        if (!cursor.PeekIs(Lexeme.Number) || !(cursor.NoiseHas(Lexeme.With) || cursor.NoiseHad(Lexeme.With)) || !cursor.PeekIs(1, Lexeme.Ranking) || cursor.Peek(2) is not { } gift || !Discounts.Contains(cursor.TextOf(gift).ToLowerInvariant()))
        {
            return false;
        }

        cursor.Take();
        cursor.Take();
        cursor.Take();
        return true;
    }

    private void SkipCourtesies()
    {
        while (TrySkipDiscount())
        {
            // What they are to get is no condition.
        }

        while (cursor.Adjacent() is { } term
            && (term.IsAny(Lexeme.Courtesy, Lexeme.Stop, Lexeme.Comma) || IsSignature(term) || (term.IsNoise && !term.IsAny(Lexeme.Everyone, Lexeme.All))))
        {
            cursor.Position++;
        }
    }

    // Behind "them" it is about what they are to get, whatever its words; who they are would begin with "who" or "with".
    private bool SkipPurpose()
    {
        while (cursor.Adjacent() is { IsNoise: true })
        {
            cursor.Position++;
        }

        if (!TrySkipOccasion() && cursor.TryTake(Lexeme.Purpose) is null)
        {
            return false;
        }

        var isAboutThem = cursor.Previous is { } opener && cursor.TextOf(opener).EndsWith("them", StringComparison.OrdinalIgnoreCase);
        while (cursor.Adjacent() is { } term
            && (TrySkipOccasion() || term.IsNoise || term.IsAny(Lexeme.Lead, Lexeme.To, Lexeme.ForSpan, Lexeme.Purpose, Lexeme.And, Lexeme.InPlace, Lexeme.Using, Lexeme.Email, Lexeme.Phone)
                || (isAboutThem && (IsGift(term) || term.IsAny(Lexeme.Number, Lexeme.Ranking, Lexeme.Currency)))))
        {
            isAboutThem = (isAboutThem || term.Is(Lexeme.Pronoun)) && !term.IsAny(Lexeme.Relative, Lexeme.With, Lexeme.Subject);
            cursor.Position += ReferenceEquals(term, cursor.Adjacent()) ? 1 : 0;
        }

        return true;
    }

    private static bool IsGift(Term term) => term.Is(Lexeme.Unknown) || (term.ValueOf(Lexeme.Unsupported) is { } kind && kind != "person");
}
