using XenoCrm.Core.Account;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Account;

public sealed class SqliteAccountStoreTests : AccountStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    private protected override IAccountStore Store => new SqliteAccountStore(stores.Database);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
