using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>A place in the sentence. Words without a condition in them are passed over, but can be asked for.</summary>
internal sealed class TermCursor(string text, IReadOnlyList<Token> tokens, IReadOnlyList<Term> terms)
{
    private readonly HashSet<int> literal = [];
    private readonly List<Warning> warnings = [];
    private int position;

    /// <summary>
    /// The next term's index, noise included. Setting it goes ahead; <see cref="Try"/> and <see cref="Ahead"/> go back, and what was
    /// warned of on the way is unsaid.
    /// </summary>
    public int Position
    {
        get => position;
        set
        {
            position = value;
            warnings.RemoveAll(warning => warning.Position > value);
        }
    }

    public IReadOnlyList<Term> Terms => terms;

    /// <summary>What was assumed on the way.</summary>
    public IEnumerable<string> Warnings => warnings
        .Where(warning => warning.Token is not { } token || !IsLiteral(token))
        .OrderBy(warning => warning.Token is not null)
        .Select(warning => warning.Text)
        .Distinct();

    public bool AtEnd => Peek() is null;

    /// <summary>Reads what may stand here; where nothing comes of it, nothing is taken.</summary>
    public T? Try<T>(Func<T?> read)
        where T : class
    {
        var start = Position;
        var found = read();
        Position = found is null ? start : Position;
        return found;
    }

    /// <inheritdoc cref="Try{T}(Func{T?})"/>
    public T? Try<T>(Func<T?> read)
        where T : struct
    {
        var start = Position;
        var found = read();
        Position = found is null ? start : Position;
        return found;
    }

    /// <inheritdoc cref="Try{T}(Func{T?})"/>
    public bool Try(Func<bool> read) => Try(() => read() ? this : null) is not null;

    /// <summary>Looks ahead: nothing is taken, whatever is found.</summary>
    public T Ahead<T>(Func<T> look)
    {
        var start = Position;
        var found = look();
        Position = start;
        return found;
    }

    /// <summary>The next term that says something, or the one <paramref name="ahead"/> after it; null behind the last one.</summary>
    public Term? Peek(int ahead = 0)
    {
        for (var index = Position; index < terms.Count; index++)
        {
            if (!terms[index].IsNoise && ahead-- == 0)
            {
                return terms[index];
            }
        }

        return null;
    }

    public bool PeekIs(params ReadOnlySpan<Lexeme> lexemes) => Peek() is { } term && term.IsAny(lexemes);

    public bool PeekIs(int ahead, params ReadOnlySpan<Lexeme> lexemes) => Peek(ahead) is { } term && term.IsAny(lexemes);

    /// <summary>The very next term, noise included.</summary>
    public Term? Adjacent(int ahead = 0) => Position + ahead < terms.Count ? terms[Position + ahead] : null;

    /// <summary>The noise before the next term that says something.</summary>
    public IEnumerable<Term> Noise()
    {
        for (var index = Position; index < terms.Count && terms[index].IsNoise; index++)
        {
            yield return terms[index];
        }
    }

    public bool NoiseHas(params ReadOnlySpan<Lexeme> lexemes)
    {
        for (var index = Position; index < terms.Count && terms[index].IsNoise; index++)
        {
            if (terms[index].IsAny(lexemes))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The noise right before a place, the last first.</summary>
    public IEnumerable<Term> NoiseBefore(int place) => terms.Take(place).Reverse().TakeWhile(term => term.IsNoise);

    /// <inheritdoc cref="NoiseBefore(int)"/>
    public IEnumerable<Term> NoiseBefore(Term term) => NoiseBefore(terms.TakeWhile(other => !ReferenceEquals(other, term)).Count());

    /// <summary>Whether such a word was passed over right before the place.</summary>
    public bool NoiseHad(params ReadOnlySpan<Lexeme> lexemes)
    {
        for (var index = Position - 1; index >= 0 && terms[index].IsNoise; index--)
        {
            if (terms[index].IsAny(lexemes))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Passes over the noise before the next term that says something: what is read then begins with that term.</summary>
    public void SkipNoise()
    {
        while (Adjacent() is { IsNoise: true })
        {
            Position++;
        }
    }

    /// <summary>The term before the place, noise included.</summary>
    public Term? Previous => Position > 0 ? terms[Position - 1] : null;

    public Term Take()
    {
        while (terms[Position].IsNoise)
        {
            Position++;
        }

        return terms[Position++];
    }

    public Term? TryTake(params ReadOnlySpan<Lexeme> lexemes) => PeekIs(lexemes) ? Take() : null;

    /// <summary>Takes the "one" that stands for a noun said before.</summary>
    public bool TakeOne() => Peek() is { } term && term.Is(Lexeme.Number) && WordOf(term) == "one" && Take() is not null;

    /// <summary>As it was written.</summary>
    public string TextOf(Term term) => text[tokens[FirstToken(term)].Start..tokens[term.EndToken - 1].End];

    /// <summary>Its first word in small letters, its spelling put right.</summary>
    public string WordOf(Term term) => tokens[FirstToken(term)].Text;

    public string TextBetween(int firstTerm, int endTerm)
    {
        var first = FirstToken(terms[firstTerm]);
        return text[tokens[first].Start..tokens[Math.Max(terms[endTerm - 1].EndToken - 1, first)].End];
    }

    public string TextBetween(Term first, Term last) => text[tokens[FirstToken(first)].Start..tokens[last.EndToken - 1].End];

    // A phrase that means several things in turn has its tokens in the first: the others share its last one.
    private static int FirstToken(Term term) => Math.Min(term.FirstToken, term.EndToken - 1);

    /// <summary>The first token after what was taken.</summary>
    public int NextToken => Position == 0 ? 0 : terms[Position - 1].EndToken;

    public Token? TokenAt(int index) => index < tokens.Count ? tokens[index] : null;

    /// <summary>The term that a token belongs to.</summary>
    public Term? TermAt(int token) => terms.FirstOrDefault(term => term.FirstToken <= token && token < term.EndToken);

    /// <summary>The place or tag that a token is the whole name of, as it is spelled; null for any other word.</summary>
    public string? NameAt(int token) =>
        TermAt(token) is { } term && term.EndToken == term.FirstToken + 1
            ? term.ValueOf(Lexeme.CityName) ?? term.ValueOf(Lexeme.CountryName) ?? term.ValueOf(Lexeme.Tag)
            : null;

    /// <summary>Takes tokens as they are written: a name, an address. Their meaning as words does not count.</summary>
    public string TakeLiteral(int firstToken, int endToken)
    {
        for (var index = firstToken; index < endToken; index++)
        {
            literal.Add(index);
        }

        while (Position < terms.Count && terms[Position].FirstToken < endToken)
        {
            Position++;
        }

        var token = tokens[firstToken];
        return token.Kind == TokenKind.Quoted && endToken == firstToken + 1
            ? text[(token.Start + 1)..(token.End - 1)].Trim()
            : text[token.Start..tokens[endToken - 1].End];
    }

    public bool IsLiteral(int token) => literal.Contains(token);

    /// <summary>Whether a word was written otherwise than it is read.</summary>
    public bool IsCorrected(Token token) => token.Kind == TokenKind.Word
        && !text.AsSpan(token.Start, token.End - token.Start).Equals(token.Text, StringComparison.OrdinalIgnoreCase);

    public char FirstCharacter(Token token) => text[token.Start];

    /// <summary>A warning of a term, which is none if the term turns out to be a name: "called April".</summary>
    public void WarnOf(Term term, string warning) => warnings.Add(new Warning(warning, Position, term.FirstToken));

    public void Warn(string warning) => warnings.Add(new Warning(warning, Position, Token: null));

    /// <summary>Takes back the warnings since a place.</summary>
    public void Unsay(int place) => warnings.RemoveAll(warning => warning.Position > place);

    private sealed record Warning(string Text, int Position, int? Token);
}
