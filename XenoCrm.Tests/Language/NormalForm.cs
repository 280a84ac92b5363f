using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Language;

/// <summary>One form for rules that say the same with the same tests: nothing inside its like, no order, no repetition, one list for one
/// field's equalities.</summary>
internal static class NormalForm
{
    public static string Of(Rule rule) => rule switch
    {
        AllOf all => Join(" & ", Parts(all.Rules, part => part is AllOf inner ? inner.Rules : null)),
        AnyOf any => Join(" | ", Parts(Lists(any), part => part is AnyOf inner ? inner.Rules : null)),
        Not { Rule: Not inner } => Of(inner.Rule),
        Not { Rule: FieldTest test } when Opposite(test) is { } opposite => Of(opposite),
        Not not => $"not ({Of(not.Rule)})",
        FieldTest test => Of(test),
        OrdersTest => RuleJson.Print(rule),
        _ => "everyone",
    };

    private static string Of(FieldTest test)
    {
        var @operator = test.Values.Count > 1 || test.Operator is not (RuleOperator.In or RuleOperator.Nin) ? test.Operator
            : test.Operator == RuleOperator.In ? RuleOperator.Eq : RuleOperator.Ne;
        return $"{test.Field.Name} {@operator} {string.Join(", ", test.Values.Select(Of).Distinct().Order(StringComparer.Ordinal))}";
    }

    private static string Of(RuleValue value) => value switch
    {
        TextValue text => text.Text.ToLowerInvariant(),
        NumberValue number => number.Written.ToString(),
        _ => value.ToString()!,
    };

    // The plain negation of an equality or of whether something is there is the opposite test.
    private static FieldTest? Opposite(FieldTest test) => test switch
    {
        { Value: FlagValue flag } when test.Field.Type == FieldType.Flag
            || test.Operator == RuleOperator.Exists => test with { Values = [new FlagValue(!flag.Flag)] },
        { Operator: RuleOperator.Eq } => test with { Operator = RuleOperator.Ne },
        { Operator: RuleOperator.Ne } => test with { Operator = RuleOperator.Eq },
        { Operator: RuleOperator.In } => test with { Operator = RuleOperator.Nin },
        { Operator: RuleOperator.Nin } => test with { Operator = RuleOperator.In },
        _ when !IsAlwaysThere(test.Field) => null,
        { Operator: RuleOperator.Gt } => test with { Operator = RuleOperator.Lte },
        { Operator: RuleOperator.Gte } => test with { Operator = RuleOperator.Lt },
        { Operator: RuleOperator.Lt } => test with { Operator = RuleOperator.Gte },
        { Operator: RuleOperator.Lte } => test with { Operator = RuleOperator.Gt },
        _ => null,
    };

    private static bool IsAlwaysThere(Field field) => field == FieldCatalog.TotalSpend
        || field == FieldCatalog.OrderCount
        || field == FieldCatalog.CreatedAt;

    private static IEnumerable<Rule> Lists(AnyOf any)
    {
        var flat = Flat(any.Rules, part => part is AnyOf inner ? inner.Rules : null).ToArray();
        var equalities = flat.OfType<FieldTest>()
            .Where(test => test.Operator is RuleOperator.Eq or RuleOperator.In && test.Field.Type is FieldType.Text or FieldType.TextSet)
            .ToArray();
        return
        [
            .. flat.Except(equalities),
            .. equalities.GroupBy(test => test.Field)
                .Select(group =>
                    new FieldTest(group.Key, RuleOperator.In, new EquatableList<RuleValue>([.. group.SelectMany(test => test.Values)]))),
        ];
    }

    private static IEnumerable<string> Parts(IEnumerable<Rule> rules, Func<Rule, IEnumerable<Rule>?> inside) =>
        Flat(rules, inside).Select(Of).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<Rule> Flat(IEnumerable<Rule> rules, Func<Rule, IEnumerable<Rule>?> inside) =>
        rules.SelectMany(rule => inside(rule) is { } inner ? Flat(inner, inside) : [rule]);

    private static string Join(string joint, IEnumerable<string> parts) => parts.ToArray() is [var only]
        ? only
        : $"({string.Join(joint, parts)})";
}
