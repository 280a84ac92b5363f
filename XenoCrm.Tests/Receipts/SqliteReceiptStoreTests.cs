using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

public sealed class SqliteReceiptStoreTests : ReceiptStoreContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly SqliteDatabase database;
    private readonly DeliveryLog log;

    public SqliteReceiptStoreTests()
    {
        database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        log = new DeliveryLog(database);
        Store = new SqliteReceiptStore(database, new FakeTimeProvider(Now));
    }

    private protected override IReceiptStore Store { get; }

    private protected override Task AddAsync(params IEnumerable<LogRow> rows) => log.AddAsync(rows);

    private protected override Task<LogRow> RowAsync(string id) => Task.FromResult(log.Row(id));

    protected override Task CompleteCampaignAsync() => log.CompleteAsync();

    protected override Task<CampaignStats?> FrozenStatsAsync() => Task.FromResult(log.Frozen());

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
