using XenoCrm.Data.Customers;
using XenoCrm.Data.Imports;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class SqliteImportStoreTests : ImportStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IImportStore Imports => stores.Imports;

    protected override DateTimeOffset Now => stores.Clock.GetUtcNow();

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
