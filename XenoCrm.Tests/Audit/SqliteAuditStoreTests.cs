using XenoCrm.Core.Audit;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Audit;

public sealed class SqliteAuditStoreTests : AuditStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override IAuditStore Log => new SqliteAuditStore(stores.Database);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
