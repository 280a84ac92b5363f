using XenoCrm.Core.People;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.People;

public sealed class SqlitePersonStoreTests : PersonStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override IPersonStore People => new SqlitePersonStore(stores.Database);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
