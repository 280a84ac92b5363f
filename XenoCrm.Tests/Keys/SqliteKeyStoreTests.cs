using XenoCrm.Core.Keys;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Keys;

public sealed class SqliteKeyStoreTests : KeyStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override IKeyStore Keys => new SqliteKeyStore(stores.Database);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
