using XenoCrm.Core.Keys;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Keys;

public sealed class MongoKeyStoreTests(MongoFixture mongo) : KeyStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    protected override IKeyStore Keys => new MongoKeyStore(store!);

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
