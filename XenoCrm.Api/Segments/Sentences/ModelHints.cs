using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Language;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// What the model is told of the account: words that many customers share. A word that few share may tell of one of them, and one that
/// reads like an instruction, an address or a number is none that a sentence needs; those stay here.
/// </summary>
internal sealed record ModelHints(IReadOnlyList<string> Cities, IReadOnlyList<string> Countries, IReadOnlyList<string> Tags,
    IReadOnlyList<string> AttributeKeys)
{
    /// <summary>A word is told if so many customers have it.</summary>
    public const int MinCustomers = 5;

    private const int Most = 50;
    private const int MaxLength = 40;
    private const int MaxWords = 4;
    private const int MaxDigits = 4;

    public static ModelHints Of(CustomerWords words, RuleTime time) =>
        new(Plain(words.Cities, time), Plain(words.Countries, time), Plain(words.Tags, time), Plain(words.AttributeKeys, time));

    private static string[] Plain(IReadOnlyList<WordCount> words, RuleTime time) =>
        [.. words.Where(word => word.Customers >= MinCustomers && IsPlain(word.Text, time)).Select(word => word.Text).Take(Most)];

    private static bool IsPlain(string text, RuleTime time) =>
        text.Length <= MaxLength
        && text.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '\'' or '.' or '&')
        && text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length is > 0 and <= MaxWords
        && text.Count(char.IsDigit) <= MaxDigits
        && GrammarEngine.Parse(text.Replace('_', ' ').Replace('-', ' '), time,
            LanguageHints.None) is not Refusal { Reason: RefusalReason.Steering };
}
