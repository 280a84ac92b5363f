using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Benchmarks.Limits;

/// <summary>How long a bare loop took, and the processor time that it took.</summary>
internal sealed record LoopTime(long Rows, TimeSpan Took, TimeSpan User, TimeSpan System)
{
    public static readonly LoopTime Zero = new(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    public double PerSecond => Rows / Took.TotalSeconds;

    public static LoopTime operator +(LoopTime one, LoopTime other) =>
        new(one.Rows + other.Rows, one.Took + other.Took, one.User + other.User, one.System + other.System);

    /// <summary>The same rows, one way after the other.</summary>
    public LoopTime Then(LoopTime next) => this with { Took = Took + next.Took, User = User + next.User, System = System + next.System };

    /// <summary>Of what <paramref name="work"/> does, in this process.</summary>
    public static LoopTime Of(long rows, Action work)
    {
        var (before, started) = (Environment.CpuUsage, Stopwatch.GetTimestamp());
        work();
        var (took, after) = (Stopwatch.GetElapsedTime(started), Environment.CpuUsage);
        return new(rows, took, after.UserTime - before.UserTime, after.PrivilegedTime - before.PrivilegedTime);
    }
}

/// <summary>
/// A copy of the application's store as it was before something, in which a loop of one prepared statement does the same again,
/// row by row, and nothing else. Table, indexes and settings are the application's own, so that they follow its migrations.
/// </summary>
internal sealed class BareStore : IAsyncDisposable
{
    private readonly SqliteDatabase database;

    private BareStore(string file)
    {
        // Opened by the application's own code: with its pragmas.
        File = file;
        database = new($"Data Source={file};Pooling=False", NullLogger<SqliteDatabase>.Instance);
        Connection = database.OpenRead();
    }

    public string File { get; }

    public SqliteConnection Connection { get; }

    /// <param name="store">The application's store; it may be in use.</param>
    public static BareStore CopyOf(string store)
    {
        var copy = $"{store}.bare";
        using (var from = new SqliteConnection($"Data Source={store};Pooling=False;Default Timeout=60"))
        using (var to = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            from.Open();
            to.Open();
            from.BackupDatabase(to);
        }

        return new(copy);
    }

    public void Execute(string sql) => SqliteCalls.Execute(Connection, sql);

    /// <summary>
    /// Runs each statement for each of its rows, so many rows of each in a transaction. They are read before the clock runs.
    /// </summary>
    /// <param name="statements">Their parameters are ?1, ?2 … in the order of a row's values; all have equally many rows.</param>
    /// <param name="transaction">Rows in a transaction.</param>
    public LoopTime Loop(IReadOnlyList<(string Sql, IEnumerable<object?[]> Rows)> statements, int transaction)
    {
        var handle = Connection.Handle!;
        var prepared = statements.Select(statement => Prepare(handle, statement.Sql)).ToArray();
        var chunks = statements.Select(statement => statement.Rows.Chunk(transaction).GetEnumerator()).ToArray();
        try
        {
            var total = LoopTime.Zero;
            while (Array.TrueForAll(chunks, chunk => chunk.MoveNext()))
            {
                total += LoopTime.Of(chunks[0].Current.Length, () =>
                {
                    Check(raw.sqlite3_exec(handle, "BEGIN IMMEDIATE"));
                    for (var i = 0; i < chunks[0].Current.Length; i++)
                    {
                        for (var each = 0; each < prepared.Length; each++)
                        {
                            Write(prepared[each], chunks[each].Current[i]);
                        }
                    }

                    Check(raw.sqlite3_exec(handle, "COMMIT"));
                });
            }

            return total;
        }
        finally
        {
            Array.ForEach(prepared, statement => statement.Dispose());
            Array.ForEach(chunks, chunk => chunk.Dispose());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await database.DisposeAsync();
        foreach (var file in (string[])[File, File + "-wal", File + "-shm"])
        {
            System.IO.File.Delete(file);
        }
    }

    private static sqlite3_stmt Prepare(sqlite3 handle, string sql)
    {
        Check(raw.sqlite3_prepare_v2(handle, sql, out var statement));
        return statement;
    }

    private static void Write(sqlite3_stmt statement, object?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            Check(row[i] switch
            {
                null or DBNull => raw.sqlite3_bind_null(statement, i + 1),
                long number => raw.sqlite3_bind_int64(statement, i + 1, number),
                double number => raw.sqlite3_bind_double(statement, i + 1, number),
                byte[] bytes => raw.sqlite3_bind_blob(statement, i + 1, bytes),
                var text => raw.sqlite3_bind_text(statement, i + 1, (string)text),
            });
        }

        if (raw.sqlite3_step(statement) is var code and not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Check(code);
        }

        Check(raw.sqlite3_reset(statement));
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"The bare loop failed: {raw.sqlite3_errstr(code).utf8_to_string()}");
        }
    }
}
