using XenoCrm.Core.People;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.People;

public sealed class MongoSessionStoreTests(MongoFixture mongo) : SessionStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    protected override ISessionStore Sessions => new MongoSessionStore(store!);

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
