using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Benchmarks.Limits;

/// <summary>
/// What SQLite does at the least for a row that is written, and later made final: an insert and an update, by a unique text key, in
/// WAL mode with <c>synchronous=FULL</c>. The limit of a whole campaign, however its tables are made.
/// </summary>
internal static class PlainLoop
{
    private const int Transaction = 2_000;

    public static LoopTime Run(string folder, int rows)
    {
        var file = Path.Combine(folder, "plain.db");
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            SqliteCalls.Execute(connection, """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                CREATE TABLE row (id TEXT NOT NULL UNIQUE, message TEXT NOT NULL, status INTEGER NOT NULL);
                """);
            var ids = Enumerable.Range(0, rows).Select(_ => Guid.CreateVersion7().ToString()).ToArray();
            var handle = connection.Handle!;
            var insert = Run(handle, "INSERT INTO row VALUES (?1, 'Hi there, it is time.', 0)", ids);
            var update = Run(handle, "UPDATE row SET status = 2 WHERE id = ?1", ids);
            File.Delete(file);
            return insert.Then(update);
        }
    }

    private static LoopTime Run(sqlite3 handle, string sql, string[] ids)
    {
        raw.sqlite3_prepare_v2(handle, sql, out var statement);
        using (statement)
        {
            return LoopTime.Of(ids.Length, () =>
            {
                foreach (var chunk in ids.Chunk(Transaction))
                {
                    raw.sqlite3_exec(handle, "BEGIN IMMEDIATE");
                    foreach (var id in chunk)
                    {
                        raw.sqlite3_bind_text(statement, 1, id);
                        if (raw.sqlite3_step(statement) != raw.SQLITE_DONE)
                        {
                            throw new InvalidOperationException(
                                string.Create(CultureInfo.InvariantCulture, $"The bare loop failed: {sql}"));
                        }

                        raw.sqlite3_reset(statement);
                    }

                    raw.sqlite3_exec(handle, "COMMIT");
                }
            });
        }
    }
}
