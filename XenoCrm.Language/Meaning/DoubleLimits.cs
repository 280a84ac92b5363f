using XenoCrm.Core.Rules;

namespace XenoCrm.Language.Meaning;

/// <summary>Finds limits that say one thing twice: "over 10000 in Pune, Delhi with over 5000" cannot mean that both hold.</summary>
internal static class DoubleLimits
{
    // "Repeat customers with over 5 orders" and "those who ordered, more than 3 times" say more with the second.
    private const double MostOfState = 2;

    /// <exception cref="SentenceRefusedException">Two lower or two upper limits of one number hold together.</exception>
    public static void Check(Rule rule)
    {
        IEnumerable<Rule> parts = rule switch
        {
            AllOf all => all.Rules,
            AnyOf any => any.Rules,
            Not not => [not.Rule],
            _ => [],
        };
        if (rule is AllOf)
        {
            var limits = parts.OfType<FieldTest>()
                .Where(IsLimit)
                .GroupBy(test => (test.Field, IsLower: test.Operator is RuleOperator.Gt or RuleOperator.Gte));
            foreach (var twice in limits.Where(ofOneSide => ofOneSide.Count() > 1))
            {
                var explained = RuleExplainer.Explain(new AllOf([.. twice]));
                throw Refusals.TwoWays(explained["Customers ".Length..^1], "both limits hold", "each belongs to other customers");
            }

            // "For an opening in Cologne: people in Cologne or Bonn".
            foreach (var twice in parts.OfType<FieldTest>().Where(IsPlace).GroupBy(test => test.Field).Where(places => places.Count() > 1))
            {
                var explained = RuleExplainer.Explain(new AllOf([.. twice]));
                throw Refusals.TwoWays(explained["Customers ".Length..^1], "both hold", "one of them is no condition");
            }
        }

        foreach (var part in parts)
        {
            Check(part);
        }
    }

    private static bool IsPlace(FieldTest test) =>
        (test.Field == FieldCatalog.City || test.Field == FieldCatalog.Country) && test.Operator is RuleOperator.Eq or RuleOperator.In;

    private static bool IsLimit(FieldTest test) =>
        test.Field.Type == FieldType.Number && test.Operator is RuleOperator.Gt or RuleOperator.Gte or RuleOperator.Lt or RuleOperator.Lte
        && !(test.Field == FieldCatalog.OrderCount && test.Value is NumberValue { Number: <= MostOfState });
}
