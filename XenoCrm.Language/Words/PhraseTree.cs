namespace XenoCrm.Language.Words;

/// <summary>Phrases by their words, so that the longest one at a place of a sentence is found in one pass over its words.</summary>
internal sealed class PhraseTree
{
    private readonly Node root = new();

    /// <summary>Every word that stands in some phrase.</summary>
    public HashSet<string> Words { get; } = [];

    /// <param name="words">The phrase.</param>
    /// <param name="meanings">What it means: one, or several in turn.</param>
    public void Add(IEnumerable<string> words, IReadOnlyList<Meaning> meanings)
    {
        var node = root;
        foreach (var word in words)
        {
            Words.Add(word);
            node = node.Next.TryGetValue(word, out var next) ? next : node.Next[word] = new Node();
        }

        node.Meanings.Add(meanings);
    }

    /// <summary>Whether these words are a phrase.</summary>
    public bool Has(IEnumerable<string> words)
    {
        var node = root;
        foreach (var word in words)
        {
            if (!node.Next.TryGetValue(word, out var next))
            {
                return false;
            }

            node = next;
        }

        return node.Meanings.Count > 0;
    }

    /// <summary>The longest phrase that begins at a token.</summary>
    /// <returns>How many tokens it has and all that it may mean; nothing and 0 where none begins.</returns>
    public (int Length, IReadOnlyList<IReadOnlyList<Meaning>> Meanings) Match(IReadOnlyList<Token> tokens, int start)
    {
        var node = root;
        var found = (0, (IReadOnlyList<IReadOnlyList<Meaning>>)[]);
        for (var index = start; index < tokens.Count
            && IsWord(tokens[index])
            && node.Next.TryGetValue(tokens[index].Text, out var next); index++)
        {
            node = next;
            if (node.Meanings.Count > 0)
            {
                found = (index - start + 1, node.Meanings);
            }
        }

        return found;
    }

    private static bool IsWord(Token token) => token.Kind is TokenKind.Word or TokenKind.Sign or TokenKind.Number or TokenKind.Ordinal;

    private sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = [];

        public List<IReadOnlyList<Meaning>> Meanings { get; } = [];
    }
}
