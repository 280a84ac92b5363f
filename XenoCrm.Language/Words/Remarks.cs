
namespace XenoCrm.Language.Words;

/// <summary>
/// Takes out the clauses that say nothing of the customers, but what we do and why, whatever their words: "We are opening a second café,
/// …",
/// "For the 20 % voucher: …", "…, we send them 10 % off", "… (they get a free coffee)". None of their words may be one of a condition.
/// </summary>
internal sealed class Remarks
{
    private static readonly HashSet<string> FirstPerson = ["we", "i", "im", "ive", "weve", "id", "wed", "were", "well", "ill", "lets",
        "let"];
    private static readonly HashSet<string> Reasons = ["because", "since", "as", "so", "and", "but", "that", "then", "where"];
    private static readonly HashSet<string> Getting = ["get", "gets", "getting", "receive", "receives", "will", "should", "earn",
        "deserve", "can", "may", "shall", "need", "could", "would"];
    private static readonly HashSet<string> Gifts =
    [
        "off", "voucher", "vouchers", "discount", "discounts", "coupon", "coupons", "credit", "cashback", "gift", "gifts", "reward",
            "rewards", "bonus", "points", "free", "giveaway", "rebate", "cheaper",
    ];

    private const int LongestGreeting = 5;
    private const int LongestSignature = 9;

    private static readonly HashSet<string> Greetings = ["dear", "hi", "hello", "hey", "hiya", "heya", "hullo", "morning", "afternoon",
        "evening", "good", "gm", "greetings", "namaste", "hola", "team", "respected", "howdy"];
    private static readonly HashSet<string> Farewells = ["regards", "rgds", "thanks", "thx", "cheers", "ta", "sincerely", "faithfully",
        "truly", "best", "wishes", "br", "kr", "bye", "yours", "greetings", "xx", "dhanyawad"];

    private static readonly HashSet<string> Inviting = ["invite", "email", "mail", "tell", "message", "text", "notify", "inform", "write",
        "remind", "call", "contact", "ask", "send"];

    private static readonly HashSet<string> Headings = ["subject", "re", "fyi", "context", "background", "goal", "aim", "purpose",
        "reason", "note", "ps", "campaign", "objective", "occasion", "idea"];

    private readonly string text;
    private readonly IReadOnlyList<Token> tokens;
    private readonly List<Term> terms;

    private Remarks(string text, IReadOnlyList<Token> tokens, List<Term> terms) =>
        (this.text, this.tokens, this.terms) = (text, tokens, terms);

    /// <summary>The terms without those of remarks, and of the signs that set these off.</summary>
    public static List<Term> Without(string text, IReadOnlyList<Token> tokens, List<Term> terms) =>
        new Remarks(text, tokens, terms).Strip();

    private List<Term> Strip()
    {
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
            if (end > index && IsRemark(index, end) && (kept.Count > 0 || IsRequestBehind(index, end)))
            {
                // Its sign goes with it: the one before, at the beginning the one behind.
                var isSet = kept.Count > 0 && kept[^1].IsAny(Lexeme.Comma, Lexeme.Open, Lexeme.And);
                if (isSet)
                {
                    kept.RemoveAt(kept.Count - 1);
                }

                var closes = end < terms.Count
                    && (terms[end].Is(Lexeme.Close) || (!isSet && terms[end].IsAny(Lexeme.Comma, Lexeme.Colon, Lexeme.Stop)));
                index = closes ? end + 1 : end;
                continue;
            }

            kept.Add(terms[index++]);
        }

        return WithoutSignature(WithoutGreeting(kept));
    }

    // "Dear Ms Rao,", "Morning!", "Evening all -".
    private List<Term> WithoutGreeting(List<Term> kept)
    {
        if (kept.Count == 0 || !Greetings.Contains(tokens[First(kept[0])].Text))
        {
            return kept;
        }

        var end = kept.FindIndex(term => term.IsAny(Lexeme.Comma, Lexeme.Stop));
        return end is > 0 and <= LongestGreeting && kept.Take(end).All(term => IsPossible(term) || term.Is(Lexeme.Unsupported))
            ? kept[(end + 1)..] : kept;
    }

    // "Kind regards, S. Patel": names behind a farewell.
    private List<Term> WithoutSignature(List<Term> kept)
    {
        var farewell = kept.FindLastIndex(term => Farewells.Contains(tokens[First(term)].Text)
            || (term.Is(Lexeme.Courtesy) && Farewells.Contains(tokens[term.EndToken - 1].Text)));
        var isEnd = farewell > 0 && kept.Count - farewell <= LongestSignature
            && kept[farewell - 1].IsAny(Lexeme.Stop, Lexeme.Comma, Lexeme.Courtesy)
            && kept.Skip(farewell + 1).All(term => term.IsAny(Lexeme.Unknown, Lexeme.Stop, Lexeme.Comma, Lexeme.Courtesy, Lexeme.Lead)
                || term.IsNoise);
        return isEnd ? kept[..farewell] : kept;
    }

    // A clause begins the sentence, or stands behind a sign, or behind "and" where it has a subject of its own.
    private bool IsOpening(int index, List<Term> kept)
    {
        var isFree = kept.Count == 0 || kept[^1].IsAny(Lexeme.Comma, Lexeme.Stop, Lexeme.Open, Lexeme.Colon) || Word(index) == "because";
        if (kept.Count == 0 && Word(index) is "because" or "to" or "in" or "as" && (Word(index) != "in" || Next(index) == "order"))
        {
            return true;
        }

        if (kept.Count > 0 && (isFree || IsInvitation(index, kept)) && HasGiftOrOccasion(index)
            && !terms[index].IsAny(Lexeme.Relative, Lexeme.With, Lexeme.Not, Lexeme.But, Lexeme.Subject, Lexeme.Everyone))
        {
            return true;
        }

        return (isFree || kept[^1].Is(Lexeme.And)) && IsOpener(index, isFree);
    }

    // "invite vips to our opening", "tell everybody in Delhi about the sale": behind whom comes what.
    private bool IsInvitation(int index, List<Term> kept) =>
        Word(index) is "to" or "about" or "for" && Next(index) is "our" or "the" or "my" or "this" or "a" or "an"
            && kept[0].Is(Lexeme.Lead) && Inviting.Contains(tokens[First(kept[0])].Text);

    private bool HasGiftOrOccasion(int index) => HasGift(index, EndOf(index))
        || (EndOf(index) - index > 1 && Word(index) is "to" or "about" or "for" && IsGiftOrOccasion(index));

    private int? EndOfGift(int start)
    {
        for (var index = start; index < EndOf(start); index++)
        {
            if (terms[index].IsAny(Lexeme.ForSpan, Lexeme.To, Lexeme.Purpose) && index > start && HasGift(start, index)
                && tokens[First(terms[index])].Text is "for" or "to")
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
        if (IsFirstPerson(index) || (word is "they" or "each" or "everyone" && Getting.Contains(Next(index)))
            || (word is "who" or "whom" or "which" && Getting.Contains(Next(index)) && HasGift(index, EndOf(index)))
            || word is "theyll" or "theyd")
        {
            return true;
        }

        var follows = index + 1 < terms.Count;
        return isFree && (
            word is "hope" or "hoping" or "trust"
            || (Reasons.Contains(word) && (HasWord(index, "we", "i")
                || (follows && (IsFirstPerson(index + 1) || (Word(index + 1) is "they" && word is "because" or "so")))))
            || (word is "for" or "to" or "with" or "about" or "regarding" && IsGiftOrOccasion(index))
            || (word is "it" or "its" or "this" or "thats" && HasWord(index, "for", "is", "its", "thats") && IsGiftOrOccasion(index))
            || (word is "our" or "my" && IsGiftOrOccasion(index))
            || (Headings.Contains(word) && follows && terms[index + 1].Is(Lexeme.Colon)));
    }

    // "were" and "well" are "we're" and "we'll" only with the apostrophe.
    private bool IsFirstPerson(int index) => FirstPerson.Contains(Word(index))
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
        var hasRequest = false;
        var says = false;
        for (var index = start; index < end; index++)
        {
            var term = terms[index];
            if (!IsPossible(term) && !(index == start && term.Is(Lexeme.Relative)) && !IsGift(index, start, end)
                && !(isHope && term.Is(Lexeme.Unsupported)))
            {
                return false;
            }

            // "I want jazz lovers": whom we want is a condition. So are those whom a noun names.
            hasRequest = term.ValueOf(Lexeme.Lead) == "request" || (hasRequest && !term.IsAny(Lexeme.Lead, Lexeme.Courtesy));
            if ((!isHope && term.IsAny(Lexeme.Subject, Lexeme.Everyone, Lexeme.All))
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
                Lexeme.And, Lexeme.Or, Lexeme.Month, Lexeme.Holiday, Lexeme.Weekday,
            Lexeme.This, Lexeme.Today, Lexeme.Future, Lexeme.OnDate, Lexeme.During, Lexeme.City, Lexeme.Country, Lexeme.Email,
                Lexeme.Phone, Lexeme.Currency, Lexeme.About, Lexeme.New, Lexeme.Vague);

    // "10 % off", "a voucher of 500 rupees", "a little something more".
    private bool IsGift(int index, int start, int end) =>
        (terms[index].Is(Lexeme.Number) && ((index + 1 < end && IsPercent(terms[index + 1])) || HasGift(start, end)))
        || IsPercent(terms[index])
        || (terms[index].Is(Lexeme.Unit) && index > start && terms[index - 1].IsAny(Lexeme.Future, Lexeme.This))
        || (HasGift(start, end) && terms[index].IsAny(Lexeme.Vague, Lexeme.More, Lexeme.Lte, Lexeme.Less));

    private bool IsPercent(Term term) => term.Is(Lexeme.Ranking) && tokens[term.FirstToken].Text is "%" or "percent" or "per";

    private bool HasGift(int start, int end) => Enumerable.Range(start, end - start).Any(index => TokensOf(index).Any(Gifts.Contains));

    private bool IsGiftOrOccasion(int start)
    {
        var end = EndOf(start);
        return HasGift(start, end) || Enumerable.Range(start, end - start).Any(index => terms[index].ValueOf(Lexeme.Lead) == "occasion");
    }

    private string Word(int index) => tokens[First(terms[index])].Text;

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

    private IEnumerable<string> TokensOf(int index) =>
        tokens.Skip(First(terms[index])).Take(Math.Max(1, terms[index].EndToken - terms[index].FirstToken)).Select(token => token.Text);

    private string Written(int index) => text[tokens[First(terms[index])].Start..tokens[First(terms[index])].End];

    private static int First(Term term) => Math.Min(term.FirstToken, term.EndToken - 1);
}
