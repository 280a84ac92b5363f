using MongoDB.Driver;
using XenoCrm.Tests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

/// <summary>The whole loop with the store in MongoDB and the stream in Redis, as in containers.</summary>
public sealed class MongoGraphTests : CampaignGraphTests
{
    private readonly RedisServer redis = new();
    private readonly string name = "xenocrm_test_" + Guid.NewGuid().ToString("N");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        redis.Dispose();
        if (MongoFixture.Server is { } server)
        {
            using var client = new MongoClient(server);
            await client.DropDatabaseAsync(name);
        }
    }

    private protected override ServiceGraph Create(params (string Key, string Value)[] settings)
    {
        MongoFixture.RequireServer();
        return new ServiceGraph(redis.ConnectionString, new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = name }.ToString(), settings);
    }
}
