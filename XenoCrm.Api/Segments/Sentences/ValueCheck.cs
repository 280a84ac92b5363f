using XenoCrm.Core.Customers;
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
            IReadOnlyList<WordCount> known = field == FieldCatalog.City ? account.Cities : field == FieldCatalog.Country
                ? account.Countries : field == FieldCatalog.Tags ? account.Tags : [];
            if (known.Count == 0 && !account.AttributeKeys.Any(key => key.Text == field.AttributeKey))
            {
                // Where nobody has anything of the kind, a value says nothing more.
                continue;
            }

            var isKnown = known.Any(word => TextKey.Of(word.Text) == TextKey.Of(text));
            if (!isKnown && (await segments.CountAudienceAsync(new FieldTest(field, RuleOperator.Eq, new TextValue(text)), now,
                cancellationToken)).Matching == 0)
            {
                var meant = PlaceAliases.Of(field,
                    text).FirstOrDefault(alias => known.Any(word => TextKey.Of(word.Text) == TextKey.Of(alias)))
                    ?? Spelling.Nearest(text, known.Select(word => word.Text));
                warnings.Add($"No customer has the {Name(field)} “{text}”{(meant is null ? "." : $"; did you mean “{Spelled(known,
                    meant)}”?")}");
            }
        }

        return warnings;
    }

    private static string Spelled(IReadOnlyList<WordCount> known, string meant) =>
        known.First(word => TextKey.Of(word.Text) == TextKey.Of(meant)).Text;

    private static string Name(Field field) => field.AttributeKey is { } key
        ? $"attribute {key}"
        : field == FieldCatalog.Tags
        ? "tag"
        : field.Name;

    // Of parts of text, names and addresses nothing is said: they are looked for because they may not be there.
    private static IEnumerable<(Field Field, string Text)> Values(Rule rule) => rule switch
    {
        AllOf all => all.Rules.SelectMany(Values),
        AnyOf any => any.Rules.SelectMany(Values),
        Not not => Values(not.Rule),
        FieldTest { Operator: RuleOperator.Eq or RuleOperator.Ne or RuleOperator.In or RuleOperator.Nin } test when IsChecked(
            test.Field) =>
                test.Values.OfType<TextValue>()
                    .Where(value => !IsOneOfSpellings(test, value.Text))
                    .Select(value => (test.Field, value.Text)),
        _ => [],
    };

    private static bool IsChecked(Field field) => field == FieldCatalog.City || field == FieldCatalog.Country || field == FieldCatalog.Tags
        || field.AttributeKey is not null;

    // "UK or United Kingdom" are one place, which is looked for under each of its names.
    private static bool IsOneOfSpellings(FieldTest test, string text) =>
        Places.Spellings(test.Field, text) is { Count: > 1 } spellings
            && spellings.All(spelling => test.Values.OfType<TextValue>().Any(value => TextKey.Of(value.Text) == TextKey.Of(spelling)));
}
