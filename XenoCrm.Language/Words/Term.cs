namespace XenoCrm.Language.Words;

/// <summary>One thing that a phrase may mean; the value is a number's, unit's, domain's … or empty.</summary>
internal sealed record Meaning(Lexeme Lexeme, string Value);

/// <summary>A phrase of the sentence and everything that it may mean; the grammar decides by the place.</summary>
/// <param name="Meanings">At least one.</param>
/// <param name="FirstToken">The phrase's first token.</param>
/// <param name="EndToken">The first token after it.</param>
internal sealed record Term(IReadOnlyList<Meaning> Meanings, int FirstToken, int EndToken)
{
    private static readonly HashSet<Lexeme> NoiseLexemes =
    [
        Lexeme.Article, Lexeme.Be, Lexeme.With, Lexeme.Relative, Lexeme.Pronoun, Lexeme.Subject, Lexeme.All,
        Lexeme.Everyone, Lexeme.Filler, Lexeme.Make, Lexeme.Se, Lexeme.Colon,
    ];

    public Term(Lexeme lexeme, int token, string value = "") : this([new Meaning(lexeme, value)], token, token + 1)
    {
    }

    /// <summary>Of a <see cref="Lexeme.Number"/>.</summary>
    public double Number { get; init; }

    /// <summary>What the number was multiplied by: 1,000 in "5 thousand".</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Of a <see cref="Lexeme.Date"/>.</summary>
    public Period? Period { get; init; }

    /// <summary>It says nothing by itself; the grammar passes over it.</summary>
    public bool IsNoise { get; } = Meanings.All(meaning => NoiseLexemes.Contains(meaning.Lexeme));

    public bool Is(Lexeme lexeme) => Find(lexeme) is not null;

    public bool IsAny(params ReadOnlySpan<Lexeme> lexemes)
    {
        foreach (var lexeme in lexemes)
        {
            if (Is(lexeme))
            {
                return true;
            }
        }

        return false;
    }

    public string? ValueOf(Lexeme lexeme) => Find(lexeme)?.Value;

    private Meaning? Find(Lexeme lexeme)
    {
        foreach (var meaning in Meanings)
        {
            if (meaning.Lexeme == lexeme)
            {
                return meaning;
            }
        }

        return null;
    }
}
