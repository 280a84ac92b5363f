using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Campaigns;

public sealed class MongoDraftStoreTests(MongoFixture mongo) : DraftStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    private protected override IDraftStore Drafts => new MongoDraftStore(stores!.Store);

    private protected override ICampaignStore Campaigns => stores!.Campaigns;

    private protected override IOutbox Outbox => stores!.Outbox;

    private protected override ICustomerStore Customers => stores!.Customers;

    private protected override ISegmentStore Segments => stores!.Segments;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
