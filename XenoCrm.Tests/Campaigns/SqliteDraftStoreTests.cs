using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

public sealed class SqliteDraftStoreTests : DraftStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    private protected override IDraftStore Drafts => new SqliteDraftStore(stores.Database);

    private protected override ICampaignStore Campaigns => new SqliteCampaignStore(stores.Database);

    private protected override IOutbox Outbox => new SqliteOutbox(stores.Database);

    private protected override ICustomerStore Customers => stores.Customers;

    private protected override ISegmentStore Segments => new SqliteSegmentStore(stores.Database, Accounts.InUtc);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
