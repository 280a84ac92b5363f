using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Segments;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Samples;

public sealed class SqliteCdnowRulesTests : CdnowRulesContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IOrderStore Orders => stores.Orders;

    protected override ISegmentStore Segments => new SqliteSegmentStore(stores.Database, Accounts.InUtc);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
