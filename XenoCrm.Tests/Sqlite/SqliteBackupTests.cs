using Microsoft.Extensions.Configuration;
using XenoCrm.Core.Customers;
using XenoCrm.Data;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class SqliteBackupTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly SqliteStores stores = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_has_all_that_was_stored_before_it_and_nothing_after_while_the_store_is_open()
    {
        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c1", Name = "Before" }], Cancellation);
        var target = folder.File("backups/xenocrm.db");
        SqliteBackup.Write($"Data Source={stores.Path}", target);
        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c2", Name = "After" }], Cancellation);

        await using var restored = new SqliteDatabase(
            $"Data Source={target}", Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteDatabase>.Instance);
        var customers = new SqliteCustomerStore(restored, stores.Clock, Accounts.InUtc);
        Assert.Equal("Before", (await customers.FindAsync("c1", Cancellation))?.Name);
        Assert.Null(await customers.FindAsync("c2", Cancellation));
        Assert.Equal([Path.GetFileName(target)], Directory.EnumerateFiles(folder.File("backups")).Select(Path.GetFileName)
            .Where(name => !name!.Contains('-', StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_that_is_there_is_not_overwritten()
    {
        var target = folder.File("kept.db");
        File.WriteAllText(target, "something else");
        var refusal = Assert.Throws<InvalidOperationException>(() => SqliteBackup.Write($"Data Source={stores.Path}", target));
        Assert.Contains("is there already", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("something else", File.ReadAllText(target));
    }

    [Fact]
    public void Where_there_is_no_store_none_is_made()
    {
        var missing = folder.File("missing.db");
        Assert.Throws<InvalidOperationException>(() => SqliteBackup.Write($"Data Source={missing}", folder.File("copy.db")));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_store_that_is_not_sound_is_not_taken_for_a_backup()
    {
        var damaged = folder.File("damaged.db");
        SqliteBackup.Write($"Data Source={stores.Path}", damaged);
        var bytes = File.ReadAllBytes(damaged);
        bytes.AsSpan(4096 * 2, 4096 * 3).Fill(0xA5);
        File.WriteAllBytes(damaged, bytes);
        Assert.Throws<InvalidOperationException>(() => SqliteBackup.Write($"Data Source={damaged}", folder.File("copy.db")));
        Assert.Equal([damaged], Directory.EnumerateFiles(folder.Path, "*.db"));
    }

    [Fact]
    public void A_MongoDB_server_is_told_to_be_backed_up_by_its_own_tools()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:xenocrm"] = "mongodb://db.example.com/xenocrm" })
            .Build();
        var refusal = Assert.Throws<InvalidOperationException>(
            () => DataServices.BackUp(configuration, folder.Path, folder.File("copy.db")));
        Assert.Contains("mongodump", refusal.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        folder.Dispose();
    }
}
