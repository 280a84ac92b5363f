using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>
/// The vendor's own file, <c>vendor.db</c>: what it accepted, what became of it and whom it still has to call back.
/// Writes go through one <see cref="WriteQueue"/>, reads take a connection from the pool.
/// </summary>
internal sealed class VendorDatabase : IAsyncDisposable
{
    private const int SchemaVersion = 1;

    // Nobody else should use the file; somebody may look into it.
    private const int LockTimeoutSeconds = 2;

    private const int ClaimTries = 20;

    private static readonly TimeSpan BetweenClaims = TimeSpan.FromMilliseconds(50);

    // NORMAL: in WAL mode a commit survives the death of the process, which is what is simulated here. A loss of power may
    // cost the last commits; whoever asks for those messages is told 404 and sends them again.
    private const string Pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -4000;
        PRAGMA wal_autocheckpoint = 8000;
        """;

    private readonly string connectionString;
    private readonly FileStream instance;
    private readonly WriteQueue writes;

    /// <exception cref="InvalidOperationException">
    /// Another vendor runs on this folder, or the file is of another version, damaged, or cannot be opened.
    /// </exception>
    public VendorDatabase(string folder, ILogger<VendorDatabase> logger)
    {
        Directory.CreateDirectory(folder);
        instance = Claim(Path.Combine(folder, "vendor.lock"));
        var file = Path.Combine(folder, "vendor.db");
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            DefaultTimeout = LockTimeoutSeconds,
        }.ConnectionString;

        try
        {
            using var connection = OpenForWriting();
            Epoch = CreateSchema(connection);
        }
        catch (SqliteException e)
        {
            instance.Dispose();
            throw new InvalidOperationException(
                $"The vendor's database {Path.GetFullPath(file)} cannot be opened: {e.Message} "
                + "Remove it, or name another folder in XENOCRM_DATA.",
                e);
        }
        catch
        {
            instance.Dispose();
            throw;
        }

        writes = new WriteQueue(OpenForWriting, logger);
    }

    /// <summary>Made with the file: ids of a file that was deleted never come again in the next one.</summary>
    public string Epoch { get; }

    /// <exception cref="StorageException">The file cannot be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            return query(connection);
        }
        catch (SqliteException e)
        {
            throw new StorageException("The vendor's database cannot be read: " + e.Message, e);
        }
    }

    /// <summary>Returns when <paramref name="work"/> is committed, together with whatever else waited.</summary>
    /// <exception cref="StorageException">Nothing was stored.</exception>
    public Task<T> WriteAsync<T>(Func<WriteSession, T> work, CancellationToken cancellationToken) =>
        writes.WriteAsync(work, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await writes.DisposeAsync();
        using (var connection = new SqliteConnection(connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        await instance.DisposeAsync();
    }

    /// <summary>
    /// Two vendors on one file would each call back: the second refuses to start. The system drops the claim with the process.
    /// </summary>
    private static FileStream Claim(string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < ClaimTries)
            {
                // A process that the last owner was just starting keeps it open for a moment.
                Thread.Sleep(BetweenClaims);
            }
            catch (IOException e)
            {
                throw new InvalidOperationException(
                    $"Another vendor simulator is running on {Path.GetDirectoryName(path)} (or {path} cannot be opened). "
                    + "Stop it, or name another folder in XENOCRM_DATA.",
                    e);
            }
        }
    }

    private static string CreateSchema(SqliteConnection connection)
    {
        var version = Convert.ToInt32(connection.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version == 0)
        {
            connection.Execute(Schema.Sql(SchemaVersion, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))));
        }
        else if (version != SchemaVersion)
        {
            throw new InvalidOperationException(
                $"{connection.DataSource} has schema {version}; this program knows {SchemaVersion}. "
                + "Delete the file, or name another folder in XENOCRM_DATA.");
        }

        return (string)connection.Scalar("SELECT epoch FROM vendor")!;
    }

    // Not from the pool: the writer keeps it, prepared statements included.
    private SqliteConnection OpenForWriting()
    {
        var connection = new SqliteConnection(connectionString + ";Pooling=False");
        try
        {
            connection.Open();
            var timeout = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {LockTimeoutSeconds * 1_000};");
            connection.Execute(timeout + Pragmas);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

/// <summary>The vendor's database cannot be used now. The message is for operators and holds no personal data.</summary>
internal sealed class StorageException(string message, Exception inner) : Exception(message, inner);
