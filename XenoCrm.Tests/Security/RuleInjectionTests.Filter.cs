using MongoDB.Bson;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Security;

/// <summary>What a rule is for MongoDB, where its driver is there.</summary>
public sealed partial class RuleInjectionTests
{
    private static readonly HashSet<string> FilterWords =
    [
        "$and", "$or", "$nor", "$exists", "$eq", "$in", "$gt", "$gte", "$lt", "$lte", "$regex"
    ];

    private static readonly HashSet<string> FilterFields =
    [
        "_id", "keys.name", "keys.email", "keys.phone", "keys.city", "keys.country", "keys.tags",
        "totalSpend", "orderCount", "averageOrderValue", "lastOrderAt", "firstOrderAt", "createdAt", "unsubscribed",
        "placedAt", "amount", "itemKeys",
    ];

    static partial void AssertFilter(Rule rule)
    {
        AssertNames(MongoFilters.Of(rule, RuleTime.Utc(Now)));
        foreach (var chosen in MongoFilters.OfOrders(rule, RuleTime.Utc(Now)))
        {
            AssertNames(chosen);
        }
    }

    // One that is a date has it beside its text.
    private static string KeyOf(string path) =>
        path.EndsWith(".day", StringComparison.Ordinal) || path.EndsWith(".at", StringComparison.Ordinal)
            ? path[..path.LastIndexOf('.')]
            : path;

    private static void AssertNames(BsonValue value)
    {
        if (value is BsonArray array)
        {
            foreach (var item in array)
            {
                AssertNames(item);
            }
        }
        else if (value is BsonDocument document)
        {
            foreach (var (name, inside) in document.Elements.Select(element => (element.Name, element.Value)))
            {
                const string attributes = "keys.attributes.";
                Assert.True(
                    FilterWords.Contains(name) || FilterFields.Contains(name)
                        || (name.StartsWith(attributes, StringComparison.Ordinal)
                            && AttributeKey.IsValid(KeyOf(name[attributes.Length..]))),
                    $"{name} in {document}");
                AssertNames(inside);
            }
        }
        else
        {
            Assert.True(value.BsonType is not (BsonType.JavaScript or BsonType.JavaScriptWithScope), $"{value}");
        }
    }
}
