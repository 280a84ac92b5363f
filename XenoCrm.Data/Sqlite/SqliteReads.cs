using Microsoft.Data.Sqlite;
using SQLitePCL;
using XenoCrm.Core;

namespace XenoCrm.Data.Sqlite;

/// <summary>Reads that may take long: off the caller's thread, stopped in the middle of a scan when the caller goes away.</summary>
internal static class SqliteReads
{
    /// <exception cref="StoreUnavailableException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before or while it ran.</exception>
    public static Task<T> ReadAsync<T>(this SqliteDatabase database, Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var connection = database.OpenRead();
                using var interruption = connection.InterruptOn(cancellationToken);
                return Guard(() => read(connection), cancellationToken);
            },
            cancellationToken);

    /// <summary>Dispose of what it returns before the connection.</summary>
    public static CancellationTokenRegistration InterruptOn(this SqliteConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));

    /// <summary>Runs <paramref name="read"/> and turns SQLite's errors into those that a store's interface names.</summary>
    public static T Guard<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return read();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (SqliteException e) when (SqliteWriter.IsOfTheFile(e) || IsOfTheContent(e))
        {
            throw new StoreUnavailableException("The store cannot be read: " + e.Message, e);
        }
    }

    // What we wrote as JSON is none any more: the file was changed by something else than us. No statement of ours has an own.
    private static bool IsOfTheContent(SqliteException e) =>
        e.SqliteErrorCode == raw.SQLITE_ERROR && e.Message.Contains("malformed JSON", StringComparison.Ordinal);
}
