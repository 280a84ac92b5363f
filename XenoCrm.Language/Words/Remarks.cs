using static XenoCrm.Language.Words.TermWords;

namespace XenoCrm.Language.Words;

/// <summary>
/// Takes out the clauses that say nothing of the customers, but what we do and why, whatever their words: "We are opening a second café,
/// …",
/// "For the 20 % voucher: …", "…, we send them 10 % off", "… (they get a free coffee)". None of their words may be one of a condition.
/// </summary>
internal sealed class Remarks
{
    private const int LongestGreeting = 5;
    private const int LongestSignature = 9;

    private readonly TermWords words;
    private List<Term> terms;

    private Remarks(TermWords words, List<Term> terms) => (this.words, this.terms) = (words, terms);

    /// <summary>The terms without those of remarks, and of the signs that set these off.</summary>
    public static List<Term> Without(string text, IReadOnlyList<Token> tokens, List<Term> terms) =>
        new Remarks(new TermWords(text, tokens), terms).Strip();

    private List<Term> Strip()
    {
        var letter = WithoutGreeting(terms);
        var isLetter = letter.Count < terms.Count;
        terms = new Background(words, WithoutSignature(letter, isLetter), isLetter).Strip();
        var kept = new List<Term>();
        for (var index = 0; index < terms.Count;)
        {
            if (kept.Count == 0 && EndOfGift(index) is { } whom)
            {
                // "10 % discount for customers who …".
                index = whom;
                continue;
            }

            var end = IsOpening(index, kept) ? EndOf(index) : index;
            if (end > index && IsRemark(index, end) && (kept.Count > 0 || IsListHeading(index) || IsRequestBehind(index, end)))
            {
                // Its sign goes with it: the one before, at the beginning the one behind.
                var isSet = kept.Count > 0 && kept[^1].IsAny(Lexeme.Comma, Lexeme.Open, Lexeme.And);
                if (isSet)
                {
                    kept.RemoveAt(kept.Count - 1);
                }

                // "(who should we upgrade?)".
                end += isSet && end + 1 < terms.Count && terms[end].Is(Lexeme.Stop) && terms[end + 1].Is(Lexeme.Close) ? 1 : 0;
                var closes = end < terms.Count
                    && (terms[end].Is(Lexeme.Close) || (!isSet && terms[end].IsAny(Lexeme.Comma, Lexeme.Colon, Lexeme.Stop)));
                index = closes ? end + 1 : end;
                continue;
            }

            kept.Add(terms[index++]);
        }

        return kept;
    }

    // "Dear Ms Rao,", "Morning!", "Evening all -".
    private List<Term> WithoutGreeting(List<Term> kept)
    {
        if (kept.Count == 0 || !Lists["greeting"].Contains(words.First(kept[0])))
        {
            return kept;
        }

        var end = kept.FindIndex(term => term.IsAny(Lexeme.Comma, Lexeme.Stop));
        return end is > 0 and <= LongestGreeting && kept.Take(end).All(term => IsPossible(term) || term.Is(Lexeme.Unsupported))
            ? kept[(end + 1)..] : kept;
    }

    // "Kind regards, S. Patel": names behind a farewell.
    private List<Term> WithoutSignature(List<Term> kept, bool isLetter)
    {
        var farewell = kept.FindLastIndex(term => Lists["farewell"].Contains(words.First(term))
            || (term.Is(Lexeme.Courtesy) && Lists["farewell"].Contains(words.All(term).Last())));
        while (farewell > 0 && Lists["farewell"].Contains(words.First(kept[farewell - 1])))
        {
            // "Best wishes".
            farewell--;
        }

        var isEnd = farewell > 0 && kept.Count - farewell <= LongestSignature
            && kept[farewell - 1].IsAny(Lexeme.Stop, Lexeme.Comma, Lexeme.Courtesy)
            && kept.Skip(farewell + 1).All(term => term.IsAny(Lexeme.Unknown, Lexeme.Stop, Lexeme.Comma, Lexeme.Courtesy, Lexeme.Lead)
                || term.IsNoise
                || (isLetter && term.Is(Lexeme.CityName) && term == kept[^1]));
        return isEnd ? kept[..farewell] : kept;
    }

    // A clause begins the sentence, or stands behind a sign, or behind "and" where it has a subject of its own.
    private bool IsOpening(int index, List<Term> kept)
    {
        var isFree = kept.Count == 0
            || kept[^1].IsAny(Lexeme.Comma, Lexeme.Stop, Lexeme.Open, Lexeme.Colon)
            || Word(index) == "because"
            || (Word(index) is "so" or "as" && (HasWord(index, "we", "i") || (index + 1 < terms.Count && IsFirstPerson(index + 1))));
        if (kept.Count == 0 && Word(index) is "because" or "to" or "in" or "as" && (Word(index) != "in" || Next(index) == "order"))
        {
            return true;
        }

        if (kept.Count > 0 && (isFree || IsInvitation(index, kept)) && HasGiftOrOccasion(index)
            && !terms[index].IsAny(Lexeme.Relative, Lexeme.With, Lexeme.Not, Lexeme.But, Lexeme.Subject, Lexeme.Everyone))
        {
            return true;
        }

        if (kept.Count > 0
            && terms[index].Is(Lexeme.With)
            && HasGift(index, EndOf(index))
            && Enumerable.Range(index, EndOf(index) - index).Any(at => words.IsPercent(terms[at])
                || (terms[at].Is(Lexeme.Currency) && kept.Exists(term => Lists["rewarding"].Contains(words.First(term))))))
        {
            // "… with a 20% discount", "reward … with a 500-rupee voucher".
            return true;
        }

        return ((isFree || kept[^1].Is(Lexeme.And)) && IsOpener(index, isFree))
            || (isFree && kept.Count > 0 && IsBehindOpener(index, kept[^1]));
    }

    // Behind a condition: ", it's for a joke", "(suppression list)", "(who should we upgrade?)", ", not mail them",
    // ", the MD wants to call each of them", ", customers get 10% off".
    private bool IsBehindOpener(int index, Term sign)
    {
        var end = EndOf(index);
        return IsForUs(index)
            || (sign.Is(Lexeme.Open) && Lists["list"].Contains(TokensOf(end - 1).Last()))
            || (terms[index].Is(Lexeme.Relative) && Lists["getting"].Contains(Next(index)) && (end - index > 2 && IsFirstPerson(index + 2)))
            || (IsProhibition(index) && HasThem(index, end))
            || (!IsAboutThem(index)
                && HasThem(index, end)
                && Enumerable.Range(index, end - index).Any(at => Lists["will"].Contains(Word(at))))
            || (Lists["getting"].Contains(Next(index))
                && terms[index].IsAny(Lexeme.Subject, Lexeme.Everyone, Lexeme.Pronoun)
                && HasGift(index, end));
    }

    // "it's for a corporate pitch"; "it's for vegans" is about the customers.
    private bool IsForUs(int index) => Word(index) is "it" or "its" or "this" or "thats"
        && Enumerable.Range(index, Math.Min(4, EndOf(index) - index)).SelectMany(TokensOf).ToArray() is var said
        && Array.IndexOf(said, "for") is > 0 and var at
        && at + 1 < said.Length
        && said[at + 1] is "a" or "an" or "our" or "my";

    // "them" is whom we do something to; "they" and "who" are those who do it, and that is a condition.
    private bool HasThem(int start, int end) => Enumerable.Range(start, end - start)
        .Any(at => at > start && TokensOf(at).Any(word => word is "them" or "these" or "those"));

    private bool IsAboutThem(int index) =>
        terms[index]
            .IsAny(Lexeme.Pronoun, Lexeme.Relative, Lexeme.Subject, Lexeme.Everyone, Lexeme.With, Lexeme.And, Lexeme.But, Lexeme.Not);

    // "don't mail them", "do not call these".
    private bool IsProhibition(int index) =>
        (Word(index) is "not" or "dont" or "never" && Lists["inviting"].Contains(Next(index)))
        || (Word(index) == "do" && Next(index) == "not" && Lists["inviting"].Contains(NextButOne(index)));

    private string NextButOne(int index) => index + 2 < terms.Count ? Word(index + 2) : "";

    // "invite vips to our opening", "tell everybody in Delhi about the sale": behind whom comes what.
    private bool IsInvitation(int index, List<Term> kept) =>
        Word(index) is "to" or "about" or "for" && Next(index) is "our" or "the" or "my" or "this" or "a" or "an"
            && kept[0].Is(Lexeme.Lead) && Lists["inviting"].Contains(words.First(kept[0]));

    private bool HasGiftOrOccasion(int index) => HasGift(index, EndOf(index))
        || (EndOf(index) - index > 1 && Word(index) is "to" or "about" or "for" && IsGiftOrOccasion(index));

    private int? EndOfGift(int start)
    {
        for (var index = start; index < EndOf(start); index++)
        {
            if (terms[index].IsAny(Lexeme.ForSpan, Lexeme.To, Lexeme.Purpose) && index > start && HasGift(start, index)
                && Word(index) is "for" or "to")
            {
                return index + 1 < terms.Count
                    && (terms[index + 1].IsNoise || terms[index + 1].IsAny(Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName, Lexeme.Repeat,
                    Lexeme.OneTime)) ? index + 1 : null;
            }

            if (!IsPossible(terms[index]) && !IsGift(index, start, EndOf(start)))
            {
                return null;
            }
        }

        return null;
    }

    // "We are opening a café in town, from Pune": what begins with us and is not understood must be followed by a request or by whom it
    // is about.
    private bool IsRequestBehind(int start, int end)
    {
        if (!Enumerable.Range(start, end - start).Any(index => terms[index].IsAny(Lexeme.Unknown, Lexeme.Vague, Lexeme.Unsupported))
            || IsGiftOrOccasion(start))
        {
            return true;
        }

        for (var index = end; index < terms.Count && (index == end || !terms[index].IsAny(Lexeme.Comma, Lexeme.Stop)); index++)
        {
            if (terms[index].IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Subject, Lexeme.Everyone))
            {
                return true;
            }
        }

        return end < terms.Count && terms[end].Is(Lexeme.Stop);
    }

    private bool IsOpener(int index, bool isFree)
    {
        var word = Word(index);
        if (IsFirstPerson(index) || (word is "they" or "each" or "everyone" && Lists["getting"].Contains(Next(index)))
            || (word is "who" or "whom" or "which" && Lists["getting"].Contains(Next(index)) && HasGift(index, EndOf(index)))
            || word is "theyll" or "theyd")
        {
            return true;
        }

        var follows = index + 1 < terms.Count;
        return isFree && (
            IsListHeading(index)
            || word is "hope" or "hoping" or "trust"
            || (Lists["reason"].Contains(word) && (HasWord(index, "we", "i")
                || (follows && (IsFirstPerson(index + 1) || (Word(index + 1) is "they" && word is "because" or "so")))))
            || (word is "for" or "to" or "with" or "about" or "regarding" && IsGiftOrOccasion(index))
            || (word is "it" or "its" or "this" or "thats" && HasWord(index, "for", "is", "its", "thats") && IsGiftOrOccasion(index))
            || (word is "our" or "my" && IsGiftOrOccasion(index))
            || (Lists["heading"].Contains(word) && follows && terms[index + 1].Is(Lexeme.Colon)));
    }

    // "Diwali list: city Jaipur, …".
    private bool IsListHeading(int index) =>
        index == 0 && EndOf(index) is var end && end < terms.Count && terms[end].Is(Lexeme.Colon)
        && Lists["list"].Contains(TokensOf(end - 1).Last())
        && !terms.Take(end).Any(term => term.Is(Lexeme.Vague));

    // "were" and "well" are "we're" and "we'll" only with the apostrophe.
    private bool IsFirstPerson(int index) => Lists["first person"].Contains(Word(index))
        && (Word(index) is not ("were" or "well" or "id" or "ill") || Written(index).AsSpan().IndexOfAny('\'', '’') >= 0);

    private int EndOf(int start)
    {
        var isHeading = start + 1 < terms.Count && terms[start + 1].Is(Lexeme.Colon);
        for (var index = start + (isHeading ? 2 : 1); index < terms.Count; index++)
        {
            if (terms[index].IsAny(Lexeme.Comma, Lexeme.Stop, Lexeme.Open, Lexeme.Close) || (!isHeading && terms[index].Is(Lexeme.Colon)))
            {
                return index;
            }
        }

        return terms.Count;
    }

    private bool IsRemark(int start, int end)
    {
        var isHope = Word(start) is "hope" or "hoping" or "trust" || HasWord(start, "hope", "trust") || Next(start) is "hope" or "trust";
        var isProhibition = IsProhibition(start);
        var hasRequest = false;
        var says = false;
        for (var index = start; index < end; index++)
        {
            var term = terms[index];
            if (!IsPossible(term)
                && !(index == start && term.Is(Lexeme.Relative))
                && !(isProhibition && term.Is(Lexeme.Not))
                && !IsGift(index, start, end)
                && !IsPart(index, start, end)
                && !(isHope && term.Is(Lexeme.Unsupported)))
            {
                return false;
            }

            if (term.IsAny(Lexeme.Email, Lexeme.Phone) && index > start && !isProhibition && IsHad(index, start))
            {
                return false;
            }

            if (term.IsAny(Lexeme.Unknown, Lexeme.Vague)
                && Enumerable.Range(start, index - start).Any(at => TokensOf(at).Any(Lists["choosing"].Contains)))
            {
                // "We only care about vegans".
                return false;
            }

            // "I want jazz lovers": whom we want is a condition. So are those whom a noun names.
            hasRequest = term.ValueOf(Lexeme.Lead) == "request"
                || (hasRequest && !term.IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.To, Lexeme.Purpose));
            var isWhole = term.Is(Lexeme.All) && index + 1 < end && TokensOf(index).Concat(TokensOf(index + 1)).Contains("of");
            if ((!isHope && !isWhole && !(index == start && HasGift(start, end)) && term.IsAny(Lexeme.Subject, Lexeme.Everyone, Lexeme.All))
                || (hasRequest && term.Is(Lexeme.Unknown) && !HasGift(start, end)))
            {
                return false;
            }

            says |= !term.IsNoise;
        }

        return says;
    }

    private static bool IsPossible(Term term) =>
        (term.IsNoise && !term.Is(Lexeme.Relative))
        || (term.ValueOf(Lexeme.Unsupported) is { } kind && kind != "person")
        || term.IsAny(
            Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose, Lexeme.Unknown, Lexeme.To, Lexeme.ForSpan, Lexeme.InPlace, Lexeme.Using,
            Lexeme.And, Lexeme.Or, Lexeme.Month, Lexeme.Holiday, Lexeme.Weekday, Lexeme.This, Lexeme.Today, Lexeme.Future,
            Lexeme.OnDate, Lexeme.During, Lexeme.City, Lexeme.Country, Lexeme.Email, Lexeme.Phone, Lexeme.Currency, Lexeme.About,
            Lexeme.New, Lexeme.Vague);

    // "we have no e-mail for them" is a condition, "we will e-mail them" none.
    private bool IsHad(int index, int start) => Enumerable.Range(start, index - start)
        .Any(at => terms[at].Is(Lexeme.Not)
            || TokensOf(at).Any(word => word is "have" or "has" or "got" or "hold" or "know" or "lack" or "miss" or "no"));

    // What a word of ours may be beside others: "on 15 August", "before Diwali", "St Andrew's day", "pop-up", "win them back", "a second
    // order", "a shop there".
    private bool IsPart(int index, int start, int end)
    {
        var term = terms[index];
        var before = index > start ? terms[index - 1] : null;
        var behind = index + 1 < end ? terms[index + 1] : null;
        return (term.IsAny(Lexeme.Number, Lexeme.Ordinal)
            && (behind?.Is(Lexeme.Month) == true || before?.Is(Lexeme.Month) == true || IsAgain(behind)))
            || (term.IsAny(Lexeme.Before, Lexeme.After)
                && behind?.IsAny(Lexeme.Unknown, Lexeme.Holiday, Lexeme.Month, Lexeme.Article) == true)
            || (Word(index) == "that" && behind?.IsAny(Lexeme.Ordinal, Lexeme.Unknown) == true && index > start)
            || (term.Is(Lexeme.Unit) && before?.Is(Lexeme.Unknown) == true)
            || (words.FirstToken(term).Glued && before?.Is(Lexeme.Unknown) == true)
            || (Lists["particle"].Contains(Word(index))
                && before is not null
                && TokensOf(index - 1).Any(word => word is "them" or "these" or "those"))
            || (IsAgain(term) && before?.IsAny(Lexeme.Ordinal, Lexeme.Future) == true)
            || (Word(index) is "shop" or "store" && before?.IsAny(Lexeme.Article, Lexeme.Filler, Lexeme.New, Lexeme.Unknown) == true);

        static bool IsAgain(Term? term) => term?.Is(Lexeme.Order) == true;
    }

    // "10 % off", "a voucher of 500 rupees", "a little something more".
    private bool IsGift(int index, int start, int end) =>
        (terms[index].Is(Lexeme.Number) && ((index + 1 < end && words.IsPercent(terms[index + 1])) || HasGift(start, end)))
        || words.IsPercent(terms[index])
        || (terms[index].Is(Lexeme.Steering) && index > start && words.IsPercent(terms[index - 1]) && TokensOf(index).Any(Lists["gift"].Contains))
        || (terms[index].Is(Lexeme.Unit) && index > start && terms[index - 1].IsAny(Lexeme.Future, Lexeme.This))
        || (HasGift(start, end) && terms[index].IsAny(Lexeme.Vague, Lexeme.More, Lexeme.Lte, Lexeme.Less));

    private bool HasGift(int start, int end) =>
        Enumerable.Range(start, end - start).Any(index => TokensOf(index).Any(Lists["gift"].Contains));

    private bool IsGiftOrOccasion(int start)
    {
        var end = EndOf(start);
        return HasGift(start, end) || Enumerable.Range(start, end - start).Any(index => terms[index].ValueOf(Lexeme.Lead) == "occasion");
    }

    private string Word(int index) => words.First(terms[index]);

    private string Next(int index) => TokensOf(index).Skip(1).FirstOrDefault() ?? (index + 1 < terms.Count ? Word(index + 1) : "");

    private bool HasWord(int index, params ReadOnlySpan<string> words)
    {
        foreach (var token in TokensOf(index))
        {
            if (words.Contains(token))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<string> TokensOf(int index) => words.All(terms[index]);

    private string Written(int index) => words.Written(terms[index]);
}
