using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Campaigns;

public sealed class MongoContactStoreTests(MongoFixture mongo) : ContactStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    private protected override IContactStore Contacts => new MongoContactStore(stores!.Store);

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
