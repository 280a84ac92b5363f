using XenoCrm.Core.People;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.People;

public sealed class MongoPersonStoreTests(MongoFixture mongo) : PersonStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    protected override IPersonStore People => new MongoPersonStore(store!, new MongoAdmins(store!));

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
