namespace XenoCrm.Language.Words;

/// <summary>The words of which a sentence's terms were made, and the lists of <c>remarks.txt</c> in which they are looked up.</summary>
internal sealed class TermWords(string text, IReadOnlyList<Token> tokens)
{
    public static IReadOnlyDictionary<string, HashSet<string>> Lists { get; } =
        Vocabulary.Sections("XenoCrm.Language.Words.remarks.txt").ToDictionary(section => section.Head, section => section.Phrases.ToHashSet());

    public string First(Term term) => FirstToken(term).Text;

    public Token FirstToken(Term term) => tokens[Place(term)];

    public IEnumerable<string> All(Term term)
    {
        var first = Place(term);
        return tokens.Skip(first).Take(term.EndToken - first).Select(token => token.Text);
    }

    /// <summary>The first word as it was typed, with its capitals and apostrophes.</summary>
    public string Written(Term term) => text[FirstToken(term).Start..FirstToken(term).End];

    public bool IsPercent(Term term) => term.Is(Lexeme.Ranking) && First(term) is "%" or "percent" or "per";

    // A term of no words stands at the word before it.
    private static int Place(Term term) => Math.Min(term.FirstToken, term.EndToken - 1);
}
