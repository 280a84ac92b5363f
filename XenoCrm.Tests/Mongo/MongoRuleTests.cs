using System.Text.RegularExpressions;
using MongoDB.Bson;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

public sealed partial class MongoRuleTests
{
    private static readonly HashSet<string> Operators =
        ["$and", "$or", "$nor", "$eq", "$in", "$gt", "$gte", "$lt", "$lte", "$exists", "$regex"];

    private static readonly HashSet<string> Fields =
    [
        "_id", "createdAt", "unsubscribed", "totalSpend", "orderCount", "averageOrderValue", "firstOrderAt", "lastOrderAt",
        "keys.name", "keys.email", "keys.phone", "keys.city", "keys.country", "keys.tags", "placedAt", "amount", "itemKeys",
    ];

    [Fact]
    public void A_filter_names_known_fields_and_operators_only()
    {
        Property.Check(cases: 2_000, random =>
        {
            var (rule, time) = (new RuleSamples(random).Rule(), RuleTime.Utc(RuleSamples.Now));
            foreach (var name in MongoFilters.OfOrders(rule, time).Append(MongoFilters.Of(rule, time)).SelectMany(NamesIn))
            {
                Assert.True(
                    Operators.Contains(name)
                        || Fields.Contains(name)
                        || (name.StartsWith("keys.attributes.", StringComparison.Ordinal)
                        && !WithoutDate(name)["keys.attributes.".Length..].Contains('.', StringComparison.Ordinal)),
                    $"{name} is no name that a filter may have.");
            }
        });
    }

    [Theory]
    [InlineData("""{"city":"$where"}""", """{ "keys.city" : { "$eq" : "$where" } }""")]
    [InlineData(
        """{"name":{"$contains":".*(a|b)$"}}""",
        """{ "keys.name" : { "$regex" : { "$regularExpression" : { "pattern" : "\\.\\*\\(a\\|b\\)\\$", "options" : "" } } } }""")]
    [InlineData(
        """{"name":{"$startsWith":"(*UTF8)\\Q"}}""",
        """{ "keys.name" : { "$regex" : { "$regularExpression" : { "pattern" : "^\\(\\*utf8\\)\\\\q", "options" : "" } } } }""")]
    [InlineData(
        """{"attributes.plan":{"$in":["$expr",1,true]}}""",
        """{ "keys.attributes.plan" : { "$in" : ["$expr", { "$numberDecimal" : "1" }, true] } }""")]
    [InlineData("""{"totalSpend":{"$gt":0.1}}""", """{ "totalSpend" : { "$gt" : { "$numberDecimal" : "0.1" } } }""")]
    [InlineData("""{"daysSinceLastOrder":{"$gte":90}}""", """{ "lastOrderAt" : { "$lte" : { "$date" : "2025-12-30T23:34:56.789Z" } } }""")]
    [InlineData("""{"daysSinceLastOrder":{"$in":[0.5]}}""", """{ "_id" : { "$in" : [] } }""")]
    [InlineData("""{"$not":{"tags":{"$ne":"vip"}}}""", """{ "$nor" : [{ "$nor" : [{ "keys.tags" : { "$eq" : "vip" } }] }] }""")]
    [InlineData("""{"$everyone":true}""", "{ }")]
    public void A_rule_becomes_this_filter(string rule, string filter) =>
        Assert.Equal(filter, MongoFilters.Of(RuleJson.Parse(rule),
            RuleTime.Utc(RuleSamples.Now)).ToJson(new() { OutputMode = MongoDB.Bson.IO.JsonOutputMode.RelaxedExtendedJson }));

    [Fact]
    public void Literal_text_matches_itself_and_nothing_else()
    {
        var all = new string([.. Enumerable.Range(32, 95).Select(c => (char)c)]) + "é日😀";
        var pattern = MongoPattern.Contains(all).Pattern;
        Assert.Matches(pattern, all);
        Assert.All(Enumerable.Range(0, all.Length), i => Assert.DoesNotMatch(pattern, all.Remove(i, 1)));
        Assert.DoesNotContain(Escaped().Replace(pattern, ""), c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_');
    }

    private static string WithoutDate(string name) =>
        name.EndsWith(".day", StringComparison.Ordinal) || name.EndsWith(".at", StringComparison.Ordinal)
            ? name[..name.LastIndexOf('.')]
            : name;

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escaped();

    private static IEnumerable<string> NamesIn(BsonValue value) => value switch
    {
        BsonDocument document => document.SelectMany(element => NamesIn(element.Value).Prepend(element.Name)),
        BsonArray array => array.SelectMany(NamesIn),
        _ => [],
    };
}
