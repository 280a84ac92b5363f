using XenoCrm.Api.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

public sealed class CampaignTagsTests
{
    private static readonly DateTimeOffset Now = RuleSamples.Now;

    [Theory]
    [InlineData("""{"$everyone":true}""", "broadcast")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"90d"}}}""", "win-back")]
    [InlineData("""{"lastOrderAt":{"$lt":"2025-01-01"}}""", "win-back")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"7d"}}}""", "targeted")]
    [InlineData("""{"daysSinceLastOrder":{"$gte":60}}""", "win-back")]
    [InlineData("""{"lastOrderAt":{"$gte":{"$ago":"90d"},"$lt":{"$ago":"60d"}}}""", "win-back")]
    [InlineData("""{"lastOrderAt":{"$gte":{"$ago":"30d"}}}""", "active")]
    [InlineData("""{"createdAt":{"$gte":{"$ago":"30d"}}}""", "new-customers")]
    [InlineData("""{"createdAt":{"$gte":"2019-01-01"}}""", "targeted")]
    [InlineData("""{"$not":{"createdAt":{"$lt":{"$ago":"1mo"}}}}""", "new-customers")]
    [InlineData("""{"firstOrderAt":{"$lt":{"$ago":"2y"}}}""", "long-standing")]
    [InlineData("""{"orderCount":0}""", "never-ordered")]
    [InlineData("""{"lastOrderAt":{"$exists":false}}""", "never-ordered")]
    [InlineData("""{"$not":{"lastOrderAt":{"$exists":true}}}""", "never-ordered")]
    [InlineData("""{"orderCount":1}""", "one-time")]
    [InlineData("""{"orderCount":{"$gte":2}}""", "repeat")]
    [InlineData("""{"orderCount":{"$gt":2}}""", "loyal")]
    [InlineData("""{"$not":{"orderCount":{"$lt":5}}}""", "loyal")]
    [InlineData("""{"totalSpend":10000}""", "high-value")]
    [InlineData("""{"totalSpend":{"$eq":10000}}""", "targeted")]
    [InlineData("""{"totalSpend":{"$lt":500}}""", "low-spend")]
    [InlineData("""{"$not":{"totalSpend":{"$lt":500}}}""", "high-value")]
    [InlineData("""{"$not":{"averageOrderValue":{"$lt":500}}}""", "targeted")]
    [InlineData("""{"city":{"$in":["Pune","Delhi"]}}""", "local")]
    [InlineData("""{"city":{"$ne":"Pune"}}""", "targeted")]
    [InlineData("""{"$not":{"city":{"$ne":"Pune"}}}""", "local")]
    [InlineData("""{"tags":"vip"}""", "hand-picked")]
    [InlineData("""{"totalSpend":{"$gt":10000},"orderCount":{"$gte":5},"city":"Pune"}""", "loyal high-value local")]
    [InlineData("""{"$or":[{"totalSpend":{"$gt":10000},"orderCount":{"$lt":3}},{"lastOrderAt":{"$lt":{"$ago":"90d"}}}]}""", "targeted")]
    [InlineData("""{"$or":[{"orderCount":{"$gte":2}},{"orderCount":{"$gte":10},"city":"Pune"}]}""", "repeat")]
    [InlineData("""{"$and":[{"$or":[{"city":"Pune"},{"country":"India"}]},{"lastOrderAt":{"$lt":{"$ago":"6mo"}}}]}""", "win-back local")]
    [InlineData("""{"$not":{"$or":[{"totalSpend":{"$lte":500}},{"orderCount":{"$lt":3}}]}}""", "loyal high-value")]
    [InlineData("""{"attributes.plan":"gold"}""", "targeted")]
    [InlineData("""{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"$sum":{"$gt":5000}}}""", "active high-value")]
    [InlineData("""{"orders":{"placedAt":{"$lt":{"$ago":"2y"}},"item":"Mug"}}""", "long-standing")]
    [InlineData("""{"orders":{"placedAt":{"$lt":{"$ago":"90d"}},"item":"Mug","$last":true}}""", "win-back")]
    [InlineData("""{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"item":"Mug","$last":true}}""", "active")]
    [InlineData("""{"orders":{"amount":{"$gt":100},"$last":true}}""", "targeted")]
    [InlineData("""{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"$count":0}}""", "targeted")]
    [InlineData("""{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"$count":2}}""", "active repeat")]
    [InlineData("""{"orders":{"$count":{"$lte":1},"$sum":{"$lt":50}}}""", "low-spend")]
    [InlineData("""{"orders":{"$count":0}}""", "never-ordered")]
    [InlineData("""{"$not":{"orders":{"item":"Mug"}}}""", "targeted")]
    public void A_rule_has_the_tags_that_hold_for_everybody_it_selects(string rule, string tags) =>
        Assert.Equal(tags, string.Join(' ', CampaignTags.Of(RuleJson.Parse(rule), RuleTime.Utc(Now))));

    [Fact]
    public void A_tag_is_true_of_every_customer_whom_the_rule_selects()
    {
        var given = new HashSet<string>();
        Property.Check(cases: 200, random =>
        {
            var samples = new RuleSamples(random);
            var people = Enumerable.Range(0, 60).Select(samples.Customer)
                .Select(customer => (Customer: customer, Orders: samples.Orders(customer.Id)))
                .Select(one => one with { Customer = RuleSamples.Totalled(one.Customer, one.Orders) })
                .ToArray();
            for (var i = 0; i < 20; i++)
            {
                var rule = samples.Rule();
                var tags = CampaignTags.Of(rule, RuleTime.Utc(Now));
                Assert.NotEmpty(tags);
                foreach (var (customer, orders) in people.Where(one =>
                    RuleEvaluator.Matches(rule, one.Customer, one.Orders, RuleTime.Utc(Now))))
                {
                    Assert.All(
                        tags,
                        tag =>
                            Assert.True(
                                IsTrue(tag, rule, customer, orders),
                                $"“{tag}” is not true of {customer.Id} ({customer.OrderCount} orders, {customer.LastOrderAt}) for "
                                    + $"{RuleJson.Print(rule)}"));
                    given.UnionWith(tags);
                }

                Assert.Equal(tags, CampaignTags.Of(new Not(new Not(rule)), RuleTime.Utc(Now)));
            }
        });
        Assert.True(Property.Replays || given.Count > 8, $"Only {string.Join(", ", given)} were ever given.");
    }

    private static bool IsTrue(string tag, Rule rule, Customer customer, Order[] orders) => tag switch
    {
        CampaignTags.Broadcast => rule is Everyone,
        CampaignTags.WinBack => customer.LastOrderAt <= Now.AddDays(-29),
        CampaignTags.Active => customer.LastOrderAt >= Now.AddDays(-91),
        CampaignTags.NewCustomers => customer.CreatedAt >= Now.AddDays(-91) || customer.FirstOrderAt >= Now.AddDays(-91),
        CampaignTags.LongStanding => customer.CreatedAt <= Now.AddDays(-364) || customer.FirstOrderAt <= Now.AddDays(-364),
        CampaignTags.NeverOrdered => customer.OrderCount == 0,
        CampaignTags.OneTime => customer.OrderCount == 1,
        CampaignTags.Repeat => customer.OrderCount >= 2,
        CampaignTags.Loyal => customer.OrderCount >= 3,
        CampaignTags.HighValue => customer.TotalSpend > 0 || orders.Any(order => order.Amount > 0),
        CampaignTags.Local => customer.City is not null || customer.Country is not null,
        CampaignTags.HandPicked => customer.Tags.Count > 0,
        _ => true,
    };
}
