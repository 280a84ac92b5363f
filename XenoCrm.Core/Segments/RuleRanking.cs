using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Core.Segments;

/// <summary>
/// A rule's <c>$top</c> compares customers with each other: it is found out who the last of them is, and then it is a test like any
/// other, of at least as much as that one has.
/// </summary>
public static class RuleRanking
{
    /// <summary>The tests in a rule that rank.</summary>
    public static IEnumerable<FieldTest> RankingsIn(Rule rule) => rule.Tests().Where(test => test.Operator == RuleOperator.Top).Distinct();

    /// <param name="rule">The rule.</param>
    /// <param name="lowest">Of each test that ranks: what the last of them has.</param>
    public static Rule Resolve(Rule rule, Func<FieldTest, decimal> lowest) => rule switch
    {
        AllOf all => new AllOf([.. all.Rules.Select(part => Resolve(part, lowest))]),
        AnyOf any => new AnyOf([.. any.Rules.Select(part => Resolve(part, lowest))]),
        Not not => new Not(Resolve(not.Rule, lowest)),
        FieldTest { Operator: RuleOperator.Top } test => new FieldTest(test.Field, RuleOperator.Gte, NumberValue.Of(lowest(test))),
        _ => rule,
    };

    /// <summary>Among these, who are all there are.</summary>
    public static Rule Resolve(Rule rule, IReadOnlyCollection<Customer> customers) => Resolve(rule, test => customers
        .Select(customer => test.Field == FieldCatalog.TotalSpend ? customer.TotalSpend : customer.OrderCount)
        .OrderDescending()
        .Take((int)((RankValue)test.Value).Of(customers.Count))
        .LastOrDefault());
}
