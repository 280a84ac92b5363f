using XenoCrm.Core.Rules;
using XenoCrm.Language.Grammar;
using XenoCrm.Language.Meaning;
using XenoCrm.Language.Words;

namespace XenoCrm.Language;

/// <summary>
/// The built-in engine: turns an English sentence into a segment rule with a grammar of its own, without a model, the
/// same way every time. What it does not understand it refuses, and names the words.
/// </summary>
public static class GrammarEngine
{
    public const int MaxPromptLength = 1000;

    /// <summary>The warning of an amount with a currency, for whoever knows the account's own and can say more.</summary>
    public const string CurrencyPassedOver = "The currency is not looked at: amounts are in the account's own.";

    /// <param name="prompt">The sentence.</param>
    /// <param name="time">From when "March" and "last year" are reckoned, and in whose days.</param>
    /// <param name="hints">The names that the account's data know.</param>
    public static Reading Parse(string prompt, RuleTime time, LanguageHints hints)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return Refusals.Empty;
        }

        if (prompt.Length > MaxPromptLength)
        {
            return Refusals.TooLong(MaxPromptLength);
        }

        try
        {
            var tokens = Tokenizer.Cut(prompt);
            DateOrders.Settle(prompt, tokens, hints.Dates);
            var (terms, corrections) = TermReader.Read(tokens, hints);
            terms = Remarks.Without(prompt, tokens, terms);
            var (conditions, choice) = Choice.TakeFrom(prompt, tokens, terms);
            var cursor = new TermCursor(prompt, tokens, conditions);
            var rule = new SentenceReader(cursor, time).Read();
            rule = choice is null ? rule : choice.Of(rule);
            DoubleLimits.Check(rule);
            Consistency.Check(rule, time);
            return new Understood(Canonical(rule), [.. Corrected(prompt, tokens, corrections, cursor), .. cursor.Warnings]);
        }
        catch (SentenceRefusedException refused)
        {
            return new Refusal(refused.Reason, refused.Message);
        }
    }

    // Through the printer and the parser: what comes out is a rule that every other part accepts, in the form it would print.
    private static Rule Canonical(Rule rule)
    {
        try
        {
            return RuleJson.Parse(RuleJson.Print(rule));
        }
        catch (RuleException)
        {
            throw Refusals.TooComplex();
        }
    }

    private static IEnumerable<string> Corrected(string prompt, List<Token> tokens, IReadOnlyDictionary<int, string> corrections,
        TermCursor cursor)
    {
        var words = corrections.Where(correction => !cursor.IsLiteral(correction.Key))
            .Select(correction =>
                $"“{prompt[tokens[correction.Key].Start..tokens[correction.Key].End]}” as "
                + $"“{cursor.NameAt(correction.Key) ?? correction.Value}”")
            .Distinct()
            .ToArray();
        return words.Length == 0 ? [] : [$"Read {string.Join(", ", words)}."];
    }
}
