using XenoCrm.Core.People;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.People;

namespace XenoCrm.Tests.Mongo;

public sealed class MongoSessionStoreTests(MongoFixture mongo) : SessionStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    protected override ISessionStore Sessions => new MongoSessionStore(store!);

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
