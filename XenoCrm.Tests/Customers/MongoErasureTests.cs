using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Customers;

public sealed class MongoErasureTests(MongoFixture mongo) : ErasureContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    protected override DateTimeOffset Now => stores!.Clock.GetUtcNow();

    protected override ICustomerStore Customers => stores!.Customers;

    private protected override ICampaignStore Campaigns => stores!.Campaigns;

    private protected override IOutbox Outbox => stores!.Outbox;

    private protected override IReceiptStore Receipts => stores!.Receipts;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
