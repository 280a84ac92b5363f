using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Campaigns;

public sealed class MongoCampaignStoreTests(MongoFixture mongo) : CampaignStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    private protected override ICampaignStore Campaigns => stores!.Campaigns;

    private protected override IOutbox Outbox => stores!.Outbox;

    private protected override ICustomerStore Customers => stores!.Customers;

    private protected override IReceiptStore Receipts => stores!.Receipts;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
