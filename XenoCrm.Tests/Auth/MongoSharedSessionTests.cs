using MongoDB.Driver;
using XenoCrm.Tests.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Auth;

public sealed class MongoSharedSessionTests : SharedSessionContract, IAsyncDisposable
{
    private readonly RedisServer redis = new();
    private readonly string name = "xenocrm_test_" + Guid.NewGuid().ToString("N");

    public async ValueTask DisposeAsync()
    {
        redis.Dispose();
        if (MongoFixture.Server is { } server)
        {
            using var client = new MongoClient(server);
            await client.DropDatabaseAsync(name);
        }
    }

    protected override ApiServer Server()
    {
        MongoFixture.RequireServer();
        return new ApiServer(new Dictionary<string, string?>
        {
            ["ConnectionStrings:xenocrm"] = new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = name }.ToString(),
            ["ConnectionStrings:redis"] = redis.ConnectionString,
        });
    }
}
