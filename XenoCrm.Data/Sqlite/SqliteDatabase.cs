using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using XenoCrm.Core;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The one file that API and worker share: in WAL mode, so that readers never wait for writers, with
/// <c>synchronous=FULL</c>, so that what was acknowledged survives a loss of power. Each process writes through one
/// <see cref="SqliteWriter"/>; readers take connections of their own from the pool. All SQL runs in one way: what a batch runs for
/// each of its rows is a <see cref="SqliteStatement"/> that it keeps, and what runs once is called on the connection as
/// <see cref="SqliteCalls"/> has it.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    // The pragmas belong to a connection, not to the file, but for journal_mode. secure_delete: what is changed or removed
    // is overwritten with zeros, so that an erased person is not left in the gaps between rows.
    private const string Pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -4000;
        PRAGMA wal_autocheckpoint = 10000;
        PRAGMA secure_delete = ON;
        """;

    // How long a write waits for another process's; each holds the file for milliseconds.
    private const int LockTimeoutSeconds = 10;

    // A truncation that waits for readers holds up writers for so long.
    private const int TruncateTimeoutMilliseconds = 200;

    private readonly string connectionString;
    private readonly SqliteWriter writer;

    // SQLite would count the memory that it has, under one lock for all threads; nobody reads the count. Where SQLite is in use
    // already it stays as it is.
    static SqliteDatabase()
    {
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <param name="connectionString"><c>Data Source=…</c>; the file's folder is made if it is missing.</param>
    /// <param name="logger">Where the writer says that the file cannot be written.</param>
    /// <param name="country">Whose telephone numbers are written without a country code, for those that an older store holds.</param>
    /// <exception cref="InvalidOperationException">The file is none of ours, damaged, of a newer version, or cannot be opened.</exception>
    public SqliteDatabase(string connectionString, ILogger<SqliteDatabase> logger, string? country = null)
    {
        var builder = new SqliteConnectionStringBuilder($"Default Timeout={LockTimeoutSeconds};{connectionString}") { Pooling = true };
        this.connectionString = builder.ConnectionString;
        if (Path.GetDirectoryName(Path.GetFullPath(builder.DataSource)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        try
        {
            using var connection = Open();
            SqliteMigrations.Apply(connection, country);
        }
        catch (SqliteException e)
        {
            throw new InvalidOperationException(
                $"The store {Path.GetFullPath(builder.DataSource)} cannot be opened: {e.Message} "
                + "End the program that holds it, put a sound copy back, or name another folder in XENOCRM_DATA.",
                e);
        }

        writer = new SqliteWriter(Open, logger);
    }

    /// <summary>A connection to read with; dispose of it soon, an open read keeps the WAL from being folded back.</summary>
    public SqliteConnection OpenRead()
    {
        try
        {
            return Open();
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException("The store cannot be opened: " + e.Message, e);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, together with whatever else waits to be written, and returns when
    /// it is on disk. If <paramref name="work"/> throws, its changes are undone and the exception is the caller's.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The file is locked, full or gone; nothing was stored.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        writer.WriteAsync(work, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            connection =>
            {
                work(connection);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Folds the write-ahead log back and cuts it off, so that no older state of a page is left in it. Readers may be in
    /// the way: then it comes about with a later one, at the latest when the last process closes the file.
    /// </summary>
    public void TruncateLog()
    {
        try
        {
            using var connection = Open();
            connection.Execute($"PRAGMA busy_timeout = {TruncateTimeoutMilliseconds}; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // As with readers.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {connection.DefaultTimeout * 1_000}; {Pragmas}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
