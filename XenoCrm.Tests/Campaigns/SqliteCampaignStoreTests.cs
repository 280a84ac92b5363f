using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

public sealed class SqliteCampaignStoreTests : CampaignStoreContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly SqliteDatabase database;

    public SqliteCampaignStoreTests()
    {
        database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        Campaigns = new SqliteCampaignStore(database);
        Outbox = new SqliteOutbox(database);
        Customers = new SqliteCustomerStore(database, TimeProvider.System, Accounts.InUtc);
        Receipts = new SqliteReceiptStore(database, TimeProvider.System);
    }

    private protected override ICampaignStore Campaigns { get; }

    private protected override IOutbox Outbox { get; }

    private protected override ICustomerStore Customers { get; }

    private protected override IReceiptStore Receipts { get; }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
