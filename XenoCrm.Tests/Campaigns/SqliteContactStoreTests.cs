using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

public sealed class SqliteContactStoreTests : ContactStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    private protected override IContactStore Contacts => new SqliteContactStore(stores.Database);

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
