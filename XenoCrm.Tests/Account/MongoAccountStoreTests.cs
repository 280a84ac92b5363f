using XenoCrm.Core.Account;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Account;

public sealed class MongoAccountStoreTests(MongoFixture mongo) : AccountStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    private protected override IAccountStore Store => new MongoAccountStore(stores!.Store);

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
