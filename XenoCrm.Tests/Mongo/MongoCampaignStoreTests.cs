using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Campaigns;

namespace XenoCrm.Tests.Mongo;

public sealed class MongoCampaignStoreTests(MongoFixture mongo) : CampaignStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStore? store;

    private protected override ICampaignStore Campaigns => new MongoCampaignStore(store!);

    private protected override IOutbox Outbox => new MongoOutbox(store!);

    public async ValueTask InitializeAsync() => store = await mongo.StoreAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
