using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

public sealed class SqliteReceiptStreamTests : ReceiptStreamContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<SqliteDatabase> databases = [];

    private protected override IReceiptStream Open(TimeSpan visibility) =>
        new SqliteReceiptStream(OpenDatabase(), TimeProvider.System, Options.Create(new ReceiptStreamOptions { Visibility = visibility }));

    protected override Task AppendRawAsync(byte[] body) => OpenDatabase().WriteAsync(
        connection =>
        {
            connection.Execute("INSERT INTO receipt_entries (arrived_at, receipts, body) VALUES (0, 1, ?1)", body);
        },
        Cancellation);

    protected override Task LoseGroupAsync(string group) => OpenDatabase().WriteAsync(
        connection =>
        {
            connection.Execute("DELETE FROM receipt_groups WHERE name = ?1; DELETE FROM receipt_pending WHERE group_name = ?1", group);
        },
        Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        folder.Dispose();
    }

    private SqliteDatabase OpenDatabase()
    {
        var database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        lock (databases)
        {
            databases.Add(database);
        }

        return database;
    }
}
