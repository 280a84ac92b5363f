using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Support;

/// <summary>The embedded stores on a file of their own, with a clock that stands still.</summary>
public sealed class SqliteStores : IAsyncDisposable
{
    private readonly TempFolder folder = new();

    public SqliteStores()
    {
        Path = folder.File("xenocrm.db");
        Database = new SqliteDatabase($"Data Source={Path}", NullLogger<SqliteDatabase>.Instance);
        Customers = new SqliteCustomerStore(Database, Clock, Accounts.InUtc);
        Orders = new SqliteOrderStore(Database);
        Imports = new SqliteImportStore(Database, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    public string Path { get; }

    public SqliteDatabase Database { get; }

    internal SqliteCustomerStore Customers { get; }

    internal SqliteOrderStore Orders { get; }

    internal SqliteImportStore Imports { get; }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        folder.Dispose();
    }
}
