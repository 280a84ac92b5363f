using MongoDB.Bson;
using MongoDB.Driver;

namespace XenoCrm.Benchmarks.Limits;

/// <summary>
/// What a campaign writes to its log at the least, straight to the same server: each document inserted as pending, and made final
/// by one update, in bulks, with the application's indexes and write concern.
/// </summary>
internal static class MongoLoop
{
    private const int Bulk = 2_000;

    // What is pending has one, and what is final has not: the fields of the application's own documents.
    private const string Status = "status";
    private const string DueAt = "dueAt";
    private const string VendorMessageId = "vendorMessageId";

    /// <param name="server">Its address, with the application's database.</param>
    public static async Task<LoopTime> RunAsync(string server)
    {
        var url = MongoUrl.Create(server);
        using var client = new MongoClient(url);
        var source = client.GetDatabase(url.DatabaseName).GetCollection<BsonDocument>("log");
        var bare = client.GetDatabase(url.DatabaseName)
            .WithWriteConcern(WriteConcern.WMajority.With(journal: true))
            .GetCollection<BsonDocument>("bareLog");
        await CopyIndexesAsync(source, bare);

        var total = LoopTime.Zero;
        var options = new BulkWriteOptions { IsOrdered = false };
        using var cursor = await source.FindAsync(FilterDefinition<BsonDocument>.Empty, new FindOptions<BsonDocument> { BatchSize = Bulk });
        while (await cursor.MoveNextAsync())
        {
            var final = cursor.Current.ToList();
            var pending = final.ConvertAll(Pending);
            var insert = await TimeAsync(final.Count, () => bare.InsertManyAsync(pending, new InsertManyOptions { IsOrdered = false }));
            var update = await TimeAsync(final.Count, () => bare.BulkWriteAsync(final.Select(Finish), options));
            total += insert.Then(update);
        }

        return total;
    }

    private static async Task<LoopTime> TimeAsync(int rows, Func<Task> work)
    {
        var (before, started) = (Environment.CpuUsage, System.Diagnostics.Stopwatch.GetTimestamp());
        await work();
        var after = Environment.CpuUsage;
        return new(
            rows, System.Diagnostics.Stopwatch.GetElapsedTime(started), after.UserTime - before.UserTime,
            after.PrivilegedTime - before.PrivilegedTime);
    }

    private static BsonDocument Pending(BsonDocument final)
    {
        var pending = (BsonDocument)final.DeepClone();
        pending[Status] = 0;
        pending[DueAt] = TimeProvider.System.GetUtcNow().UtcDateTime;
        pending.Remove(VendorMessageId);
        return pending;
    }

    private static UpdateOneModel<BsonDocument> Finish(BsonDocument final)
    {
        var set = new BsonDocument { { Status, final[Status] } };
        if (final.Contains(VendorMessageId))
        {
            set.Add(VendorMessageId, final[VendorMessageId]);
        }

        return new(
            new BsonDocument("_id", final["_id"]), new BsonDocument { { "$set", set }, { "$unset", new BsonDocument(DueAt, "") } });
    }

    private static async Task CopyIndexesAsync(IMongoCollection<BsonDocument> from, IMongoCollection<BsonDocument> to)
    {
        foreach (var index in (await from.Indexes.ListAsync()).ToEnumerable().Where(index => index["name"] != "_id_"))
        {
            var filter = index.TryGetValue("partialFilterExpression", out var where) ? where.AsBsonDocument : null;
            await to.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(
                index["key"].AsBsonDocument,
                new CreateIndexOptions<BsonDocument>
                {
                    Name = index["name"].AsString,
                    Unique = index.GetValue("unique", false).ToBoolean(),
                    PartialFilterExpression = filter is null ? null : new BsonDocumentFilterDefinition<BsonDocument>(filter),
                }));
        }
    }
}
