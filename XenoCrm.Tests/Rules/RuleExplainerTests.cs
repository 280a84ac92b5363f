using XenoCrm.Core.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Rules;

public sealed class RuleExplainerTests
{
    [Theory]
    [InlineData("""{"orders":{"item":"Mug"}}""", "with an order with the item “Mug”")]
    [InlineData("""{"orders":{"placedAt":{"$gte":{"$ago":"90d"}}}}""", "with an order in the last 90 days")]
    [InlineData(
        """{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"amount":{"$gt":100},"item":"Mug","$sum":{"$gt":5000}}}""",
        "whose orders in the last 90 days of more than 100 with the item “Mug” come to more than 5,000")]
    [InlineData(
        """{"orders":{"placedAt":{"$gte":"2026-11-01","$lt":"2026-12-01"},"$count":2}}""",
        "with exactly 2 orders since 1 November 2026 and before 1 December 2026")]
    [InlineData("""{"orders":{"placedAt":{"$gte":"2026-11-01"},"$count":0}}""", "without an order since 1 November 2026")]
    [InlineData("""{"orders":{"item":"Mug","$last":true}}""", "whose last order has “Mug” in it")]
    [InlineData("""{"orders":{"amount":{"$gt":100},"$last":true}}""", "whose last order came to more than 100")]
    [InlineData(
        """{"orders":{"item":{"$contains":"mug"},"placedAt":{"$lt":{"$ago":"90d"}},"$last":true}}""",
        "whose last order was more than 90 days ago and has an item that contains “mug”")]
    [InlineData(
        """{"orders":{"item":{"$in":["Mug","Cup"],"$ne":"Lid"},"amount":{"$gte":10,"$lte":20},"$last":true}}""",
        "whose last order came to between 10 and 20 and has “Mug” or “Cup” in it and does not have “Lid” in it")]
    [InlineData(
        """{"$not":{"orders":{"item":{"$exists":false},"amount":{"$exists":true,"$ne":5},"$last":true}}}""",
        "not (whose last order is of any kind and came to not exactly 5 and has no known items)")]
    [InlineData("""{"attributes.renewal":{"$lt":{"$ago":"30d"}}}""", "whose attribute “renewal” is more than 30 days ago")]
    [InlineData("""{"attributes.birthday":{"$anniversary":{"within":"7d"}}}""",
        "whose attribute “birthday” has its anniversary within the next 7 days")]
    [InlineData("""{"totalSpend":{"$top":"10%"}}""", "whose total spend is among the highest 10% of all")]
    [InlineData("""{"orderCount":{"$top":1000},"city":"Pune"}""",
        "whose number of orders is among the highest 1,000 of all and whose city is “Pune”")]
    [InlineData("""{"orders":{"$count":{"$lt":3}}}""", "with fewer than 3 orders")]
    [InlineData(
        """{"orders":{"$count":{"$gte":2},"$sum":{"$gte":10,"$lte":20},"$avg":{"$lt":9.5}}}""",
        "whose orders are at least 2 and come to between 10 and 20 and average less than 9.5")]
    [InlineData("""{"orders":{"item":{"$nin":["Mug","Cup"]},"$avg":{"$exists":true}}}""",
        "whose orders without the item “Mug” or “Cup” have an average")]
    [InlineData(
        """{"$and":[{"orders":{"item":"Mug"}},{"city":"Pune"},{"$not":{"orders":{"item":"Cup"}}}]}""",
        "with an order with the item “Mug” and whose city is “Pune” and not (with an order with the item “Cup”)")]
    public void A_rule_over_orders_is_said_in_words(string rule, string said) =>
        Assert.Equal($"Customers {said}.", RuleExplainer.Explain(RuleJson.Parse(rule)));

    [Fact]
    public void Every_rule_is_said_without_a_gap() => Property.Check(cases: 1_000, random =>
    {
        var said = RuleExplainer.Explain(new RuleSamples(random).Rule());
        Assert.DoesNotContain("()", said, StringComparison.Ordinal);
        Assert.DoesNotContain(" .", said, StringComparison.Ordinal);
    });
}
