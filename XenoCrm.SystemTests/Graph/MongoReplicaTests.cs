using MongoDB.Driver;
using XenoCrm.Tests.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>As on several machines: the store in MongoDB, the stream in Redis.</summary>
public sealed class MongoReplicaTests : ReplicaTests
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

    private protected override IReadOnlyDictionary<string, string> Settings()
    {
        MongoFixture.RequireServer();
        return new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["ConnectionStrings__xenocrm"] = new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = name }.ToString(),
        };
    }
}
