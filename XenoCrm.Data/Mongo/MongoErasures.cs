using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using Names = XenoCrm.Data.Mongo.MongoErasure.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;
using Row = XenoCrm.Data.Mongo.MongoLogRow.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>erasures</c>, there from before the first thing is erased, and for a week after the last:
/// <code>
/// { _id: "c1", emailHash: "9f86…", at: ISODate, doneAt: ISODate }
/// </code>
/// </summary>
internal sealed record MongoErasure
{
    public required string Id { get; init; }

    /// <summary>See <see cref="ErasedPeople.HashOf"/>; null if there was no address.</summary>
    public string? EmailHash { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    internal static class Names
    {
        public const string Id = "_id";
        public const string EmailHash = "emailHash";
        public const string At = "at";
        public const string DoneAt = "doneAt";
    }
}

/// <summary>Erases people everywhere. What a crash cuts off is finished by the next call, or by <see cref="MongoRepair"/>.</summary>
internal sealed class MongoErasures(MongoStore store, TimeProvider time)
{
    private const int StepSize = 500;

    // How far the clocks of two machines may be apart.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>False if there is no such customer.</summary>
    public async Task<bool> EraseAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.RunAsync(token => AnnounceAsync(id, token), cancellationToken))
        {
            return false;
        }

        await FinishAsync(id, cancellationToken);
        return true;
    }

    public async Task FinishAsync(string id, CancellationToken cancellationToken)
    {
        var campaigns = await store.RunAsync(
            async token =>
            {
                await store.Customers.DeleteOneAsync(new BsonDocument(MongoCustomer.Names.Id, id), token);
                await store.Orders.UpdateManyAsync(
                    new BsonDocument(Order.CustomerId, id), Query.Change(null, Order.EmailKey, Order.EmailHash, Order.Items),
                        cancellationToken: token);

                // A campaign that begins later finds the erasure when it is launched.
                return await store.Find(store.Campaigns, Query.Everything).Project(campaign => campaign.Id).ToListAsync(token);
            },
            cancellationToken);

        // By campaign and customer the log has an index; by customer alone it would need another one as large.
        foreach (var step in campaigns.Chunk(StepSize))
        {
            await store.RunAsync(token => EraseRowsAsync(Query.In(step), id, token), cancellationToken);
        }

        await store.RunAsync(
            token => store.Erasures.UpdateOneAsync(
                new BsonDocument(Names.Id, id), Query.Change(new BsonDocument(Names.DoneAt, time.GetUtcNow().ToBson())), cancellationToken: token),
            cancellationToken);
    }

    /// <summary>Erases from a campaign, before it starts, those who were erased while its audience was being written.</summary>
    public async Task EraseFromAsync(MongoCampaign campaign, CancellationToken cancellationToken)
    {
        var since = new BsonDocument(Names.At, Query.Gte((campaign.CreatedAt - ClockSkew).ToBson()));
        var erased = await store.Find(store.Erasures, since).Project(erasure => erasure.Id).ToListAsync(cancellationToken);
        if (erased.Count > 0)
        {
            await EraseRowsAsync(campaign.Id, Query.In(erased), cancellationToken);
        }
    }

    /// <summary>Who was erased since then, or a little before: the moment may be of another machine's clock.</summary>
    public async Task<ErasedPeople> SinceAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var since = new BsonDocument(Names.At, Query.Gte((moment - ClockSkew).ToBson()));
        var erased = await store.RunAsync(token => store.Find(store.Erasures, since).ToListAsync(token), cancellationToken);
        return new ErasedPeople(
            erased.Select(erasure => erasure.Id).ToHashSet(),
            erased.Select(erasure => erasure.EmailHash).OfType<string>().ToHashSet());
    }

    private async Task<bool> AnnounceAsync(string id, CancellationToken cancellationToken)
    {
        var those = new BsonDocument(Names.Id, id);
        if (await store.Find(store.Customers, new BsonDocument(MongoCustomer.Names.Id, id)).FirstOrDefaultAsync(cancellationToken) is not { } customer)
        {
            // An erasure that was cut off after it had begun with the customer is still to be finished.
            return await store.Find(store.Erasures, new BsonDocument(those).Add(Names.DoneAt, Query.Absent)).AnyAsync(cancellationToken);
        }

        var erasure = new BsonDocument(Names.At, time.GetUtcNow().ToBson());
        if (customer.ToCustomer().Email is { } email)
        {
            erasure.Add(Names.EmailHash, ErasedPeople.HashOf(email));
        }

        await store.Erasures.UpdateOneAsync(those, Query.Change(erasure, Names.DoneAt), new UpdateOptions { IsUpsert = true }, cancellationToken);
        return true;
    }

    /// <summary>What has not gone out must not; a row that the vendor has may still rise by its receipt. One step a row, so that nobody
    /// sees half of it.</summary>
    private Task EraseRowsAsync(BsonValue campaigns, BsonValue customers, CancellationToken cancellationToken)
    {
        var pending = new BsonDocument("$eq", new BsonArray { "$" + Row.Status, MongoLogRow.Pending });
        BsonDocument IfPending(BsonValue then, string field) => new("$cond", new BsonArray { pending, then, "$" + field });
        var failed = new BsonDocument("$eq", new BsonArray { "$" + Row.Status, MongoLogRow.Failed });
        return store.Log.UpdateManyAsync(
            new BsonDocument { { Row.CampaignId, campaigns }, { Row.CustomerId, customers } },
            Builders<MongoLogRow>.Update.Pipeline(new BsonDocument[]
            {
                new("$set", new BsonDocument
                {
                    { Row.FailureReason, new BsonDocument("$cond", new BsonArray { new BsonDocument(
                        "$or", new BsonArray { pending, failed }), SkipReason.Erased, "$" + Row.FailureReason }) },
                    { Row.Status, IfPending(MongoLogRow.Skipped, Row.Status) },
                    { Row.UpdatedAt, time.GetUtcNow().ToBson() },
                }),
                new("$unset", new BsonArray { Row.Recipient, Row.Message, Row.DueAt, Row.Lease }),
            }),
            cancellationToken: cancellationToken);
    }
}
