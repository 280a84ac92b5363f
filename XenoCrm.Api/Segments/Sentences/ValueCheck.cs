using XenoCrm.Core.Customers;
using XenoCrm.Core.Places;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;
using XenoCrm.Language.Words;

namespace XenoCrm.Api.Segments.Sentences;

/// <summary>
/// Says of a rule's values which no customer has, and what may be meant: "No customer has the city “Bombay”. Did you mean “Mumbai”?" A
/// rule that is right but for a spelling selects nobody, and nothing else would tell.
/// </summary>
internal sealed class ValueCheck(ISegmentStore segments, AccountWords words)
{
    private const int MostValues = 10;

    /// <param name="rule">The rule.</param>
    /// <param name="now">When it is evaluated.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<IReadOnlyList<string>> FindAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var account = await words.GetAsync(cancellationToken);
        var warnings = new List<string>();
        foreach (var (field, text) in Values(rule).Distinct().Take(MostValues))
        {
            // By its key each as it is spelled there, the most frequent spelling first.
            var known = Known(field, account).DistinctBy(word => TextKey.Of(word.Text))
                .ToDictionary(word => TextKey.Of(word.Text), word => word.Text);
            if (known.Count == 0 && !account.AttributeKeys.Any(key => key.Text == field.AttributeKey))
            {
                // Where nobody has anything of the kind, a value says nothing more.
                continue;
            }

            if (!known.ContainsKey(TextKey.Of(text)) && !await IsThereAsync(field, text, now, cancellationToken))
            {
                var meant = PlaceAliases.Of(field, text).Select(alias => known.GetValueOrDefault(TextKey.Of(alias))).FirstOrDefault(
                    spelled => spelled is not null) ?? Spelling.Nearest(text, known.Values);
                var question = meant is null ? "." : $"; did you mean “{meant}”?";
                warnings.Add($"No customer has the {Name(field)} “{text}”{question}");
            }
        }

        return warnings;
    }

    private async Task<bool> IsThereAsync(Field field, string text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var test = new FieldTest(field, RuleOperator.Eq, new TextValue(text));
        return (await segments.CountAudienceAsync(test, now, cancellationToken)).Matching > 0;
    }

    private static IReadOnlyList<WordCount> Known(Field field, CustomerWords account) =>
        field == FieldCatalog.City ? account.Cities
        : field == FieldCatalog.Country ? account.Countries
        : field == FieldCatalog.Tags ? account.Tags
        : [];

    private static string Name(Field field) =>
        field.AttributeKey is { } key ? $"attribute {key}" : field == FieldCatalog.Tags ? "tag" : field.Name;

    // Of parts of text, names and addresses nothing is said: they are looked for because they may not be there.
    private static IEnumerable<(Field Field, string Text)> Values(Rule rule) =>
        from test in rule.Tests()
        where test.Operator is RuleOperator.Eq or RuleOperator.Ne or RuleOperator.In or RuleOperator.Nin && IsChecked(test.Field)
        from value in test.Values.OfType<TextValue>()
        where !IsOneOfSpellings(test, value.Text)
        select (test.Field, value.Text);

    private static bool IsChecked(Field field) => field == FieldCatalog.City || field == FieldCatalog.Country || field == FieldCatalog.Tags
        || field.AttributeKey is not null;

    // "UK or United Kingdom" are one place, which is looked for under each of its names.
    private static bool IsOneOfSpellings(FieldTest test, string text) =>
        Places.Spellings(test.Field, text) is { Count: > 1 } spellings
            && spellings.All(spelling => test.Values.OfType<TextValue>().Any(value => TextKey.Of(value.Text) == TextKey.Of(spelling)));
}
