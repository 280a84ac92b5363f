using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

public sealed class SqliteCampaignReviewTests : CampaignReviewContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IOrderStore Orders => stores.Orders;

    private protected override ICampaignStore Campaigns => new SqliteCampaignStore(stores.Database);

    private protected override IOutbox Outbox => new SqliteOutbox(stores.Database);

    private protected override IReceiptStore Receipts => new SqliteReceiptStore(stores.Database, stores.Clock);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
