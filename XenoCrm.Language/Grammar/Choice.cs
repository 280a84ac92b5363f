using XenoCrm.Core.Rules;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language.Grammar;

/// <summary>"…, one of the two is enough": said behind conditions that stand side by side, it makes alternatives of them.</summary>
/// <param name="Text">As it was written.</param>
internal sealed record Choice(string Text)
{
    /// <returns>The terms without it, and what it was; null where none stands.</returns>
    public static (List<Term> Terms, Choice? Choice) TakeFrom(string text, IReadOnlyList<Token> tokens, List<Term> terms)
    {
        var index = terms.FindIndex(term => term.Is(Lexeme.OneSuffices));
        if (index < 0)
        {
            return (terms, null);
        }

        var start = index;
        while (start > 0 && (terms[start - 1].IsAny(Lexeme.Comma, Lexeme.Stop, Lexeme.And, Lexeme.But, Lexeme.To, Lexeme.Open)
            || terms[start - 1].IsNoise))
        {
            start--;
        }

        var end = index + 1 < terms.Count && terms[index + 1].Is(Lexeme.Close) ? index + 2 : index + 1;
        return ([.. terms.Take(start), .. terms.Skip(end)],
            new Choice(text[tokens[terms[index].FirstToken].Start..tokens[terms[index].EndToken - 1].End]));
    }

    /// <exception cref="SentenceRefusedException">It is not clear which conditions it means.</exception>
    public Rule Of(Rule rule) => rule switch
    {
        AnyOf => rule,
        AllOf { Rules: [var first, var second] } => Rules.Any(first, second),
        _ => throw Refusals.TwoWays(Text, "of all conditions", "of the last ones only"),
    };
}
