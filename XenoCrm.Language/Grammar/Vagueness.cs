using XenoCrm.Core.Rules;
using static XenoCrm.Core.Rules.FieldCatalog;

namespace XenoCrm.Language.Grammar;

/// <summary>"Loyal", "new", "big spenders": words that say nothing by themselves, and are let pass only where the sentence says in figures
/// what they mean.</summary>
internal static class Vagueness
{
    private static readonly Field[] OfSpend = [TotalSpend, AverageOrderValue];
    private static readonly Field[] OfFrequency = [OrderCount, TotalSpend, AverageOrderValue];
    private static readonly Field[] OfRecency = [LastOrderAt, DaysSinceLastOrder, FirstOrderAt];
    private static readonly Field[] OfNewness = [CreatedAt, FirstOrderAt];

    /// <exception cref="SentenceRefusedException">A word is left without a condition that explains it.</exception>
    public static void Check(IReadOnlyList<(string Word, string About)> words, Rule rule, TermCursor cursor)
    {
        var fields = rule.Tests().Select(test => test.Field).ToHashSet();
        foreach (var (word, about) in words)
        {
            Field[] explaining = about switch
            {
                "spend" => OfSpend,
                "frequency" => OfFrequency,
                "recency" => OfRecency,
                "new" => OfNewness,
                _ => [.. OfFrequency, .. OfRecency],
            };
            if (!explaining.Any(fields.Contains))
            {
                throw Refusals.Vague(word);
            }

            cursor.Warn($"“{word}” is no condition of its own; only what the rest of the sentence says counts.");
        }
    }

    /// <summary>Whether a condition describes a customer as an adjective or a place does, not by an act.</summary>
    public static bool IsDescription(Rule? rule) =>
        rule is null
            || (!rule.OrdersTests().Any()
                && rule.Tests().Select(test => test.Field)
                    .All(field => field == City || field == Country || field == Tags || field == Unsubscribed))
            || rule is FieldTest { Operator: RuleOperator.Eq or RuleOperator.Gte, Value: NumberValue { Number: <= 2 } } test
                && test.Field == OrderCount;
}
