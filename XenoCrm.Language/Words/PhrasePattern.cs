namespace XenoCrm.Language.Words;

/// <summary>Writes out a phrase of the vocabulary's files: <c>(a/b)</c> is a choice, <c>[a/b]</c> one that may be left out.</summary>
internal static class PhrasePattern
{
    /// <returns>Every phrase that the pattern stands for, as its words.</returns>
    public static IEnumerable<string[]> Expand(string pattern)
    {
        var position = 0;
        return Alternatives(pattern, ref position, '\0').Select(phrase => phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static List<string> Alternatives(string pattern, ref int position, char close)
    {
        var finished = new List<string>();
        List<string> current = [""];
        while (position < pattern.Length && pattern[position] != close)
        {
            var c = pattern[position++];
            switch (c)
            {
                case '(':
                    current = Product(current, Alternatives(pattern, ref position, ')'));
                    position++;
                    break;
                case '[':
                    current = Product(current, ["", .. Alternatives(pattern, ref position, ']')]);
                    position++;
                    break;
                case '/' when close != '\0':
                    finished.AddRange(current);
                    current = [""];
                    break;
                default:
                    current = current.ConvertAll(phrase => phrase + c);
                    break;
            }
        }

        finished.AddRange(current);
        return finished;
    }

    private static List<string> Product(List<string> heads, List<string> tails) =>
        [.. heads.SelectMany(head => tails.Select(tail => head + tail))];
}
