using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Tests.Mongo;

/// <summary>A database as the program left it before text, numbers and telephone numbers had one form, opened by this one.</summary>
public sealed class MongoMigrationTests(MongoFixture mongo) : IClassFixture<MongoFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_older_store_is_brought_to_the_one_form_in_place_by_however_many_processes(int processes)
    {
        await mongo.StoresAsync();
        await InsertAsync("customers",
            """
            { _id: "c1", name: "Zoe\u0308\u00a0 Lane", email: "zo\u200be@example.com", phone: "098765 43210", city: "Ko\u0308ln",
                tags: ["Ku\u0308che", "küche", "vip"],
            attributes: { plan: "Gro\u0308ße", seats: 3.5, big: 9007199254740992.0, odd: 1e300 }, createdAt: ISODate(
                "2026-01-01T00:00:00Z"), unsubscribed: false,
            totalSpend: NumberDecimal("10"), orderCount: 1, averageOrderValue: NumberDecimal("10"), firstOrderAt: ISODate(
                "2026-01-01T00:00:00Z"), lastOrderAt: ISODate("2026-01-01T00:00:00Z"),
            keys: { name: "zoe\u0308\u00a0 lane", email: "zo\u200be@example.com", phone: "098765 43210", city: "ko\u0308ln",
                tags: ["ku\u0308che"], attributes: { plan: "gro\u0308ße", seats: 3.5 } } }
            """,
            Plain("c2", "late@example.com"), Plain("c3", "Twin@example.com"), Plain("c4", "twi\u200bn@example.com"));
        await InsertAsync("orders",
            """{ _id: "o1", customerId: "c1", amount: NumberDecimal("10"), placedAt: ISODate("2026-01-01T00:00:00Z") }""",
            """{ _id: "o2", emailKey: "la\u200bte@example.com", amount: NumberDecimal("2.5"), placedAt: ISODate("2026-01-02T00:00:00Z") }""");
        await InsertAsync("people", """{ _id: "p", via: "dev", email: "STRASSE@example.com", emailKey: "x" }""");
        await mongo.Database.GetCollection<BsonDocument>("schema").DeleteManyAsync(Builders<BsonDocument>.Filter.Empty, Cancellation);

        var stores = Enumerable.Range(0, processes).Select(_ => new MongoStores(mongo.Open(country: "IN"))).ToArray();
        await Task.WhenAll(stores.Select(store => store.Store.PingAsync(Cancellation)));
        await stores[0].Repair.RunOnceAsync(Cancellation);

        var customers = stores[0].Customers;
        var zoe = (await customers.FindAsync("c1", Cancellation))!;
        Assert.Equal(("Zoë Lane", "zoe@example.com", "098765 43210", "+919876543210", "Köln"), (
            zoe.Name, zoe.Email, zoe.Phone, zoe.PhoneE164, zoe.City));
        Assert.Equal(["Küche", "vip"], zoe.Tags);
        Assert.Equal((10m, 1), (zoe.TotalSpend, zoe.OrderCount));
        Assert.Equal("big 9007199254740992, plan Größe, seats 3.5", string.Join(
            ", ", zoe.Attributes.Where(pair => pair.Key != "odd").OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.NotNull(zoe.Attributes["odd"].Text);
        foreach (
            var rule in new[] { """{"city":"KÖLN"}""", """{"tags":"KÜCHE"}""", """{"attributes.seats":{"$lt":3.6,"$gt":3.4}}""",
                """{"attributes.plan":"grösse"}""", """{"phone":{"$startsWith":"+91"}}""" })
        {
            var page = await customers.ListAsync(new CustomerQuery { Rule = RuleJson.Parse(rule) }, new(10, null), Cancellation);
            Assert.Equal("c1", string.Join(' ', page.Items.Select(customer => customer.Id)));
        }

        Assert.Equal((2.5m, 1), await customers.FindAsync("c2", Cancellation) is { } late ? (late.TotalSpend, late.OrderCount) : default);
        Assert.Equal("twi\u200bn@example.com", (await customers.FindAsync("c4", Cancellation))!.Email);
        Assert.Equal(new CustomerResult(CustomerOutcome.Updated, "c3"), (
            await customers.UpsertAsync([new CustomerChange { Email = "TWIN@example.com", City = "Pune" }], Cancellation)).Single());
        Assert.Equal("strasse@example.com", (await mongo.Database.GetCollection<BsonDocument>("people").Find(new BsonDocument())
            .SingleAsync(Cancellation))["emailKey"].AsString);
    }

    [Fact]
    public async Task Orders_of_an_older_store_are_found_by_their_items()
    {
        await mongo.StoresAsync();
        await InsertAsync("customers", Plain("c1", "a@example.com"), Plain("c2", "b@example.com"));
        await InsertAsync("orders",
            """
            { _id: "o1", customerId: "c1", amount: NumberDecimal("10"), placedAt: ISODate("2026-01-01T00:00:00Z"),
                items: '[{"name":"Red  Mug","sku":"M-1"}]' }
            """,
            """{ _id: "o2", customerId: "c2", amount: NumberDecimal("2.5"), placedAt: ISODate("2026-01-02T00:00:00Z") }""");
        await mongo.Database.GetCollection<BsonDocument>("schema").UpdateOneAsync(
            new BsonDocument("_id", "store"), Builders<BsonDocument>.Update.Set("version", 10),
            new UpdateOptions { IsUpsert = true }, Cancellation);

        var customers = new MongoStores(mongo.Open()).Customers;

        foreach (var (rule, expected) in new[]
        {
            ("""{"orders":{"item":"red MUG"}}""", "c1"), ("""{"orders":{"item":"m-1"}}""", "c1"),
            ("""{"orders":{"item":{"$exists":false}}}""", "c2"),
        })
        {
            var page = await customers.ListAsync(new CustomerQuery { Rule = RuleJson.Parse(rule) }, new(10, null), Cancellation);
            Assert.Equal(expected, string.Join(' ', page.Items.Select(customer => customer.Id)));
        }
    }

    private static string Plain(string id, string email) =>
        $$"""{ _id: "{{id}}", name: "N", email: "{{email}}", createdAt: ISODate("2026-01-01T00:00:00Z"), unsubscribed: false, totalSpend: NumberDecimal("0"), orderCount: 0, keys: { name: "n", email: "{{email.ToLowerInvariant()}}" } }""";

    private Task InsertAsync(string collection, params string[] documents) =>
        mongo.Database.GetCollection<BsonDocument>(collection).InsertManyAsync(
            documents.Select(BsonDocument.Parse), cancellationToken: Cancellation);
}
