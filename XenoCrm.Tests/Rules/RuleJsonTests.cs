using System.Text.Json;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Rules;

public sealed class RuleJsonTests
{
    [Theory]
    [InlineData("""{"orderCount":{"$eq":3}}""", """{"orderCount":3}""")]
    [InlineData("""{"visits":{"$gte":3}}""", """{"orderCount":{"$gte":3}}""")]
    [InlineData("""{"lastPurchase":"2026-01-01T00:00:00Z"}""", """{"lastOrderAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"lastPurchase":"2026-01-01"}""", """{"lastOrderAt":"2026-01-01"}""")]
    [InlineData(
        """{"createdAt":{"$in":["2026-01-01","2026-01-01T01:00:00+01:00"]}}""",
        """{"createdAt":{"$in":["2026-01-01","2026-01-01T00:00:00Z"]}}""")]
    [InlineData("""{"totalSpend":1000}""", """{"totalSpend":{"$gte":1000}}""")]
    [InlineData("""{"totalSpend":{"$eq":1000}}""", """{"totalSpend":{"$eq":1000}}""")]
    [InlineData("""{"totalSpend":-0.0}""", """{"totalSpend":{"$gte":0}}""")]
    [InlineData("""{"lastPurchaseBefore":"2026-01-01"}""", """{"lastOrderAt":{"$lte":"2026-01-01"}}""")]
    [InlineData("""{"lastPurchaseBefore":{"$ago":"3mo"}}""", """{"lastOrderAt":{"$lte":{"$ago":"3mo"}}}""")]
    [InlineData("""{"createdAt":{"$ago":"007d"}}""", """{"createdAt":{"$ago":"7d"}}""")]
    [InlineData("""{"createdAt":"2026-11-22T10:00:00.1239+02:00"}""", """{"createdAt":"2026-11-22T08:00:00.123Z"}""")]
    [InlineData("""{"createdAt":"2026-11-22T08:00:00.500Z"}""", """{"createdAt":"2026-11-22T08:00:00.5Z"}""")]
    [InlineData("""{"attributes.loyalty tier":{"$in":["Gold",1,true]}}""", """{"attributes.loyalty tier":{"$in":["Gold",1,true]}}""")]
    [InlineData("""{"attributes.since":"2026-01-01"}""", """{"attributes.since":"2026-01-01"}""")]
    [InlineData("""{"city":"Z\u00fcrich"}""", """{"city":"Zürich"}""")]
    [InlineData("""{"$everyone":true}""", """{"$everyone":true}""")]
    [InlineData("""{"totalSpend":{"$top":"10.50%","$gt":5}}""", """{"totalSpend":{"$top":"10.5%","$gt":5}}""")]
    [InlineData(
        """{"attributes.birthday":{"$anniversary":{"within":"007d"}}}""",
        """{"attributes.birthday":{"$anniversary":{"within":"7d"}}}""")]
    [InlineData("""{"visits":{"$top":1e2}}""", """{"orderCount":{"$top":100}}""")]
    [InlineData(
        """{"orders":{"$sum":{"$gt":5000},"item":{"$eq":"Mug"},"placedAt":{"$gte":{"$ago":"090d"}}}}""",
        """{"orders":{"item":"Mug","placedAt":{"$gte":{"$ago":"90d"}},"$sum":{"$gt":5000}}}""")]
    [InlineData("""{"orders":{"$sum":{"$eq":7},"amount":{"$gt":1,"$lt":5}}}""", """{"orders":{"amount":{"$gt":1,"$lt":5},"$sum":7}}""")]
    [InlineData("""{"orders":{"$last":true,"item":{"$eq":"Mug"}}}""", """{"orders":{"item":"Mug","$last":true}}""")]
    [InlineData(
        """{"$and":[{"city":"Pune"},{"orders":{"item":"Mug"}},{"tags":"vip"}]}""",
        """{"city":"Pune","orders":{"item":"Mug"},"tags":"vip"}""")]
    [InlineData(
        """{"$and":[{"orders":{"item":"Mug"}},{"orders":{"item":"Cup"}}]}""",
        """{"$and":[{"orders":{"item":"Mug"}},{"orders":{"item":"Cup"}}]}""")]
    [InlineData("""{"$and":[{"city":"Pune"}]}""", """{"city":"Pune"}""")]
    [InlineData("""{"$or":[{"$and":[{"city":"Pune"}]}]}""", """{"city":"Pune"}""")]
    [InlineData("""{"$and":[{"city":"Pune"},{"$and":[{"tags":"vip"},{"visits":1}]}]}""", """{"city":"Pune","tags":"vip","orderCount":1}""")]
    [InlineData(
        """{"$or":[{"city":"Pune"},{"$or":[{"tags":"vip"},{"visits":1}]}]}""",
        """{"$or":[{"city":"Pune"},{"tags":"vip"},{"orderCount":1}]}""")]
    [InlineData("""{"$and":[{"visits":{"$gte":1}},{"orderCount":{"$lte":3}}]}""", """{"orderCount":{"$gte":1,"$lte":3}}""")]
    [InlineData("""{"$and":[{"tags":"a"},{"tags":"b"}]}""", """{"$and":[{"tags":"a"},{"tags":"b"}]}""")]
    [InlineData("""{"visits":1,"orderCount":1}""", """{"$and":[{"orderCount":1},{"orderCount":1}]}""")]
    [InlineData(
        """{"visits":{"$gt":1},"city":"Pune","orderCount":{"$lt":9}}""",
        """{"$and":[{"orderCount":{"$gt":1}},{"city":"Pune"},{"orderCount":{"$lt":9}}]}""")]
    [InlineData("""{"$not":{"$not":{"unsubscribed":{"$exists":true}}}}""", """{"$not":{"$not":{"unsubscribed":{"$exists":true}}}}""")]
    public void A_rule_has_one_canonical_form(string written, string canonical)
    {
        Assert.Equal(canonical, RuleJson.Print(RuleJson.Parse(written)));
    }

    [Fact]
    public void Several_members_and_several_operators_are_one_AND()
    {
        var expected = new AllOf(
        [
            new FieldTest(FieldCatalog.TotalSpend, RuleOperator.Gt, new NumberValue(10000)),
            new FieldTest(FieldCatalog.OrderCount, RuleOperator.Gte, new NumberValue(1)),
            new FieldTest(FieldCatalog.OrderCount, RuleOperator.Lt, new NumberValue(3)),
        ]);
        Assert.Equal(expected, RuleJson.Parse("""{"totalSpend":{"$gt":10000},"orderCount":{"$gte":1,"$lt":3}}"""));
    }

    [Fact]
    public void What_is_printed_reads_back_as_the_same_rule()
    {
        Property.Check(cases: 3000, random =>
        {
            var rule = RuleJson.Parse(RuleJson.Print(new RuleSamples(random).Rule()));
            var printed = RuleJson.Print(rule);
            Assert.Equal(rule, RuleJson.Parse(printed));
            Assert.Equal(printed, RuleJson.Print(RuleJson.Parse(printed)));
        });
    }

    [Fact]
    public void The_canonical_form_selects_the_same_customers()
    {
        Property.Check(cases: 500, random =>
        {
            var samples = new RuleSamples(random);
            var rule = samples.Rule();
            var canonical = RuleJson.Parse(RuleJson.Print(rule));
            for (var i = 0; i < 50; i++)
            {
                var (customer, orders) = (samples.Customer(i), samples.Orders("c"));
                Assert.Equal(RuleEvaluator.Matches(rule, customer, orders, RuleTime.Utc(RuleSamples.Now)),
                    RuleEvaluator.Matches(canonical, customer, orders, RuleTime.Utc(RuleSamples.Now)));
            }
        });
    }

    [Fact]
    public void A_rule_is_a_part_of_any_JSON()
    {
        var read = JsonSerializer.Deserialize<Rule>("""{"visits":2}""");
        Assert.Equal(RuleJson.Parse("""{"orderCount":2}"""), read);
        Assert.Equal("""[{"orderCount":2}]""", JsonSerializer.Serialize(new[] { read }));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    public void As_many_levels_as_allowed_are_read(int negations)
    {
        var json = string.Concat(
            Enumerable.Repeat("""{"$not":""", negations)) + """{"city":"Pune","tags":"vip"}""" + new string('}', negations);
        Assert.Equal(json, RuleJson.Print(RuleJson.Parse(json)));
    }

    [Fact]
    public void As_many_tests_and_values_as_allowed_are_read()
    {
        var list = string.Join(',', Enumerable.Range(0, 1000));
        var test = """{"orderCount":{"$in":[""" + list + "]}}";
        var rule = Assert.IsType<AnyOf>(RuleJson.Parse($$"""{"$or":[{{string.Join(',', Enumerable.Repeat(test, 199))}}]}"""));
        Assert.Equal(199 * 1000, rule.Rules.Sum(part => ((FieldTest)part).Values.Count));
    }

    [Theory]
    [InlineData("""{"name":{"$contains":""}}""")]
    [InlineData("""{"city":{"$startsWith":" "}}""")]
    [InlineData("""{"city":{"$in":["\u200b","Pune"]}}""")]
    [InlineData("""{"city":" "}""")]
    public void What_an_earlier_version_took_is_refused_of_a_new_rule_and_read_of_a_stored_one(string json)
    {
        Assert.Throws<RuleException>(() => RuleJson.Parse(json));
        Assert.IsType<FieldTest>(RuleJson.ParseStored(json));
    }

    [Fact]
    public void The_longest_text_is_read()
    {
        var text = new string('ü', 256);
        Assert.Equal(new TextValue(text), Assert.IsType<FieldTest>(RuleJson.Parse($$"""{"city":"{{text}}"}""")).Value);
    }
}
