using System.Globalization;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;

namespace XenoCrm.Tests.Rules;

/// <summary>
/// The language's meaning by example, worked out by hand: who of a small cast a rule selects. Evaluator and stores are held to the same.
/// </summary>
public static class RuleMeanings
{
    public static DateTimeOffset Now { get; } = Time("2026-07-01T00:00:00Z");

    /// <summary>
    /// Ada has everything, Bob is a customer without orders and all but nameless, Eve's values are of other types than Ada's.
    /// </summary>
    public static IReadOnlyList<Customer> Cast { get; } =
    [
        new()
        {
            Id = "ada",
            Name = "Ada Lovelace",
            Email = "Ada@Example.com",
            Phone = "+44 (20) 7946 0018",
            PhoneE164 = "+442079460018",
            City = "London",
            Country = "United Kingdom",
            Tags = ["VIP", "early bird"],
            Attributes = new Dictionary<string, AttributeValue>
            {
                ["plan"] = AttributeValue.Of("Gold"),
                ["seats"] = AttributeValue.Of(12),
                ["trial"] = AttributeValue.Of(false),
                ["since"] = AttributeValue.Of("2026-01-01"),
                ["loyalty"] = AttributeValue.Of(9007199254740993),
                ["größe"] = AttributeValue.Of("Groß\u00a0 und rot"),
            },
            CreatedAt = Time("2025-01-01T00:00:00Z"),
            TotalSpend = 1000,
            OrderCount = 3,
            FirstOrderAt = Time("2025-01-10T12:00:00Z"),
            LastOrderAt = Time("2026-04-02T00:00:00Z"), // 90 days before now, to the millisecond
        },
        new() { Id = "bob", Name = "Bob", CreatedAt = Time("2026-06-30T00:00:00Z") },
        new()
        {
            Id = "eve",
            Name = "ÉVE Ölander",
            Email = "eve@example.org",
            City = "são paulo",
            Tags = ["vip"],
            Attributes = new Dictionary<string, AttributeValue>
            {
                ["plan"] = AttributeValue.Of(12),
                ["seats"] = AttributeValue.Of("12"),
                ["trial"] = AttributeValue.Of(true),
            },
            CreatedAt = Time("2026-06-01T00:00:00Z"), // a calendar month before now
            Unsubscribed = true,
            TotalSpend = 999.9999m,
            OrderCount = 1,
            FirstOrderAt = Time("2026-06-30T23:59:59.999Z"),
            LastOrderAt = Time("2026-06-30T23:59:59.999Z"),
        },
    ];

    public static TheoryData<string, string> All { get; } = new()
    {
        // Text: equality ignores case, parts are taken literally, absent is not equal.
        { """{"city":"LONDON"}""", "ada" },
        { """{"city":"Lond"}""", "" },
        { """{"city":"SÃO PAULO"}""", "eve" },
        { """{"city":{"$ne":"london"}}""", "bob eve" },
        { """{"city":{"$in":["LONDON","são paulo"]}}""", "ada eve" },
        { """{"city":{"$nin":["london"]}}""", "bob eve" },
        { """{"city":{"$exists":true}}""", "ada eve" },
        { """{"city":{"$exists":false}}""", "bob" },
        { """{"name":{"$exists":true}}""", "ada bob eve" },
        { """{"name":{"$contains":"LOVE"}}""", "ada" },
        { """{"name":{"$contains":"a%a"}}""", "" },
        { """{"name":{"$contains":"_"}}""", "" },
        { """{"name":{"$contains":".*"}}""", "" },
        { """{"name":{"$startsWith":"éve ö"}}""", "eve" },
        { """{"name":{"$startsWith":"lovelace"}}""", "" },
        { """{"email":{"$endsWith":"@EXAMPLE.com"}}""", "ada" },
        { """{"name":{"$endsWith":"a much longer text than any name"}}""", "" },
        { """{"city":""}""", "" },
        { """{"phone":{"$startsWith":"+44"}}""", "ada" },
        { """{"country":{"$ne":"France"}}""", "ada bob eve" },

        // One form for data and values: composed or not, white space of any kind, what cannot be seen, and case as Unicode folds it.
        { """{"city":"SA\u0303O PAULO"}""", "eve" },
        { """{"city":" são\u00a0\u2003paulo "}""", "eve" },
        { """{"city":"são\tpaulo\n"}""", "eve" },
        { """{"city":"sã\u00ado pau\u200blo"}""", "eve" },
        { """{"city":{"$contains":"a\u0303o"}}""", "eve" },
        { """{"attributes.größe":"GROSS UND ROT"}""", "ada" },
        { """{"attributes.gro\u0308ße":{"$startsWith":"groß"}}""", "ada" },

        // A telephone number is found as it was typed, as its country writes it, and in E.164, whatever stands between the digits.
        { """{"phone":"+44 20 7946 0018"}""", "ada" },
        { """{"phone":"0044 20 79460018"}""", "ada" },
        { """{"phone":"(020) 7946-0018"}""", "ada" },
        { """{"phone":{"$in":["12345","+442079460018"]}}""", "ada" },
        { """{"phone":{"$ne":"+442079460018"}}""", "bob eve" },
        { """{"phone":{"$startsWith":"+44 (20)"}}""", "ada" },
        { """{"phone":{"$startsWith":"020 79"}}""", "ada" },
        { """{"phone":{"$startsWith":"79"}}""", "" },
        { """{"phone":{"$endsWith":"00-18"}}""", "ada" },
        { """{"phone":{"$contains":"946 00"}}""", "ada" },
        { """{"phone":{"$contains":"call"}}""", "" },
        { """{"phone":{"$exists":false}}""", "bob eve" },

        // Tags: any of them; none of them for $ne and $nin.
        { """{"tags":"vip"}""", "ada eve" },
        { """{"tags":{"$ne":"VIP"}}""", "bob" },
        { """{"tags":{"$in":["EARLY BIRD","none"]}}""", "ada" },
        { """{"tags":{"$nin":["early bird","none"]}}""", "bob eve" },
        { """{"tags":{"$contains":"y b"}}""", "ada" },
        { """{"tags":{"$startsWith":"V"}}""", "ada eve" },
        { """{"tags":{"$exists":true}}""", "ada eve" },
        { """{"tags":{"$exists":false}}""", "bob" },
        { """{"$not":{"tags":"early bird"}}""", "bob eve" },

        // Numbers are exact; money and counts are never absent, an average is without orders.
        { """{"totalSpend":1000}""", "ada" },
        { """{"totalSpend":999.9999}""", "ada eve" },
        { """{"totalSpend":{"$eq":999.9999}}""", "eve" },
        { """{"totalSpend":{"$gt":999.9999}}""", "ada" },
        { """{"totalSpend":{"$lt":999.99995}}""", "bob eve" },
        { """{"totalSpend":{"$lte":999.99989}}""", "bob" },
        { """{"totalSpend":{"$in":[0,1000]}}""", "ada bob" },
        { """{"totalSpend":{"$ne":0}}""", "ada eve" },
        { """{"totalSpend":{"$gte":1e300}}""", "" },
        { """{"totalSpend":{"$gt":-1e300}}""", "ada bob eve" },
        { """{"orderCount":0}""", "bob" },
        { """{"visits":{"$gte":2}}""", "ada" },
        { """{"orderCount":{"$gt":0.5,"$lt":1.5}}""", "eve" },
        { """{"orderCount":{"$exists":false}}""", "" },
        { """{"averageOrderValue":{"$gt":333.3333333333333}}""", "ada eve" },
        { """{"averageOrderValue":{"$gte":333.33333333333337}}""", "eve" },
        { """{"averageOrderValue":999.9999}""", "eve" },
        { """{"averageOrderValue":{"$lt":1000000}}""", "ada eve" },
        { """{"averageOrderValue":{"$ne":999.9999}}""", "ada bob" },
        { """{"averageOrderValue":{"$exists":false}}""", "bob" },
        { """{"$not":{"averageOrderValue":{"$gt":0}}}""", "bob" },

        // Days are whole days: Ada's last order is 90 of them ago, Eve's a millisecond.
        { """{"daysSinceLastOrder":90}""", "ada" },
        { """{"daysSinceLastOrder":{"$gt":89.5}}""", "ada" },
        { """{"daysSinceLastOrder":{"$gte":90.5}}""", "" },
        { """{"daysSinceLastOrder":{"$lt":1}}""", "eve" },
        { """{"daysSinceLastOrder":{"$in":[0,1]}}""", "eve" },
        { """{"daysSinceLastOrder":{"$ne":0}}""", "ada bob" },
        { """{"daysSinceLastOrder":{"$exists":false}}""", "bob" },

        // Dates: one without a time is a whole day; $ago counts back from now.
        { """{"lastOrderAt":"2026-04-02"}""", "ada" },
        { """{"lastOrderAt":"2026-06-30"}""", "eve" },
        { """{"lastOrderAt":{"$ne":"2026-06-30"}}""", "ada bob" },
        { """{"lastOrderAt":{"$in":["2026-04-02","2026-06-30"]}}""", "ada eve" },
        { """{"lastOrderAt":{"$nin":["2026-04-01","2026-06-30"]}}""", "ada bob" },
        { """{"lastOrderAt":{"$lte":"2026-06-30"}}""", "ada eve" },
        { """{"lastOrderAt":{"$lte":"2026-06-29"}}""", "ada" },
        { """{"lastOrderAt":{"$lt":"2026-06-30"}}""", "ada" },
        { """{"lastOrderAt":{"$gt":"2026-06-30"}}""", "" },
        { """{"lastOrderAt":{"$gt":"2026-06-29"}}""", "eve" },
        { """{"lastOrderAt":{"$gt":"2026-06-30T00:00:00Z"}}""", "eve" },
        { """{"lastOrderAt":{"$lte":"2026-06-30T00:00:00Z"}}""", "ada" },
        { """{"firstOrderAt":"2025-01-10"}""", "ada" },
        { """{"firstOrderAt":"2025-01-10T00:00:00Z"}""", "" },
        { """{"firstOrderAt":{"$gt":"2025-01-10"}}""", "eve" },
        { """{"lastPurchaseBefore":"2026-06-30"}""", "ada eve" },
        { """{"lastOrderAt":"0001-01-01"}""", "" },
        { """{"lastOrderAt":{"$lte":"9999-12-31"}}""", "ada eve" },
        { """{"lastOrderAt":"2026-04-02T02:00:00+02:00"}""", "ada" },
        { """{"lastOrderAt":{"$ne":"2026-04-02"}}""", "bob eve" },
        { """{"lastOrderAt":{"$in":["2026-06-30T23:59:59.999Z",{"$ago":"90d"}]}}""", "ada eve" },
        { """{"lastOrderAt":{"$lt":{"$ago":"90d"}}}""", "" },
        { """{"lastOrderAt":{"$lte":{"$ago":"90d"}}}""", "ada" },
        { """{"lastOrderAt":{"$ago":"90d"}}""", "ada" },
        { """{"lastPurchase":{"$gte":{"$ago":"1d"}}}""", "eve" },
        { """{"lastPurchaseBefore":"2026-04-02"}""", "ada" },
        { """{"lastOrderAt":{"$exists":false}}""", "bob" },
        { """{"$not":{"lastOrderAt":{"$gte":{"$ago":"30d"}}}}""", "ada bob" },
        { """{"firstOrderAt":{"$lt":{"$ago":"1y"}}}""", "ada" },
        { """{"createdAt":{"$gte":{"$ago":"1mo"}}}""", "bob eve" },
        { """{"createdAt":{"$gt":{"$ago":"1mo"}}}""", "bob" },
        { """{"createdAt":{"$gt":{"$ago":"1000000y"}}}""", "ada bob eve" },
        { """{"createdAt":{"$lt":{"$ago":"26w"}}}""", "ada" },

        // true and false
        { """{"unsubscribed":true}""", "eve" },
        { """{"unsubscribed":{"$ne":true}}""", "ada bob" },
        { """{"unsubscribed":{"$in":[true,false]}}""", "ada bob eve" },

        // Attributes: a value of another type is not equal and has no order.
        { """{"attributes.plan":"GOLD"}""", "ada" },
        { """{"attributes.plan":12}""", "eve" },
        { """{"attributes.seats":"12"}""", "eve" },
        { """{"attributes.seats":{"$gte":12}}""", "ada" },
        { """{"attributes.seats":{"$lt":100}}""", "ada" },
        { """{"attributes.seats":{"$contains":"1"}}""", "eve" },
        { """{"attributes.trial":true}""", "eve" },
        { """{"attributes.trial":1}""", "" },
        { """{"attributes.trial":{"$ne":true}}""", "ada bob" },
        { """{"attributes.plan":{"$in":["gold",12,true]}}""", "ada eve" },
        { """{"attributes.plan":{"$nin":["gold",true]}}""", "bob eve" },
        { """{"attributes.Plan":"gold"}""", "" },
        { """{"attributes.plan":{"$exists":false}}""", "bob" },
        { """{"attributes.loyalty":9007199254740993}""", "ada" },
        { """{"attributes.loyalty":9007199254740993.0}""", "ada" },
        { """{"attributes.loyalty":9007199254740992}""", "" },
        { """{"attributes.loyalty":{"$in":[9007199254740992,9007199254740994]}}""", "" },
        { """{"attributes.loyalty":{"$gt":9007199254740992}}""", "ada" },
        { """{"attributes.loyalty":{"$gt":9007199254740992.9999}}""", "ada" },
        { """{"attributes.loyalty":{"$lt":9007199254740994}}""", "ada" },
        { """{"attributes.loyalty":{"$gte":9007199254740994}}""", "" },
        { """{"attributes.since":"2026-01-01"}""", "ada" },
        { """{"$not":{"attributes.seats":{"$gt":1}}}""", "bob eve" },

        // Text that is a date is compared as that: Ada's "since" is the day 2026-01-01, which begins with its first moment.
        { """{"attributes.since":{"$lt":{"$ago":"30d"}}}""", "ada" },
        { """{"attributes.since":{"$gte":{"$ago":"30d"}}}""", "" },
        { """{"attributes.since":{"$gte":"2026-01-01"}}""", "ada" },
        { """{"attributes.since":{"$gt":"2026-01-01"}}""", "" },
        { """{"attributes.since":{"$lte":"2026-01-01"}}""", "ada" },
        { """{"attributes.since":{"$lt":"2026-01-01"}}""", "" },
        { """{"attributes.since":{"$gte":"2025-12-31T00:00:00Z","$lt":"2026-01-01T00:00:00.001Z"}}""", "ada" },
        { """{"attributes.plan":{"$gt":"2020-01-01"}}""", "" },
        { """{"$not":{"attributes.since":{"$lt":{"$ago":"30d"}}}}""", "bob eve" },

        // Joined
        { """{"$everyone":true}""", "ada bob eve" },
        { """{"totalSpend":{"$gt":100},"orderCount":{"$lt":3}}""", "eve" },
        { """{"$or":[{"city":"London"},{"orderCount":0}]}""", "ada bob" },
        { """{"$and":[{"$or":[{"city":"London"},{"orderCount":1}]},{"unsubscribed":false}]}""", "ada" },
        { """{"$not":{"$or":[{"city":"London"},{"city":"São Paulo"}]}}""", "bob" },
        { """{"$not":{"$and":[{"city":"London"},{"orderCount":3}]}}""", "bob eve" },
        { """{"$not":{"$not":{"city":{"$contains":"o"}}}}""", "ada eve" },
    };

    /// <summary>What the cast's totals are made of, and an order that waits for somebody.</summary>
    public static IReadOnlyList<Order> Orders { get; } =
    [
        new()
        {
            Id = "a1", CustomerId = "ada", Amount = 100, PlacedAt = Time("2025-01-10T12:00:00Z"),
            Items = """[{"name":"Mug","sku":"M-1"},{"name":"Plate"}]""",
        },
        new() { Id = "a2", CustomerId = "ada", Amount = 600.5m, PlacedAt = Time("2026-03-01"), Items = """["MUG ",{"SKU":77,"qty":5}]""" },
        new() { Id = "a3", CustomerId = "ada", Amount = 350, PlacedAt = Time("2026-04-02T00:00:00Z") },
        new() { Id = "a4", CustomerId = "ada", Amount = -50.5m, PlacedAt = Time("2026-06-20"), RefundOf = "a3" },
        new()
        {
            Id = "e1", CustomerId = "eve", Amount = 999.9999m, PlacedAt = Time("2026-06-30T23:59:59.999Z"),
            Items = """[{"name":"Große  Tasse"}]""",
        },
        new() { Id = "w1", CustomerEmail = "late@example.com", Amount = 5000, PlacedAt = Time("2026-06-30"), Items = """["Mug"]""" },
    ];

    /// <summary>Among the highest of all of the cast, whatever else a rule says.</summary>
    public static TheoryData<string, string> Ranking { get; } = new()
    {
        { """{"totalSpend":{"$top":1}}""", "ada" },
        { """{"totalSpend":{"$top":2}}""", "ada eve" },
        { """{"totalSpend":{"$top":1000}}""", "ada bob eve" },
        { """{"totalSpend":{"$top":"0.1%"}}""", "ada" },
        { """{"totalSpend":{"$top":"33.3333%"}}""", "ada" },
        { """{"totalSpend":{"$top":"33.3334%"}}""", "ada eve" },
        { """{"totalSpend":{"$top":"100%"}}""", "ada bob eve" },
        { """{"orderCount":{"$top":2},"totalSpend":{"$lt":1000}}""", "eve" },
        { """{"unsubscribed":true,"totalSpend":{"$top":1}}""", "" },
        { """{"$not":{"totalSpend":{"$top":"50%"}}}""", "bob" },
    };

    public static TheoryData<string, string> OfOrders { get; } = new()
    {
        // Chosen by when, how much and what; a refund is not an order.
        { """{"orders":{"placedAt":{"$gte":{"$ago":"90d"}}}}""", "ada eve" },
        { """{"orders":{"placedAt":{"$gt":{"$ago":"90d"}}}}""", "eve" },
        { """{"orders":{"placedAt":"2026-03-01"}}""", "ada" },
        { """{"orders":{"placedAt":{"$gte":"2026-03-01","$lt":"2026-04-01"},"amount":{"$lt":600}}}""", "" },
        { """{"orders":{"amount":{"$gt":100}}}""", "ada eve" },
        { """{"orders":{"amount":100}}""", "ada" },
        { """{"orders":{"amount":{"$in":[350,999.9999]}}}""", "ada eve" },
        { """{"orders":{"amount":{"$lt":0}}}""", "" },
        { """{"orders":{"amount":{"$lt":0},"$sum":{"$lt":0}}}""", "ada" },

        // Any line, by its name or its SKU, in the one form of all text; of none for $ne and $nin.
        { """{"orders":{"item":"mug"}}""", "ada" },
        { """{"orders":{"item":"m-1"}}""", "ada" },
        { """{"orders":{"item":"77"}}""", "ada" },
        { """{"orders":{"item":"mu"}}""", "" },
        { """{"orders":{"item":"GROSSE TASSE"}}""", "eve" },
        { """{"orders":{"item":{"$contains":"tass"}}}""", "eve" },
        { """{"orders":{"item":{"$startsWith":"pl"}}}""", "ada" },
        { """{"orders":{"item":{"$endsWith":"-1"}}}""", "ada" },
        { """{"orders":{"item":{"$in":["plate","große tasse"]}}}""", "ada eve" },
        { """{"orders":{"item":{"$ne":"mug"}}}""", "ada eve" },
        { """{"orders":{"item":{"$nin":["mug","große tasse"]}}}""", "ada" },
        { """{"orders":{"item":{"$exists":true}}}""", "ada eve" },
        { """{"orders":{"item":{"$exists":false}}}""", "ada" },
        { """{"orders":{"item":{"$eq":"mug","$contains":"late"}}}""", "ada" },
        { """{"orders":{"item":{"$eq":"mug","$ne":"plate"},"$sum":600.5}}""", "ada" },
        { """{"orders":{"item":"mug","amount":{"$gt":200}}}""", "ada" },
        { """{"orders":{"item":"plate","amount":{"$gt":200}}}""", "" },

        // What holds of the chosen together; an order with several such items counts once.
        { """{"orders":{"item":"mug","$count":2}}""", "ada" },
        { """{"orders":{"item":{"$in":["mug","plate","m-1"]},"$count":2,"$sum":700.5,"$avg":350.25}}""", "ada" },
        { """{"orders":{"placedAt":{"$gt":{"$ago":"90d"}},"$sum":{"$gt":500}}}""", "eve" },
        { """{"orders":{"placedAt":{"$gt":{"$ago":"90d"}},"$sum":-50.5}}""", "ada" },
        { """{"orders":{"placedAt":{"$gt":{"$ago":"90d"}},"$count":0}}""", "ada bob" },
        { """{"orders":{"$count":{"$gte":2},"$sum":{"$gt":500},"$avg":{"$lt":400}}}""", "ada" },

        // Of all orders, and of nothing.
        { """{"orders":{"$count":0}}""", "bob" },
        { """{"orders":{"$count":{"$lt":2}}}""", "bob eve" },
        { """{"orders":{"$count":{"$nin":[0,1]}}}""", "ada" },
        { """{"orders":{"$sum":1000}}""", "ada" },
        { """{"orders":{"$sum":{"$lt":1000}}}""", "bob eve" },
        { """{"orders":{"$sum":{"$gte":999.99995}}}""", "ada" },
        { """{"orders":{"$sum":0}}""", "bob" },
        { """{"orders":{"$avg":{"$gt":333.3333333333333}}}""", "ada eve" },
        { """{"orders":{"$avg":{"$gte":333.33333333333337}}}""", "eve" },
        { """{"orders":{"$avg":{"$lt":1e9}}}""", "ada eve" },
        { """{"orders":{"$avg":{"$ne":999.9999}}}""", "ada bob" },
        { """{"orders":{"$avg":{"$exists":false}}}""", "bob" },

        // Of the last order alone, which is no refund; when it was and what it was together.
        { """{"orders":{"item":"mug","$last":true}}""", "" },
        { """{"orders":{"item":"große tasse","$last":true}}""", "eve" },
        { """{"orders":{"item":{"$startsWith":"groß"},"$last":true}}""", "eve" },
        { """{"orders":{"item":{"$ne":"mug"},"$last":true}}""", "ada eve" },
        { """{"orders":{"item":{"$exists":false},"$last":true}}""", "ada" },
        { """{"orders":{"amount":{"$gt":400},"$last":true}}""", "eve" },
        { """{"orders":{"amount":{"$lte":350},"$last":true}}""", "ada" },
        { """{"orders":{"amount":{"$lt":0},"$last":true}}""", "" },
        { """{"orders":{"placedAt":{"$lt":"2026-06-01"},"$last":true}}""", "ada" },
        { """{"orders":{"placedAt":{"$gte":{"$ago":"90d"}},"$last":true}}""", "ada eve" },
        { """{"orders":{"placedAt":{"$ne":"2026-04-02"},"$last":true}}""", "eve" },
        { """{"orders":{"placedAt":{"$exists":true},"$last":true}}""", "ada eve" },
        { """{"orders":{"placedAt":{"$exists":false},"$last":true}}""", "" },
        { """{"orders":{"placedAt":{"$lt":"2026-06-01"},"amount":350,"$last":true}}""", "ada" },
        { """{"orders":{"placedAt":"2026-03-01","amount":600.5,"$last":true}}""", "" },
        { """{"$not":{"orders":{"item":"große tasse","$last":true}}}""", "ada bob" },
        { """{"$not":{"orders":{"placedAt":{"$lt":"2026-06-01"},"$last":true}}}""", "bob eve" },
        { """{"$or":[{"orders":{"amount":350,"$last":true}},{"orderCount":0}]}""", "ada bob" },
        { """{"$and":[{"orders":{"item":"mug"}},{"$not":{"orders":{"item":"mug","$last":true}}}]}""", "ada" },

        // Joined
        { """{"$not":{"orders":{"placedAt":{"$gt":{"$ago":"90d"}}}}}""", "ada bob" },
        { """{"orders":{"item":"mug"},"lastOrderAt":{"$lt":"2026-06-01"}}""", "ada" },
        { """{"$or":[{"orders":{"item":"plate"}},{"orderCount":0}]}""", "ada bob" },
        { """{"$and":[{"orders":{"amount":{"$gt":500}}},{"$not":{"orders":{"item":"mug"}}}]}""", "eve" },
    };

    /// <summary>Noon in Berlin on 30 March 2026; the day before had 23 hours.</summary>
    public static DateTimeOffset BerlinNow { get; } = Time("2026-03-30T10:00:00Z");

    /// <summary>Each joined at the edge of a day in Berlin.</summary>
    public static IReadOnlyList<Customer> Berliners { get; } =
    [
        new() { Id = "a", Name = "last of the 28th", CreatedAt = Time("2026-03-28T22:59:59.999Z") },
        new() { Id = "b", Name = "first of the 29th", CreatedAt = Time("2026-03-28T23:00:00Z") },
        new() { Id = "c", Name = "last of the 29th", CreatedAt = Time("2026-03-29T21:59:59.999Z") },
        new() { Id = "d", Name = "first of the 30th", CreatedAt = Time("2026-03-29T22:00:00Z") },
        new() { Id = "e", Name = "noon of the 28th", CreatedAt = Time("2026-03-28T11:00:00Z") },
    ];

    public static TheoryData<string, string> InBerlin { get; } = new()
    {
        { """{"createdAt":"2026-03-29"}""", "b c" },
        { """{"createdAt":{"$ne":"2026-03-29"}}""", "a d e" },
        { """{"createdAt":{"$in":["2026-03-28","2026-03-30"]}}""", "a d e" },
        { """{"createdAt":{"$lt":"2026-03-29"}}""", "a e" },
        { """{"createdAt":{"$lte":"2026-03-29"}}""", "a b c e" },
        { """{"createdAt":{"$gte":"2026-03-29"}}""", "b c d" },
        { """{"createdAt":{"$gt":"2026-03-29"}}""", "d" },
        { """{"createdAt":{"$gte":"2026-03-28T23:00:00Z"}}""", "b c d" },
        { """{"createdAt":{"$ago":"2d"}}""", "e" },
        { """{"createdAt":{"$gte":{"$ago":"2d"}}}""", "a b c d e" },
        { """{"createdAt":{"$gt":{"$ago":"2d"}}}""", "a b c d" },
    };

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
