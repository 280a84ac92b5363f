using XenoCrm.Core.Audit;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Audit;

public sealed class MongoAuditStoreTests(MongoFixture mongo) : AuditStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    protected override IAuditStore Log => new MongoAuditStore(store!);

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
