using MongoDB.Driver;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The store in MongoDB and the stream in Redis, as in containers.</summary>
public sealed class MongoGraphTests(MongoGraph graph) : CampaignGraphTests(graph), IClassFixture<MongoGraph>;

public sealed class MongoGraph : RedisGraph
{
    private readonly string name = "xenocrm_test_" + Guid.NewGuid().ToString("N");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (MongoFixture.Server is { } server)
        {
            using var client = new MongoClient(server);
            await client.DropDatabaseAsync(name);
        }
    }

    internal override void Require()
    {
        MongoFixture.RequireServer();
        base.Require();
    }

    private protected override (string Key, string Value)[] Environment =>
        [("ConnectionStrings__xenocrm", new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = name }.ToString())];
}
