using XenoCrm.Core.Rules;

namespace XenoCrm.Language.Meaning;

/// <summary>Puts rules together in the form that reads best: no AND or OR of one, none inside another of its kind.</summary>
internal static class Rules
{
    public static Rule All(params IReadOnlyList<Rule> rules)
    {
        Rule[] parts = [.. rules.SelectMany(rule => rule is AllOf all ? all.Rules : [rule]).Distinct()];

        // Whose last order was a mug has bought a mug.
        parts = [.. parts.Where(part => OfLast(part) is not { } last || !parts.Contains(last))];
        return parts is [var only] ? only : new AllOf(new EquatableList<Rule>(parts));
    }

    /// <summary>What is said of some order, said of the last one; null where nothing is said of one order.</summary>
    public static Rule? OfLast(Rule rule) => rule switch
    {
        OrdersTest { IsLast: false, Having.Count: 0 } orders => orders with { IsLast = true },
        AnyOf any => any.Rules.Select(OfLast).OfType<Rule>().ToArray() is var parts && parts.Length == any.Rules.Count
            ? new AnyOf([.. parts]) : null,
        _ => null,
    };

    public static Rule Any(params IReadOnlyList<Rule> rules) =>
        rules.SelectMany(rule => rule is AnyOf any ? any.Rules : [rule]).Distinct().ToArray() is var parts and not [_]
            ? new AnyOf(new EquatableList<Rule>(parts))
            : rules[0];

    public static FieldTest Test(Field field, RuleOperator @operator, double number) => new(field, @operator, new NumberValue(number));

    public static FieldTest Test(Field field, RuleOperator @operator, string text) => new(field, @operator, new TextValue(text));

    public static FieldTest Exists(Field field, bool exists) => new(field, RuleOperator.Exists, new FlagValue(exists));

    /// <summary>Equal to one of the texts, or to none of them.</summary>
    public static FieldTest OneOf(Field field, IEnumerable<string> texts, bool negated = false)
    {
        var values = texts.Distinct(StringComparer.OrdinalIgnoreCase).Select(RuleValue (text) => new TextValue(text)).ToArray();
        return values is [var only]
            ? new FieldTest(field, negated ? RuleOperator.Ne : RuleOperator.Eq, only)
            : new FieldTest(field, negated ? RuleOperator.Nin : RuleOperator.In, new EquatableList<RuleValue>(values));
    }

    /// <summary>
    /// The plain negation: who does not pass, whoever lacks the field included. The opposite operator says it where the
    /// field is never absent, <c>$not</c> where it may be.
    /// </summary>
    public static Rule Negate(Rule rule) => rule switch
    {
        Not not => not.Rule,
        FieldTest { Field: var field, Operator: RuleOperator.Eq, Value: FlagValue flag } when field == FieldCatalog.Unsubscribed =>
            new FieldTest(field, RuleOperator.Eq, new FlagValue(!flag.Flag)),
        FieldTest { Operator: RuleOperator.Exists, Value: FlagValue flag } test => Exists(test.Field, !flag.Flag),
        FieldTest test when Opposite(test.Operator) is { } opposite
            && (IsEquality(opposite) || IsAlwaysThere(test.Field)) => test with { Operator = opposite },
        _ => new Not(rule),
    };

    /// <summary>The opposite comparison of something that is there: "not above 50" is at most 50.</summary>
    public static Rule Reverse(Rule rule) => rule switch
    {
        FieldTest test when Opposite(test.Operator) is { } opposite => test with { Operator = opposite },

        // "not between 100 and 500" is below the one or above the other.
        AllOf { Rules: [FieldTest low, FieldTest high] } when low.Field == high.Field => Any(Reverse(low), Reverse(high)),
        _ => Negate(rule),
    };

    private static bool IsEquality(RuleOperator @operator) =>
        @operator is RuleOperator.Eq or RuleOperator.Ne or RuleOperator.In or RuleOperator.Nin;

    private static bool IsAlwaysThere(Field field) => field == FieldCatalog.TotalSpend
        || field == FieldCatalog.OrderCount
        || field == FieldCatalog.CreatedAt;

    private static RuleOperator? Opposite(RuleOperator @operator) => @operator switch
    {
        RuleOperator.Eq => RuleOperator.Ne,
        RuleOperator.Ne => RuleOperator.Eq,
        RuleOperator.In => RuleOperator.Nin,
        RuleOperator.Nin => RuleOperator.In,
        RuleOperator.Gt => RuleOperator.Lte,
        RuleOperator.Gte => RuleOperator.Lt,
        RuleOperator.Lt => RuleOperator.Gte,
        RuleOperator.Lte => RuleOperator.Gt,
        _ => null,
    };
}
