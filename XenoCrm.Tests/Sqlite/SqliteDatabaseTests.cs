using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core;
using XenoCrm.Data;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => folder.File("xenocrm.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_commit_is_flushed_to_a_write_ahead_log()
    {
        await using var database = Open();
        var (journal, synchronous) = await database.WriteAsync(
            connection => (connection.Scalar<string>("PRAGMA journal_mode"), connection.Scalar<long>("PRAGMA synchronous")),
            Cancellation);
        Assert.Equal(("wal", 2L), (journal, synchronous));
    }

    [Fact]
    public async Task A_write_that_fails_undoes_only_itself()
    {
        await using var database = Open();
        var writes = Enumerable.Range(0, 50).Select(i => AddAsync(database, i, fail: i % 10 == 3)).ToList();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.Equal(5, writes.Count(write => write.IsFaulted));
        Assert.Equal(45, Count(database));
    }

    [Fact]
    public async Task A_file_that_a_newer_program_has_taken_over_is_not_written_any_more_by_one_that_is_still_running()
    {
        await using var database = Open();
        await AddAsync(database, 1);
        using (var newer = new SqliteConnection($"Data Source={File}"))
        {
            newer.Open();
            newer.Execute("PRAGMA user_version = 999");
        }

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(database, 2));
        Assert.Contains("A newer program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count(database));
        var health = await new StoreHealthCheck(database).CheckHealthAsync(new HealthCheckContext(), Cancellation);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
    }

    [Fact]
    public async Task Many_writers_in_two_processes_lose_nothing()
    {
        await using var one = Open();
        await using var other = Open();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => AddAsync(i % 2 == 0 ? one : other, i)));
        Assert.Equal(400, Count(one));
    }

    [Fact]
    public async Task A_file_that_another_program_locks_is_unavailable_and_comes_back_without_a_restart()
    {
        await using var database = Open("Default Timeout=1");
        using (var intruder = new SqliteConnection($"Data Source={File}"))
        {
            intruder.Open();
            intruder.Execute("BEGIN IMMEDIATE");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(database, 1));
            intruder.Execute("ROLLBACK");
        }

        await AddAsync(database, 2);
        Assert.Equal(1, Count(database));
    }

    [Fact]
    public async Task A_full_disk_is_unavailable_stores_nothing_half_and_comes_back_without_a_restart()
    {
        await using var database = Open();
        await AddAsync(database, 1);
        await database.WriteAsync(connection => connection.Execute("PRAGMA max_page_count = 1"), Cancellation);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.WriteAsync(
            connection =>
            {
                for (var i = 2; i < 2_000; i++)
                {
                    Add(connection, i);
                }
            },
            Cancellation));
        Assert.Equal(1, Count(database));

        // The writer has taken a new connection, which knows no limit: space is there again.
        await AddAsync(database, 2);
        Assert.Equal(2, Count(database));
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_migrate_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open())));
        await AddAsync(databases[3], 1);
        Assert.All(databases, database => Assert.Equal(1, Count(database)));
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_left_alone()
    {
        await using (Open())
        {
        }

        using (var connection = new SqliteConnection($"Data Source={File}"))
        {
            connection.Open();
            connection.Execute("PRAGMA user_version = 999");
        }

        Assert.Contains("schema 999", Assert.Throws<InvalidOperationException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_made_while_it_is_written_is_whole()
    {
        await using var database = Open();
        var writes = Task.WhenAll(Enumerable.Range(0, 500).Select(i => AddAsync(database, i)));
        using (var connection = database.OpenRead())
        {
            connection.Execute("VACUUM INTO ?1", folder.File("copy.db"));
        }

        await writes;
        using var copy = new SqliteConnection($"Data Source={folder.File("copy.db")}");
        copy.Open();
        Assert.Equal("ok", copy.Scalar<string>("PRAGMA integrity_check"));
    }

    private SqliteDatabase Open(string more = "") => new($"Data Source={File};{more}", NullLogger<SqliteDatabase>.Instance);

    private static Task AddAsync(SqliteDatabase database, int id, bool fail = false) => database.WriteAsync(
        connection =>
        {
            Add(connection, id);
            if (fail)
            {
                throw new InvalidOperationException("changed its mind");
            }
        },
        Cancellation);

    private static void Add(SqliteConnection connection, int id) => connection.Execute(
        "INSERT INTO orders (id, customer_id, amount, placed_at) VALUES (?1, 'c', 1, 0)",
        id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static int Count(SqliteDatabase database)
    {
        using var connection = database.OpenRead();
        return (int)connection.Scalar<long>("SELECT count(*) FROM orders");
    }
}
