using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Tests.Rules;

public sealed class RuleEvaluatorTests
{
    [Theory]
    [MemberData(nameof(RuleMeanings.All), MemberType = typeof(RuleMeanings))]
    public void A_rule_has_its_documented_meaning(string rule, string expected)
    {
        var parsed = RuleJson.Parse(rule);
        var selected = RuleMeanings.Cast.Where(customer => RuleEvaluator.Matches(parsed, customer, [], RuleTime.Utc(RuleMeanings.Now)));
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.OfOrders), MemberType = typeof(RuleMeanings))]
    public void A_rule_over_orders_has_its_documented_meaning(string rule, string expected)
    {
        var parsed = RuleJson.Parse(rule);
        var selected = RuleMeanings.Cast.Where(customer => RuleEvaluator.Matches(
            parsed, customer, [.. RuleMeanings.Orders.Where(order => order.CustomerId == customer.Id)], RuleTime.Utc(RuleMeanings.Now)));
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.Ranking), MemberType = typeof(RuleMeanings))]
    public void A_ranking_has_its_documented_meaning(string rule, string expected)
    {
        var resolved = RuleRanking.Resolve(RuleJson.Parse(rule), RuleMeanings.Cast);
        var selected = RuleMeanings.Cast.Where(customer =>
            RuleEvaluator.Matches(resolved, customer, [], RuleTime.Utc(RuleMeanings.Now)));
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Theory]
    [MemberData(nameof(RuleMeanings.InBerlin), MemberType = typeof(RuleMeanings))]
    public void Days_and_spans_are_the_accounts(string rule, string expected)
    {
        var time = new RuleTime(RuleMeanings.BerlinNow, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var selected = RuleMeanings.Berliners.Where(customer => RuleEvaluator.Matches(RuleJson.Parse(rule), customer, [], time));
        Assert.Equal(expected, string.Join(' ', selected.Select(customer => customer.Id)));
    }

    [Fact]
    public void The_moment_of_evaluation_is_cut_to_the_millisecond()
    {
        var customer = RuleMeanings.Cast[0]; // exactly 90 days ago
        var rule = RuleJson.Parse("""{"lastOrderAt":{"$lt":{"$ago":"90d"}}}""");
        Assert.False(RuleEvaluator.Matches(rule, customer, [], RuleTime.Utc(RuleMeanings.Now.AddTicks(9_999))));
        Assert.True(RuleEvaluator.Matches(rule, customer, [], RuleTime.Utc(RuleMeanings.Now.AddTicks(10_000))));
    }

    [Fact]
    public void Calendar_months_are_counted_in_the_accounts_zone()
    {
        // 1 March at half past midnight in Berlin is still February in UTC.
        var now = new DateTimeOffset(2026, 3, 1, 0, 30, 0, TimeSpan.FromHours(1));
        var customer = RuleMeanings.Cast[1] with { CreatedAt = new DateTimeOffset(2026, 1, 28, 23, 30, 0, TimeSpan.Zero) };
        var rule = RuleJson.Parse("""{"createdAt":{"$ago":"1mo"}}""");
        Assert.True(RuleEvaluator.Matches(rule, customer, [], RuleTime.Utc(now)));
        Assert.False(RuleEvaluator.Matches(rule, customer, [], new RuleTime(now, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))));
    }
}
