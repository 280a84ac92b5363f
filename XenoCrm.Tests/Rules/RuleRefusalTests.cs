using System.Text.Json;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Rules;

public sealed class RuleRefusalTests
{
    [Theory]

    // Nobody is selected by accident, and everybody only on purpose.
    [InlineData("{}", "$", "$everyone")]
    [InlineData("""{"$and":[]}""", "$.$and", "empty")]
    [InlineData("""{"$or":[]}""", "$.$or", "empty")]
    [InlineData("""{"$not":{}}""", "$.$not", "empty")]
    [InlineData("""{"$and":[{"city":"Pune"},{}]}""", "$.$and[1]", "empty")]
    [InlineData("""{"city":{}}""", "$.city", "empty")]
    [InlineData("""{"city":{"$in":[]}}""", "$.city.$in", "1 to 1000")]
    [InlineData("""{"$everyone":false}""", "$.$everyone", "true")]
    [InlineData("""{"$everyone":1}""", "$.$everyone", "true")]
    [InlineData("""{"$everyone":true,"city":"Pune"}""", "$.$everyone", "alone")]
    [InlineData("""{"$and":[{"$everyone":true}]}""", "$.$and[0].$everyone", "whole rule")]
    [InlineData("""{"$not":{"$everyone":true}}""", "$.$not.$everyone", "whole rule")]

    // Empty text is a part of every text, and not equal to anybody's.
    [InlineData("""{"name":{"$contains":""}}""", "$.name.$contains", "not empty")]
    [InlineData("""{"email":{"$startsWith":""}}""", "$.email.$startsWith", "not empty")]
    [InlineData("""{"phone":{"$endsWith":" "}}""", "$.phone.$endsWith", "something in it")]
    [InlineData("""{"tags":{"$contains":" \u00a0"}}""", "$.tags.$contains", "something in it")]
    [InlineData("""{"attributes.plan":{"$startsWith":""}}""", "$.attributes.plan.$startsWith", "not empty")]
    [InlineData("""{"city":{"$in":["Pune",""]}}""", "$.city.$in[1]", "not empty")]
    [InlineData("""{"tags":{"$nin":["  "]}}""", "$.tags.$nin[0]", "something in it")]
    [InlineData("""{"attributes.plan":{"$in":[1,""]}}""", "$.attributes.plan.$in[1]", "not empty")]
    [InlineData("""{"city":{"$ne":""}}""", "$.city.$ne", "not empty")]
    [InlineData("""{"$not":{"city":""}}""", "$.$not", "everybody")]
    [InlineData("""{"$and":[{"orderCount":1},{"$not":{"$and":[{"city":""},{"country":"India"}]}}]}""", "$.$and[1].$not", "everybody")]

    // A rank is a whole number of customers, or a part of them, by what everybody has.
    [InlineData("""{"totalSpend":{"$top":0}}""", "$.totalSpend.$top", "from 1")]
    [InlineData("""{"totalSpend":{"$top":1.5}}""", "$.totalSpend.$top", "how many")]
    [InlineData("""{"totalSpend":{"$top":"0%"}}""", "$.totalSpend.$top", "10%")]
    [InlineData("""{"totalSpend":{"$top":"100.1%"}}""", "$.totalSpend.$top", "10%")]
    [InlineData("""{"totalSpend":{"$top":"10"}}""", "$.totalSpend.$top", "10%")]
    [InlineData("""{"totalSpend":{"$top":"-1%"}}""", "$.totalSpend.$top", "10%")]
    [InlineData("""{"totalSpend":{"$top":true}}""", "$.totalSpend.$top", "true or false")]
    [InlineData("""{"averageOrderValue":{"$top":10}}""", "$.averageOrderValue.$top", "does not take")]
    [InlineData("""{"attributes.points":{"$top":10}}""", "$.attributes.points.$top", "does not take")]
    [InlineData("""{"orders":{"$sum":{"$top":10}}}""", "$.orders.$sum.$top", "does not take")]
    [InlineData("""{"$top":10}""", "$.$top", "a field before")]

    // An anniversary is of an attribute, and within days.
    [InlineData("""{"attributes.birthday":{"$anniversary":"7d"}}""", "$.attributes.birthday.$anniversary", "within")]
    [InlineData("""{"attributes.birthday":{"$anniversary":{}}}""", "$.attributes.birthday.$anniversary", "within")]
    [InlineData("""{"attributes.birthday":{"$anniversary":{"within":"1mo"}}}""", "$.attributes.birthday.$anniversary.within", "366 days")]
    [InlineData("""{"attributes.birthday":{"$anniversary":{"within":"367d"}}}""", "$.attributes.birthday.$anniversary.within", "366 days")]
    [InlineData("""{"attributes.birthday":{"$anniversary":{"within":7}}}""", "$.attributes.birthday.$anniversary.within", "a whole number")]
    [InlineData("""{"createdAt":{"$anniversary":{"within":"7d"}}}""", "$.createdAt.$anniversary", "does not take")]

    // Of orders something must be said, and what an order has.
    [InlineData("""{"orders":{}}""", "$.orders", "empty object")]
    [InlineData("""{"orders":true}""", "$.orders", "what holds of the orders")]
    [InlineData("""{"orders":[{"amount":1}]}""", "$.orders", "a list")]
    [InlineData("""{"orders":{"amount":{}}}""", "$.orders.amount", "empty")]
    [InlineData("""{"orders":{"city":"Pune"}}""", "$.orders.city", "placedAt, amount, item")]
    [InlineData("""{"orders":{"$max":1}}""", "$.orders.$max", "$count, $sum, $avg")]
    [InlineData("""{"orders":{"$and":[{"amount":1}]}}""", "$.orders.$and", "no such field")]
    [InlineData("""{"$and":[{"city":"Pune"},{"orders":{"amount":{"$gt":"much"}}}]}""", "$.$and[1].orders.amount.$gt", "a number")]
    [InlineData("""{"orders":{"$count":{"$contains":"1"}}}""", "$.orders.$count.$contains", "does not take")]
    [InlineData("""{"orders":{"item":7}}""", "$.orders.item", "Expected text")]
    [InlineData("""{"orders":{"item":""}}""", "$.orders.item", "not empty")]
    [InlineData("""{"orders":{"item":{"$nin":["Mug"," "]}}}""", "$.orders.item.$nin[1]", "something in it")]
    [InlineData("""{"orders":{"placedAt":"yesterday"}}""", "$.orders.placedAt", "a date")]
    [InlineData("""{"orders":{"amount":1,"amount":2}}""", "$.orders.amount", "twice")]
    [InlineData("""{"orders":{"orders":{"amount":1}}}""", "$.orders.orders", "no such field")]
    [InlineData("""{"placedAt":"2026-01-01"}""", "$.placedAt", "no such field")]

    // The last order is one, of which something is asked.
    [InlineData("""{"orders":{"item":"Mug","$last":false}}""", "$.orders.$last", "leave it out")]
    [InlineData("""{"orders":{"item":"Mug","$last":1}}""", "$.orders.$last", "Expected true, found a number")]
    [InlineData("""{"orders":{"item":"Mug","$last":{"amount":7}}}""", "$.orders.$last", "Expected true")]
    [InlineData("""{"orders":{"$last":true}}""", "$.orders.$last", "a test of the last order beside it")]
    [InlineData("""{"orders":{"$last":true,"$sum":{"$gt":7}}}""", "$.orders.$last", "$sum says something of several")]
    [InlineData("""{"orders":{"$count":2,"$last":true,"item":"Mug"}}""", "$.orders.$last", "list of an $and")]
    [InlineData("""{"orders":{"item":"Mug","$last":true,"$last":true}}""", "$.orders.$last", "twice")]
    [InlineData("""{"orders":{"item":"Mug","last":true}}""", "$.orders.last", "$last asks of the last order alone")]
    [InlineData("""{"$last":true}""", "$.$last", "no such operator")]
    [InlineData("""{"$sum":7}""", "$.$sum", "no such operator")]

    // Only rules, fields and operators that there are.
    [InlineData("[]", "$", "a list")]
    [InlineData("null", "$", "null")]
    [InlineData("\"Pune\"", "$", "text")]
    [InlineData("7", "$", "a number")]
    [InlineData("""{"$and":{"city":"Pune"}}""", "$.$and", "a list of rules")]
    [InlineData("""{"$or":[7]}""", "$.$or[0]", "a rule")]
    [InlineData("""{"$not":[{"city":"Pune"}]}""", "$.$not", "a rule")]
    [InlineData("""{"$nor":[{"city":"Pune"}]}""", "$.$nor", "no such operator")]
    [InlineData("""{"$where":"true"}""", "$.$where", "no such operator")]
    [InlineData("""{"$expr":{"$gt":["$a","$b"]}}""", "$.$expr", "no such operator")]
    [InlineData("""{"$gte":3}""", "$.$gte", "a field before")]
    [InlineData("""{"$AND":[{"city":"Pune"}]}""", "$.$AND", "no such operator")]
    [InlineData("""{"$or":[{"city":"Pune"}],"tags":"vip"}""", "$.$or", "alone")]
    [InlineData("""{"tags":"vip","$not":{"city":"Pune"}}""", "$.$not", "alone")]
    [InlineData("""{"shoeSize":42}""", "$.shoeSize", "totalSpend")]
    [InlineData("""{"City":"Pune"}""", "$.City", "no such field")]
    [InlineData("""{"":1}""", "$.", "no such field")]
    [InlineData("""{"attributes":{"plan":"gold"}}""", "$.attributes", "attributes.<key>")]
    [InlineData("""{"attributes.":1}""", "$.attributes.", "no such field")]
    [InlineData("""{"attributes.a.b":1}""", "$.attributes.a.b", "no such field")]
    [InlineData("""{"attributes.$where":1}""", "$.attributes.$where", "no such field")]
    [InlineData("""{"attributes.a\"b":1}""", "$.attributes.a\"b", "no such field")]
    [InlineData("""{"city":{"$regex":"P.*"}}""", "$.city.$regex", "city takes $eq")]
    [InlineData("""{"city":{"$function":{}}}""", "$.city.$function", "no such operator")]
    [InlineData("""{"city":{"eq":"Pune"}}""", "$.city.eq", "no such operator")]
    [InlineData("""{"orderCount":{"$not":{"$gt":3}}}""", "$.orderCount.$not", "no such operator")]
    [InlineData("""{"city":"Pune","city":"Delhi"}""", "$.city", "twice")]
    [InlineData("""{"orderCount":{"$gt":1,"$gt":2}}""", "$.orderCount.$gt", "twice")]
    [InlineData("""{"$and":[{"city":"Pune"}],"$and":[{"city":"Delhi"}]}""", "$.$and", "twice")]

    // Each field takes its operators and its type of value.
    [InlineData("""{"city":{"$gt":"Pune"}}""", "$.city.$gt", "does not take")]
    [InlineData("""{"tags":{"$lte":"vip"}}""", "$.tags.$lte", "does not take")]
    [InlineData("""{"unsubscribed":{"$gte":true}}""", "$.unsubscribed.$gte", "does not take")]
    [InlineData("""{"orderCount":{"$contains":"1"}}""", "$.orderCount.$contains", "does not take")]
    [InlineData("""{"createdAt":{"$startsWith":"2026"}}""", "$.createdAt.$startsWith", "does not take")]
    [InlineData("""{"city":7}""", "$.city", "Expected text, found a number")]
    [InlineData("""{"city":null}""", "$.city", "found null")]
    [InlineData("""{"city":["Pune"]}""", "$.city", "found a list")]
    [InlineData("""{"city":{"$eq":{"$ago":"1d"}}}""", "$.city.$eq", "Expected text")]
    [InlineData("""{"city":{"$in":"Pune"}}""", "$.city.$in", "a list of values")]
    [InlineData("""{"city":{"$in":["Pune",7]}}""", "$.city.$in[1]", "Expected text")]
    [InlineData("""{"city":{"$in":["Pune",["Delhi"]]}}""", "$.city.$in[1]", "Expected text")]
    [InlineData("""{"city":{"$exists":1}}""", "$.city.$exists", "true or false")]
    [InlineData("""{"tags":{"$contains":1}}""", "$.tags.$contains", "Expected text")]
    [InlineData("""{"orderCount":"3"}""", "$.orderCount", "a number")]
    [InlineData("""{"orderCount":true}""", "$.orderCount", "a number")]
    [InlineData("""{"totalSpend":{"$ago":"1d"}}""", "$.totalSpend", "a number")]
    [InlineData("""{"unsubscribed":"true"}""", "$.unsubscribed", "true or false")]
    [InlineData("""{"attributes.plan":{"$gt":"gold"}}""", "$.attributes.plan.$gt", "a number, or a date")]
    [InlineData("""{"attributes.plan":{"$gt":"2026-02-30"}}""", "$.attributes.plan.$gt", "a number, or a date")]
    [InlineData("""{"attributes.plan":{"$lt":{"$ago":"soon"}}}""", "$.attributes.plan.$lt.$ago", "a whole number")]
    [InlineData("""{"attributes.plan":{"$eq":{"$ago":"1d"}}}""", "$.attributes.plan.$eq", "text, a number")]
    [InlineData("""{"attributes.plan":{"$contains":7}}""", "$.attributes.plan.$contains", "text")]
    [InlineData("""{"attributes.since":{"$ago":"1d"}}""", "$.attributes.since", "text, a number, true or false")]
    [InlineData("""{"attributes.plan":null}""", "$.attributes.plan", "found null")]

    // Numbers and texts within bounds.
    [InlineData("""{"totalSpend":1e999}""", "$.totalSpend", "1.7e308")]
    [InlineData("""{"totalSpend":{"$lt":-1e999}}""", "$.totalSpend.$lt", "1.7e308")]
    [InlineData("""{"totalSpend":"NaN"}""", "$.totalSpend", "a number")]
    [InlineData("""{"city":"a\u0000b"}""", "$.city", "control")]
    [InlineData("""{"city":"a\u0007b"}""", "$.city", "control")]
    [InlineData("""{"city":"\ud800"}""", "$.city", "surrogate")]
    [InlineData("""{"\ud800":1}""", "$", "surrogate")]
    [InlineData("""{"createdAt":"\udfff"}""", "$.createdAt", "surrogate")]
    [InlineData("""{"createdAt":{"\ud800":1}}""", "$.createdAt", "surrogate")]
    [InlineData("""{"createdAt":{"$lt":{"\ud800":1}}}""", "$.createdAt.$lt", "surrogate")]

    // Dates that are in the calendar, and say their zone.
    [InlineData("""{"lastOrderAt":{"$lt":"2026-02-30"}}""", "$.lastOrderAt.$lt", "calendar")]
    [InlineData("""{"lastOrderAt":"2026-13-01"}""", "$.lastOrderAt", "calendar")]
    [InlineData("""{"lastOrderAt":"0000-01-01"}""", "$.lastOrderAt", "calendar")]
    [InlineData("""{"lastOrderAt":"2026-01-01T24:00:00Z"}""", "$.lastOrderAt", "calendar")]
    [InlineData("""{"lastOrderAt":"0001-01-01T00:00:00+01:00"}""", "$.lastOrderAt", "calendar")]
    [InlineData("""{"lastOrderAt":"2026-01-01T00:00:00"}""", "$.lastOrderAt", "2026-11-22T08:00:00Z")]
    [InlineData("""{"lastOrderAt":"2026-1-1"}""", "$.lastOrderAt", "2026-11-22")]
    [InlineData("""{"lastOrderAt":"2026-01-01\n"}""", "$.lastOrderAt", "2026-11-22")]
    [InlineData("""{"lastOrderAt":"yesterday"}""", "$.lastOrderAt", "$ago")]
    [InlineData("""{"lastOrderAt":1767225600000}""", "$.lastOrderAt", "found a number")]
    [InlineData("""{"lastPurchaseBefore":{"$lt":"2026-01-01"}}""", "$.lastPurchaseBefore", "a date")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"90"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"1.5d"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"-1d"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"d"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"90 days"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"3m"}}}""", "$.lastOrderAt.$lt.$ago", "calendar months")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"٣d"}}}""", "$.lastOrderAt.$lt.$ago", "whole number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":90}}}""", "$.lastOrderAt.$lt.$ago", "found a number")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"1000001d"}}}""", "$.lastOrderAt.$lt.$ago", "1,000,000")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"99999999999999999999d"}}}""", "$.lastOrderAt.$lt.$ago", "1,000,000")]
    [InlineData("""{"lastOrderAt":{"$lt":{"$ago":"1d","and":1}}}""", "$.lastOrderAt.$lt", "a date")]
    [InlineData("""{"lastOrderAt":{"$ago":"1d","$lt":"2026-01-01"}}""", "$.lastOrderAt.$ago", "no such operator")]

    // The reader's own refusals.
    [InlineData("", "$", "valid JSON")]
    [InlineData("""{"city":"Pune"}}""", "$", "valid JSON")]
    [InlineData("""{"city":"Pune",}""", "$", "valid JSON")]
    [InlineData("""{"orderCount":NaN}""", "$", "valid JSON")]
    public void What_is_no_rule_is_refused_with_its_place_and_what_was_expected(string json, string path, string message)
    {
        var refusal = Assert.Throws<RuleException>(() => RuleJson.Parse(json));
        Assert.Equal(path, refusal.Path);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_nested_too_deep_are_refused()
    {
        var refusal = Refuse(Nested("""{"$not":""", 8) + """{"city":"Pune"}""" + new string('}', 8));
        Assert.Equal("$" + Nested(".$not", 8), refusal.Path);
        Assert.Contains("8 levels", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_nested_without_end_are_refused()
    {
        Refuse(Nested("""{"$not":""", 100_000));
        Refuse(Nested("""{"$and":[""", 100_000));
        Refuse(Nested("""{"city":""", 100_000));
    }

    [Fact]
    public void Two_names_of_one_field_count_as_the_AND_that_they_are()
    {
        var refusal = Refuse(Nested("""{"$not":""", 7) + """{"visits":3,"orderCount":3}""" + new string('}', 7));
        Assert.Contains("8 levels", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"city":"Pune"}""", "$.$or[199].city")]
    [InlineData("""{"$not":{"city":"Pune"}}""", "$.$or[99].$not.city")]
    [InlineData("""{"orderCount":{"$gt":1,"$lt":3}}""", "$.$or[99].orderCount.$lt")]
    public void More_tests_and_operators_than_allowed_are_refused(string part, string path)
    {
        var refusal = Refuse($$"""{"$or":[{{string.Join(',', Enumerable.Repeat(part, 250))}}]}""");
        Assert.Equal(path, refusal.Path);
        Assert.Contains("200", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_values_than_allowed_are_refused()
    {
        var refusal = Refuse("""{"orderCount":{"$nin":[""" + string.Join(',', Enumerable.Range(0, 1001)) + "]}}");
        Assert.Equal("$.orderCount.$nin", refusal.Path);
        Assert.Contains("found 1001", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_longer_than_allowed_is_refused()
    {
        var refusal = Refuse("""{"city":{"$in":["Pune",""" + $"\"{new string('a', 257)}\"]}}}}");
        Assert.Equal("$.city.$in[1]", refusal.Path);
        Assert.Contains("256", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_cut_in_the_path()
    {
        Assert.Equal($"$.$and[0].{new string('a', 80)}…", Refuse($$"""{"$and":[{"{{new string('a', 50_000)}}":1}]}""").Path);
    }

    [Fact]
    public void A_text_that_is_half_a_surrogate_pair_is_refused()
    {
        Refuse("{\"city\":\"\ud800\"}");
    }

    [Fact]
    public void An_element_that_was_never_read_is_refused()
    {
        Assert.Throws<RuleException>(() => RuleJson.Parse(default(JsonElement)));
    }

    private static RuleException Refuse(string json) => Assert.Throws<RuleException>(() => RuleJson.Parse(json));

    private static string Nested(string part, int times) => string.Concat(Enumerable.Repeat(part, times));
}
