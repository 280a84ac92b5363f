using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Data.Mongo;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Canary;

/// <summary>The store in MongoDB and the stream in Redis, as in containers.</summary>
public sealed class MongoCanaryTests : CanaryTests, IAsyncDisposable
{
    private readonly RedisServer redis = new();
    private readonly MongoFixture mongo = new();

    private protected override IEnumerable<string> Files => redis.Files;

    public async ValueTask DisposeAsync()
    {
        await mongo.DisposeAsync();
        redis.Dispose();
    }

    private protected override ServiceGraph Create(params (string Key, string Value)[] settings)
    {
        MongoFixture.RequireServer();
        return new ServiceGraph(
            redis.ConnectionString,
            new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = mongo.Database.DatabaseNamespace.DatabaseName }.ToString(),
            settings);
    }

    private protected override async Task<IReadOnlyList<string>> DocumentsAsync()
    {
        var documents = new List<string>();
        foreach (
            var name in await (await mongo.Database.ListCollectionNamesAsync(cancellationToken: Cancellation)).ToListAsync(Cancellation))
        {
            var all = await mongo.Database.GetCollection<BsonDocument>(name)
                .Find(FilterDefinition<BsonDocument>.Empty)
                .ToListAsync(Cancellation);
            documents.AddRange(all.Select(document => $"{name}: {document}"));
        }

        Assert.NotEmpty(documents);
        return documents;
    }
}
