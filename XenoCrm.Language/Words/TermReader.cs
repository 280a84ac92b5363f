namespace XenoCrm.Language.Words;

/// <summary>Turns tokens into terms: known phrases, numbers, names of places, and what is left as unknown.</summary>
internal sealed class TermReader
{
    private static readonly Spelling WordSpelling =
        new(Vocabulary.English.Words, Vocabulary.English.LeftAlone, Vocabulary.English.Light, shortest: 4);

    private static readonly string[] Giving =
    [
        "give", "giving", "gives", "send", "sending", "show", "showing", "get", "getting", "bring", "tell", "find", "fetch", "hand",
        "provide",
    ];

    private readonly PhraseTree hinted = new();
    private readonly Spelling nameSpelling;
    private readonly List<Token> tokens;

    private TermReader(List<Token> tokens, LanguageHints hints)
    {
        AddHints(hints.Cities, Lexeme.CityName);
        AddHints(hints.Countries, Lexeme.CountryName);
        AddHints(hints.Tags, Lexeme.Tag);
        AddHints(hints.AttributeKeys, Lexeme.AttributeKey);
        nameSpelling =
            new Spelling(hinted.Words.Concat(Vocabulary.English.Phrases.Words.Except(Vocabulary.English.Words)),
                Vocabulary.English.LeftAlone, light: [], shortest: 4, strict: true);
        this.tokens = tokens;
    }

    /// <param name="tokens">The sentence's tokens; misspelt words are put right in it.</param>
    /// <param name="hints">Names that the account knows.</param>
    /// <returns>The terms, and the tokens that were taken for misspelt.</returns>
    public static (List<Term> Terms, IReadOnlyDictionary<int, string> Corrections) Read(List<Token> tokens, LanguageHints hints)
    {
        var reader = new TermReader(tokens, hints);
        var corrections = reader.CorrectSpelling();
        var terms = reader.WithAges(reader.WithColon(reader.WithDashes(WithoutAsides(reader.ReadPhrases()))));
        return (NumberWords.Join(terms, tokens), corrections);
    }

    // "(inclusive)": nothing is said in these parentheses.
    private static List<Term> WithoutAsides(List<Term> terms)
    {
        var kept = new List<Term>();
        for (var index = 0; index < terms.Count; index++)
        {
            var close = terms[index].Is(Lexeme.Open) ? terms.FindIndex(index + 1, term => !term.IsNoise) : -1;
            if (close > index + 1 && terms[close].Is(Lexeme.Close))
            {
                index = close;
                continue;
            }

            kept.Add(terms[index]);
        }

        return kept;
    }

    // "whose last order is more than 3 years old": the age of an order, and nobody's.
    private List<Term> WithAges(List<Term> terms)
    {
        var age = terms.FindIndex(term => term.ValueOf(Lexeme.Unsupported) == "person" && tokens[term.EndToken - 1].Text == "old");
        var what = age < 0 ? -1 : terms.FindLastIndex(age, term => term.IsAny(Lexeme.Order, Lexeme.Relative, Lexeme.And));
        if (what >= 0 && terms[what].Is(Lexeme.Order)
            && terms.Take(age).Skip(what).Any(term => tokens[term.FirstToken].Text is "is" or "was"))
        {
            var first = terms[age].FirstToken;
            terms.RemoveAt(age);
            terms.InsertRange(age, [new Term(Lexeme.Unit, first, "1y"), new Term(Lexeme.Ago, first + 1)]);
        }

        return terms;
    }

    // "Leaving out Jaipur: tagged vip": the colon ends the exception, as a comma does.
    private List<Term> WithColon(List<Term> terms)
    {
        var first = terms.FindIndex(term => !term.IsNoise && !term.IsAny(Lexeme.Lead, Lexeme.Courtesy, Lexeme.Stop, Lexeme.Comma));
        var colon = first >= 0 && terms[first].IsAny(Lexeme.Except, Lexeme.Not) ? terms.FindIndex(first, term => term.Is(Lexeme.Colon))
            : -1;
        if (colon > 0)
        {
            terms[colon] = new Term(Lexeme.Comma, terms[colon].FirstToken);
        }

        // "lapsed buyers = last order more than 120 days ago".
        var equals = terms.FindIndex(term => term.Is(Lexeme.Eq));
        if (equals > 0 && terms[equals - 1].Is(Lexeme.Subject) && tokens[terms[equals].FirstToken].Text == "=")
        {
            terms[equals] = new Term(Lexeme.Colon, terms[equals].FirstToken);
        }

        return terms;
    }

    // "Germany - 5+ orders - still subscribed": a dash between blanks is a comma, unless it stands between the ends of a range.
    private List<Term> WithDashes(List<Term> terms)
    {
        for (var index = 1; index < terms.Count - 1; index++)
        {
            if (terms[index].Is(Lexeme.To)
                && tokens[terms[index].FirstToken] is { Text: "-" or "–" or "—", Glued: false }
                && !tokens[terms[index].EndToken].Glued
                && !(IsEnd(terms[index - 1]) && IsEnd(terms[index + 1])))
            {
                terms[index] = new Term(Lexeme.Comma, terms[index].FirstToken);
            }
        }

        return terms;

        static bool IsEnd(Term term) =>
            term.IsAny(Lexeme.Number, Lexeme.Cardinal, Lexeme.Scale, Lexeme.Currency, Lexeme.Ordinal, Lexeme.Date, Lexeme.Month,
                Lexeme.Part, Lexeme.Unit);
    }

    private void AddHints(IReadOnlyList<string> names, Lexeme lexeme)
    {
        foreach (var name in names)
        {
            Places.Add(hinted, lexeme, name, name);
        }
    }

    private Dictionary<int, string> CorrectSpelling()
    {
        var corrections = new Dictionary<int, string>();
        for (var index = 0; index < tokens.Count; index++)
        {
            var token = tokens[index];
            if (token.Kind == TokenKind.Word
                && !Vocabulary.English.Phrases.Words.Contains(token.Text)
                && !hinted.Words.Contains(token.Text)
                && !IsUnitLetter(index)
                && !IsBehindName(index)
                && (WordSpelling.Correct(token.Text) ?? nameSpelling.Correct(token.Text)) is { } correct)
            {
                corrections[index] = correct;
                tokens[index] = token with { Text = correct };
            }
        }

        return corrections;
    }

    // "first name is Sana": what stands behind "name" is one, and spelled as it is meant.
    private bool IsBehindName(int index)
    {
        while (--index > 0 && tokens[index].Text is "is" or "are" or "was" or "=" or "==" or ":" or "either" or "equals")
        {
            // "name = Sana".
        }

        return index >= 0
            && tokens[index].Text is "name" or "named" or "called" or "surname" or "firstname" or "lastname" or "forename" or "naam";
    }

    private List<Term> ReadPhrases()
    {
        var terms = new List<Term>();
        for (var index = 0; index < tokens.Count;)
        {
            if (tokens[index].Text == "us" && index > 0 && Giving.Contains(tokens[index - 1].Text))
            {
                // "give us customers who …": not those of the United States.
                terms.Add(new Term(Lexeme.Filler, index++));
                continue;
            }

            var (length, meanings) = Match(index);
            if (length == 0)
            {
                terms.Add(ReadSingle(index));
                index++;
                continue;
            }

            var sequence = meanings.FirstOrDefault(meaning => meaning.Count > 1);
            if (sequence is null)
            {
                terms.Add(new Term([.. meanings.Select(meaning => meaning[0])], index, index + length));
            }
            else
            {
                // A phrase that stands for several lexemes: the first has its tokens, the others none.
                terms.AddRange(
                    sequence.Select((meaning, place) => new Term([meaning], place == 0 ? index : index + length, index + length)));
            }

            index += length;
        }

        return terms;
    }

    private (int Length, IReadOnlyList<IReadOnlyList<Meaning>> Meanings) Match(int index)
    {
        var known = Vocabulary.English.Phrases.Match(tokens, index);
        var hint = hinted.Match(tokens, index);
        if (known.Length != hint.Length)
        {
            return known.Length > hint.Length ? known : hint;
        }

        // The account's own tags mean more than a word of frame or one that would be refused, its places are spelled as it
        // spells them; a word of the grammar stays one.
        if (hint.Length > 0
            && known.Meanings.All(meanings =>
                meanings.All(meaning => meaning.Lexeme is Lexeme.Lead or Lexeme.Courtesy or Lexeme.Vague or Lexeme.Unsupported)))
        {
            return hint;
        }

        return known.Meanings.Any(IsPlace)
            ? (hint.Length, [.. hint.Meanings, .. known.Meanings.Where(meaning => !IsPlace(meaning))])
            : known;

        static bool IsPlace(IReadOnlyList<Meaning> meanings) => meanings[0].Lexeme is Lexeme.CityName or Lexeme.CountryName;
    }

    private Term ReadSingle(int index)
    {
        var token = tokens[index];
        return token.Kind switch
        {
            TokenKind.Number => new Term(Lexeme.Number, index) { Number = token.Value },
            TokenKind.Ordinal when token.Value == 1 =>
                new Term([new Meaning(Lexeme.Ordinal, ""), new Meaning(Lexeme.First, "")], index, index + 1) { Number = 1 },
            TokenKind.Ordinal => new Term(Lexeme.Ordinal, index) { Number = token.Value },
            TokenKind.Date => new Term(Lexeme.Date, index) { Period = token.Period },
            TokenKind.Quoted => new Term(Lexeme.Quoted, index, token.Text),
            TokenKind.Address => new Term(Lexeme.AddressText, index, token.Text),
            TokenKind.Stray => new Term(Lexeme.Stray, index),
            TokenKind.Sign => new Term(ReadSign(token.Text), index),
            _ => IsUnitLetter(index) ? ReadUnitLetter(index) : new Term(Lexeme.Unknown, index),
        };
    }

    private static Lexeme ReadSign(string sign) => sign switch
    {
        "," => Lexeme.Comma,
        "." or ";" or "!" or "?" or "…" => Lexeme.Stop,
        ":" => Lexeme.Colon,
        "(" => Lexeme.Open,
        ")" => Lexeme.Close,
        "/" or "|" => Lexeme.Slash,
        _ => Lexeme.Stray,
    };

    // "90d", "6m", "2y": letters that are units only right behind a number.
    private bool IsUnitLetter(int index) =>
        tokens[index].Text is "d" or "m" or "y" or "h" && index > 0 && tokens[index - 1].Kind == TokenKind.Number;

    private Term ReadUnitLetter(int index) => tokens[index].Text switch
    {
        // Months, but millions of money; the grammar knows which it looks for.
        "m" => new Term([new Meaning(Lexeme.Unit, "1mo"), new Meaning(Lexeme.Scale, "1000000")], index, index + 1),
        var letter => new Term(Lexeme.Unit, index, "1" + letter),
    };
}
