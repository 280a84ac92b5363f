using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Insights;

public sealed class MongoCampaignReviewTests(MongoFixture mongo) : CampaignReviewContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override ICustomerStore Customers => stores!.Customers;

    protected override IOrderStore Orders => stores!.Orders;

    private protected override ICampaignStore Campaigns => stores!.Campaigns;

    private protected override IOutbox Outbox => stores!.Outbox;

    private protected override IReceiptStore Receipts => stores!.Receipts;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
