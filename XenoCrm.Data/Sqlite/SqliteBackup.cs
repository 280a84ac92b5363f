using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// A copy of the embedded store as it is at one moment, made while API and worker go on: SQLite's online backup, in one read
/// transaction.
/// </summary>
internal static class SqliteBackup
{
    /// <exception cref="InvalidOperationException">There is no store, or no sound copy of it; nothing is left of one.</exception>
    public static void Write(string connectionString, string target)
    {
        var source = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        var from = Path.GetFullPath(source.DataSource);
        if (!File.Exists(from))
        {
            throw new InvalidOperationException($"There is no store {from}. XENOCRM_DATA names the data folder.");
        }

        if (Path.Exists(target))
        {
            throw new InvalidOperationException($"{target} is there already. Name a file that is not.");
        }

        // Nobody takes a half-made copy for a whole one.
        var partial = target + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Delete(partial);
            Copy(source.ConnectionString, partial);
            File.Move(partial, target);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The store {from} could not be backed up to {target}: {e.Message}", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static void Copy(string source, string partial)
    {
        using var connection = new SqliteConnection(source);
        using var copy = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = partial, Pooling = false }.ConnectionString);
        connection.Open();
        copy.Open();
        connection.BackupDatabase(copy);
        if (copy.Scalar<string>("PRAGMA integrity_check(1)") is not "ok" and var fault)
        {
            throw new InvalidOperationException($"The copy is not sound, and neither is the store: {fault}");
        }
    }
}
