using static XenoCrm.Language.Words.TermWords;

namespace XenoCrm.Language.Words;

/// <summary>
/// Takes out of a letter what stands around its request: "Our courier stops next week. Could you list everyone …? We may lose 8 % a
/// year."
/// A request names whom it is about, so that what is said of us before and behind it may be in any words, but for those of which a
/// condition could be made: these stay, and are read or refused.
/// </summary>
internal sealed class Background(TermWords words, List<Term> terms, bool isLetter)
{
    private const int LongestAsker = 4;
    private const int LongestName = 4;

    // Of these a condition is made, with or without a figure.
    private static readonly Lexeme[] Said =
    [
        Lexeme.Order, Lexeme.DaysSince, Lexeme.Join, Lexeme.Inactive, Lexeme.Repeat, Lexeme.OneTime, Lexeme.NeverOrdered,
        Lexeme.Unsubscribed, Lexeme.Subscribed, Lexeme.Named, Lexeme.Tagged, Lexeme.Untagged,
        Lexeme.Missing, Lexeme.Based, Lexeme.Outside, Lexeme.Provider, Lexeme.Tag, Lexeme.Attribute, Lexeme.AttributeKey,
        Lexeme.CityName, Lexeme.CountryName, Lexeme.AddressText, Lexeme.Quoted, Lexeme.Subject, Lexeme.Everyone, Lexeme.Relative,
        Lexeme.Except, Lexeme.Unless, Lexeme.AsLongAs, Lexeme.Either, Lexeme.Neither, Lexeme.AnyOfThese, Lexeme.Steering,
        Lexeme.Stray, Lexeme.Ranking,
    ];

    private static readonly Lexeme[] Adjectives =
    [
        Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName, Lexeme.Repeat, Lexeme.OneTime, Lexeme.NeverOrdered, Lexeme.Unsubscribed,
        Lexeme.Subscribed, Lexeme.Inactive, Lexeme.Active, Lexeme.New, Lexeme.Vague,
    ];

    private static readonly Lexeme[] Compared =
        [Lexeme.Gt, Lexeme.Gte, Lexeme.Lt, Lexeme.Lte, Lexeme.Between, Lexeme.GteAfter, Lexeme.LteAfter, Lexeme.More, Lexeme.Less];

    private static readonly Lexeme[] FiguresEnd =
        [Lexeme.GtAfter, Lexeme.LtAfter, Lexeme.GteAfter, Lexeme.LteAfter, Lexeme.More, Lexeme.Less, Lexeme.Times];

    private static readonly Lexeme[] Periods =
        [Lexeme.Ago, Lexeme.Last, Lexeme.This, Lexeme.Since, Lexeme.Month, Lexeme.Date, Lexeme.Part, Lexeme.Today, Lexeme.Yesterday];

    /// <summary>The terms of the request, and all that could be a condition.</summary>
    public List<Term> Strip()
    {
        var start = 0;
        if (FindRequest() is { } request && SentencesTo(request).All(sentence => IsAround(sentence.Start, sentence.End, isBehind: false)))
        {
            start = Word(request) is "among" or "amongst" ? request + 1 : request;
        }

        var kept = new List<Term>();
        var isSigned = false;
        for (var index = start; index < terms.Count;)
        {
            var end = EndOfSentence(index);
            var isPassed = index > start && (IsErrand(index, end) || IsAround(index, end, isBehind: true));
            if (!isPassed && (index == start || !IsName(index, end, isSigned)))
            {
                kept.AddRange(terms[index..end]);
            }

            isSigned = isPassed;
            index = end;
        }

        return kept;
    }

    // Where the words begin that ask for somebody: "so could you please list | everyone who", "we would like to write to | our vips".
    private int? FindRequest()
    {
        for (var whom = 1; whom < terms.Count; whom++)
        {
            if (!NamesWhom(whom))
            {
                continue;
            }

            var index = whom;
            while (index > 0 && (terms[index - 1].IsAny(Adjectives) || terms[index - 1].IsAny(Lexeme.Article, Lexeme.All)))
            {
                index--;
            }

            var asks = index > 0 && terms[index - 1].IsAny(Lexeme.Colon, Lexeme.Stop);
            while (index > 0 && (IsOfRequest(index - 1) || IsGiven(index - 1)))
            {
                index--;
                asks |= terms[index].IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose)
                    || Word(index) is "please" or "kindly" or "pls"
                    || (Word(index) is "to" or "among" or "amongst" && Any(0, index, at => Has(at, "giving")));
            }

            if (asks)
            {
                return index;
            }
        }

        return null;
    }

    private bool NamesWhom(int index) => terms[index].IsAny(Lexeme.Subject, Lexeme.Everyone)
        || (terms[index].Is(Lexeme.Tag) && terms[index - 1].IsAny(Lexeme.Lead, Lexeme.Colon))
        || (terms[index].Is(Lexeme.Relative) && Word(index) is "who" or "whose" or "whoever")
        || (terms[index].Is(Lexeme.Pronoun) && index + 1 < terms.Count && terms[index + 1].IsAny(Lexeme.Relative, Lexeme.With));

    private bool IsOfRequest(int index) =>
        terms[index].IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Purpose, Lexeme.To, Lexeme.ForSpan)
        || (terms[index].IsNoise && !terms[index].IsAny(Lexeme.Subject, Lexeme.Everyone, Lexeme.Relative, Lexeme.Colon))
        || Word(index) is "which" or "among" or "amongst";

    // "gives 20 % to those", "a voucher of 500 rupees for everyone".
    private bool IsGiven(int index) => terms[index].IsAny(Lexeme.Number, Lexeme.Currency, Lexeme.Ranking)
        && Enumerable.Range(index, terms.Count - index).SkipWhile(at => terms[at].IsAny(Lexeme.Number, Lexeme.Currency) || IsPercent(at)
            || Lists["gift"].Contains(Word(at))).FirstOrDefault() is var behind and > 0
        && terms[behind].IsAny(Lexeme.To, Lexeme.ForSpan);

    private int EndOfSentence(int start)
    {
        var depth = 0;
        for (var index = start; index < terms.Count; index++)
        {
            depth += terms[index].Is(Lexeme.Open) ? 1 : terms[index].Is(Lexeme.Close) ? -1 : 0;
            if (depth <= 0 && terms[index].Is(Lexeme.Stop))
            {
                return index + 1;
            }
        }

        return terms.Count;
    }

    private IEnumerable<(int Start, int End)> SentencesTo(int end)
    {
        for (var index = 0; index < end;)
        {
            var next = Math.Min(EndOfSentence(index), end);
            yield return (index, next);
            index = next;
        }
    }

    // Whether it is about us, and no condition.
    private bool IsAround(int start, int end, bool isBehind)
    {
        while (start + 1 < end
            && (terms[start].Is(Lexeme.Comma)
                || (terms[start].Is(Lexeme.Courtesy) && terms[start + 1].Is(Lexeme.Comma))
                || Word(start) is "so" or "and" or "but" or "well"))
        {
            start++;
        }

        var isClause = IsClause(start);
        var mayHavePeriod = isClause && !isBehind;
        return IsAsker(start, end)
            || ((isClause || IsPhrase(start) || IsHeading(start, end))
                && !(isBehind && (Chooses(start, end) || IsFigure(start, end)))
                && !Any(start, end, index => IsCondition(index, start, end) || (!mayHavePeriod && IsPeriod(index))));
    }

    // "We …", "Our courier …", "The campaign …", "Thanks for …", "They will get …".
    private bool IsClause(int start) => Word(start) switch
    {
        "we" or "i" or "im" or "ive" or "weve" or "id" or "wed" or "our" or "my" or "thanks" or "thank" or "its" or "theres" => true,
        "were" or "well" or "ill" => words.Written(terms[start]).Length > Word(start).Length,
        "it" or "sorry" or "apologies" or "remember" or "recall" or "owing" or "due" or "given" => true,
        "in" => Follows(start + 1, "light", "view", "preparation", "connection", "response", "anticipation", "honour", "honor", "order"),
        "the" or "this" or "that" => !NamesMany(start + 1),
        "they" => Follows(start + 1, "will", "get", "receive", "would", "deserve") && !Follows(start + 2, "be"),
        "theyll" => !Follows(start + 1, "be"),
        "because" or "since" or "as" => start + 1 < terms.Count && !terms[start + 1].IsAny(Periods),
        _ => terms[start].IsAny(Lexeme.Last, Lexeme.This, Lexeme.Future, Lexeme.Yesterday, Lexeme.Today)
            && Enumerable.Range(start, Math.Min(4, terms.Count - start)).Any(index => Word(index) is "we" or "i" or "our"),
    };

    // "For our relaunch …", "To celebrate ten years in business …", "Ahead of the opening …".
    private bool IsPhrase(int start) =>
        (Lists["phrase"].Contains(Word(start)) && !NamesMany(start + 1)
            && !(Word(start) == "to" && start + 1 < terms.Count && terms[start + 1].Is(Lexeme.Article)))
        || terms[start].Is(Lexeme.Lead);

    // "For vegans", "with the jazz lovers": they may be those who are meant.
    private bool NamesMany(int index)
    {
        while (index + 1 < terms.Count
            && terms[index].IsAny(Lexeme.Unknown, Lexeme.Unsupported, Lexeme.Lead, Lexeme.Article, Lexeme.Filler, Lexeme.New, Lexeme.Vague)
            && terms[index + 1].IsAny(Lexeme.Unknown, Lexeme.Unsupported, Lexeme.Lead))
        {
            index++;
        }

        return index < terms.Count && terms[index].IsAny(Lexeme.Unknown, Lexeme.Unsupported)
            && !(index + 1 < terms.Count && terms[index + 1].IsAny(Lexeme.Number, Lexeme.Currency))
            && Word(index) is [.., not ('s' or 'u' or 'i' or 'c'), 's'];
    }

    // "Finance has asked me for …", "The head of sales wants …".
    private bool IsAsker(int start, int end) => start == 0 && end <= LongestAsker
        && end < terms.Count
        && terms.Take(end - 1).All(term => term.IsAny(Lexeme.Unknown, Lexeme.Lead, Lexeme.Article, Lexeme.Filler))
        && terms[end - 1].IsAny(Lexeme.Unknown, Lexeme.Lead, Lexeme.Subject)
        && Enumerable.Range(end, Math.Min(3, terms.Count - end)).Any(index => Lists["asking"].Contains(Word(index)));

    // "Tiny favour: …".
    private bool IsHeading(int start, int end) => end - start <= LongestAsker + 1
        && terms[end - 1].Is(Lexeme.Colon)
        && terms[start..end].Exists(term => term.IsAny(Lexeme.Lead, Lexeme.Courtesy));

    // "Kindly sort that out.", "Could you build it by Friday?"
    private bool IsErrand(int start, int end) => (terms[start].IsAny(Lexeme.Lead, Lexeme.Courtesy)
            || Word(start) is "please" or "kindly"
            || (Word(start) is "where" or "how" or "when" && Any(start, end, index => Word(index) is "i" or "we" or "you")))
        && !Any(start + 1, end, index => terms[index].IsAny(Said) && !IsObject(index) && !IsObject(index + 1))
        && !Any(start, end, index => terms[index].IsAny(Lexeme.Number, Lexeme.Not, Lexeme.Spend)
            || (terms[index].Is(Lexeme.Unknown) && !IsObject(index + 1)));

    // "… Thanks! Gosia", "… Could you help? A. Novak", "… Saludos, Pedro".
    private bool IsName(int start, int end, bool isSigned) => end == terms.Count && end - start <= LongestName
        && (isSigned || (isLetter && terms[start..end].Exists(term => term.Is(Lexeme.Comma))))
        && terms[start..end].TrueForAll(term => term.IsAny(Lexeme.Stop, Lexeme.Comma)
            || ((term.Is(Lexeme.Unknown) || term.IsNoise) && char.IsUpper(words.Written(term)[0])));

    private bool IsObject(int index) => index < terms.Count && Word(index) is "it" or "this" or "that";

    private bool IsCondition(int index, int start, int end)
    {
        var term = terms[index];
        if (term.Is(Lexeme.Number))
        {
            // "over 500", "5 or more", "twice".
            return (index + 1 < end && terms[index + 1].IsAny(FiguresEnd))
                || (!IsPercent(index + 1) && index > start && (Chooses(start, index)
                    || (terms[index - 1].IsAny(Compared) && !terms[index - 1].Is(Lexeme.OnDate))));
        }

        // "We want jazz lovers", "we focus on jazz lovers": whom we want is a condition; "we want to try something" names nobody.
        if (term.IsAny(Lexeme.Unknown, Lexeme.Unsupported) && index > start && Word(start) != "they"
            && (terms[index - 1].ValueOf(Lexeme.Lead) == "request" || Chooses(start, index)))
        {
            return true;
        }

        if (term.IsAny(Lexeme.StartsWith, Lexeme.EndsWith))
        {
            return Any(start, end, at =>
                terms[at].IsAny(Lexeme.Name, Lexeme.FirstName, Lexeme.LastName, Lexeme.Email, Lexeme.Phone, Lexeme.Address));
        }

        if (term.IsAny(Lexeme.Spend, Lexeme.AverageOrder, Lexeme.PerOrder))
        {
            // A field without a figure is none; a share of it is no figure.
            return Any(start, end, at => terms[at].Is(Lexeme.Number) && !IsPercent(at + 1));
        }

        // "They must be vegans", "cyclists should get it".
        var isDemand = term.Is(Lexeme.Be) && Word(index) is "must" or "should" or "need" or "needs" or "has" or "have" or "ought";
        var isMeant = index > start && terms[index - 1].Is(Lexeme.Unknown)
            && Word(index) is "should" or "must" or "will" or "can" && Follows(index + 1, "get", "receive", "have");
        return isDemand
            || isMeant
            || term.ValueOf(Lexeme.Unsupported) == "person"
            || (term.IsAny(Said)
                && !(IsPercent(index) || Lists["particle"].Contains(Word(index)) || Word(index) is "that" or "which" or "where")
                && !(IsSaidAgain(index, end) || IsCounted(index, start) || IsOurs(index, start) || IsStatistic(index, start, end)));
    }

    private bool Chooses(int start, int end) => Any(start, end, index => Has(index, "choosing"));

    // "We begin at 500" says what is wanted, "the brochure costs 3" does not.
    private bool IsFigure(int start, int end) => Any(start, end, index => terms[index].Is(Lexeme.Number))
        && !Any(start, end, index =>
            terms[index].IsAny(Lexeme.Unknown, Lexeme.Unsupported) || terms[index].ValueOf(Lexeme.Lead) == "occasion");

    private bool IsPeriod(int index) => terms[index].IsAny(Periods)
        && (!terms[index].Is(Lexeme.This) || (index + 1 < terms.Count && terms[index + 1].Is(Lexeme.Unit)));

    // "Since wholesale clients have other prices, … apart from those tagged wholesale": the request says it, whichever way.
    private bool IsSaidAgain(int index, int end)
    {
        var name = index;
        while (name < end && terms[name].IsAny(Lexeme.Outside, Lexeme.Based))
        {
            name++;
        }

        name -= terms[index].Is(Lexeme.Subject) ? 1 : 0;
        return name >= 0 && name < end && terms[name].IsAny(Lexeme.Tag, Lexeme.CityName, Lexeme.CountryName)
            && terms.Skip(end).Any(term => Same(Lexeme.Tag, term) || Same(Lexeme.CityName, term) || Same(Lexeme.CountryName, term));

        bool Same(Lexeme lexeme, Term term) => terms[name].ValueOf(lexeme) is { } value && term.ValueOf(lexeme) == value;
    }

    // "room for 40 people", "bills per contact", "a second order".
    private bool IsCounted(int index, int start) => index > start
        && (terms[index].Is(Lexeme.Subject) ? IsRoom(index - 1, start) || Word(index - 1) is "per"
            : terms[index].Is(Lexeme.Order) && (terms[index - 1].IsAny(Lexeme.Ordinal, Lexeme.Future) || Word(index - 1) is "second"));

    // "We need 40 people" says how many are wanted.
    private bool IsRoom(int number, int start) => terms[number].Is(Lexeme.Number)
        && !(number > start && terms[number - 1].ValueOf(Lexeme.Lead) == "request");

    // "We ordered 300 bags", "we print 400", "a 12 % drop", "a 12 % code".
    private bool IsOurs(int index, int start)
    {
        var subject = index - 1;
        while (subject > start && terms[subject].IsAny(Lexeme.With, Lexeme.Filler) && Word(subject) is not ("we" or "i"))
        {
            subject--;
        }

        return subject >= start
            && ((terms[index].Is(Lexeme.Order) && Word(subject) is "we" or "i" or "weve" or "ive")
                || (Lists["harmless"].Contains(Word(index))
                    && (Word(subject) is "we" or "i" || Any(start, index, IsPercent))));
    }

    // "We saw a 12 % drop in returning buyers": a figure of ours, in which nobody gets anything.
    private bool IsStatistic(int index, int start, int end)
    {
        var of = index;
        while (of > start
            && (terms[of].IsAny(Lexeme.Subject, Lexeme.Repeat, Lexeme.OneTime, Lexeme.Inactive, Lexeme.Article) || Word(of) == "our"))
        {
            of--;
        }

        return of < index && Word(of) is "in" or "of" or "among"
            && Any(start, end, at => Word(at) is "we" or "i" or "weve" or "ive")
            && Any(start, end, IsPercent)
            && !Any(start, end, at => Has(at, "gift"));
    }

    private bool IsPercent(int index) => index < terms.Count && words.IsPercent(terms[index]);

    private static bool Any(int start, int end, Predicate<int> isSo)
    {
        while (start < end && !isSo(start))
        {
            start++;
        }

        return start < end;
    }

    private bool Follows(int index, params string[] any) => index < terms.Count && any.Contains(Word(index));

    private bool Has(int index, string list) => words.All(terms[index]).Any(Lists[list].Contains);

    private string Word(int index) => words.First(terms[index]);
}
