using MongoDB.Bson;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Mongo;

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// All that the server is told of a rule: the filter on customers, where nobody passes a test of orders, and those on orders.
/// </summary>
internal static class MongoFilters
{
    public static BsonDocument Of(Rule rule, RuleTime time) =>
        MongoRule.Filter(
            RuleRanking.Resolve(rule, _ => 0),
            time,
            rule.OrdersTests().Distinct().ToDictionary(test => test, _ => new BsonArray()));

    public static IEnumerable<BsonDocument> OfOrders(Rule rule, RuleTime time) =>
        rule.OrdersTests().Select(test => MongoRule.Chosen(test, time));
}
