using MongoDB.Bson;
using MongoDB.Driver;

namespace XenoCrm.Tests.Mongo;

public sealed class MongoIndexesTests(MongoFixture mongo) : IClassFixture<MongoFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_collection_has_these_indexes_however_often_it_is_opened()
    {
        await mongo.StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => mongo.Open().PingAsync(Cancellation)));

        Assert.Equal(
            """
            campaigns by_idempotency_key { "idempotencyKey" : 1 } unique, where { "idempotencyKey" : { "$exists" : true } }
            campaigns by_series { "series" : 1 } where { "series" : { "$exists" : true } }
            campaigns open { "open" : 1, "status" : 1 } where { "open" : { "$exists" : true } }
            customers by_email { "keys.email" : 1 } unique, where { "keys.email" : { "$exists" : true } }
            customers by_last_order { "lastOrderAt" : 1 }
            customers by_spend { "totalSpend" : 1 }
            erasures by_age { "at" : 1 }
            erasures done { "doneAt" : 1 } for 604800 s
            imports by_status { "status" : 1 }
            keys by_hash { "hash" : 1 } unique
            keys by_name { "nameKey" : 1 } unique
            log by_recipient { "campaignId" : 1, "customerId" : 1 } unique
            log by_status { "campaignId" : 1, "status" : 1, "seq" : 1 }
            log by_vendor_message { "vendorMessageId" : 1 } where { "vendorMessageId" : { "$exists" : true } }
            log due { "campaignId" : 1, "dueAt" : 1 } where { "dueAt" : { "$exists" : true } }
            log waiting { "campaignId" : 1, "hourAt" : 1 } where { "hourAt" : { "$exists" : true } }
            orders by_customer_with_refunds { "customerId" : 1, "placedAt" : 1, "amount" : 1, "refundOf" : 1 } where { "customerId" : { "$exists" : true } }
            orders refunds { "refundOf" : 1 } where { "refundOf" : { "$exists" : true } }
            orders waiting { "emailKey" : 1 } where { "emailKey" : { "$exists" : true } }
            people by_email { "via" : 1, "emailKey" : 1 } unique
            segments by_campaign { "campaignId" : 1 }
            segments by_idempotency_key { "idempotencyKey" : 1 } unique, where { "idempotencyKey" : { "$exists" : true } }
            sessions by_person { "personId" : 1 }
            sessions over { "expiresAt" : 1 } for 0 s
            suppressions by_time { "at" : 1, "_id" : 1 }
            unsettled by_age { "at" : 1 }
            """,
            await DescribeAsync());
    }

    private async Task<string> DescribeAsync()
    {
        var lines = new List<string>();
        foreach (
            var name in await (await mongo.Database.ListCollectionNamesAsync(cancellationToken: Cancellation)).ToListAsync(Cancellation))
        {
            var indexes = await (
                await mongo.Database.GetCollection<BsonDocument>(name).Indexes.ListAsync(Cancellation)).ToListAsync(Cancellation);
            lines.AddRange(
                indexes.Where(index => index["name"] != "_id_")
                    .Select(index => $"{name} {index["name"]} {index["key"]} {Options(index)}".TrimEnd()));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static string Options(BsonDocument index)
    {
        var options = new List<string>();
        if (index.GetValue("unique", false).ToBoolean())
        {
            options.Add("unique");
        }

        if (index.TryGetValue("partialFilterExpression", out var where))
        {
            options.Add($"where {where}");
        }

        if (index.TryGetValue("expireAfterSeconds", out var seconds))
        {
            options.Add($"for {seconds} s");
        }

        return string.Join(", ", options);
    }
}
