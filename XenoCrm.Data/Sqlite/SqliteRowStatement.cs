using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// A statement that runs for each of thousands of rows in one transaction: <see cref="SqliteStatement"/> without what ADO.NET does
/// around each run, which costs more than SQLite's own work. Parameters are <c>?1</c>, <c>?2</c> … as there; columns count from 0.
/// </summary>
internal sealed class SqliteRowStatement : IDisposable
{
    // A text up to this many bytes is not copied to the heap on its way.
    private const int ShortText = 512;

    private readonly SqliteConnection connection;
    private readonly sqlite3_stmt statement;

    public SqliteRowStatement(SqliteConnection connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out statement));
    }

    public SqliteRowStatement With(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, parameter, value));
        return this;
    }

    public SqliteRowStatement With(int parameter, long? value)
    {
        Check(value is { } known
            ? raw.sqlite3_bind_int64(statement, parameter, known)
            : raw.sqlite3_bind_null(statement, parameter));
        return this;
    }

    public SqliteRowStatement With(int parameter, DateTimeOffset value) => With(parameter, value.ToUnixTimeMilliseconds());

    public SqliteRowStatement With(int parameter, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(statement, parameter));
            return this;
        }

        // An empty span would be bound as NULL.
        if (value.Length is 0 or > ShortText / 3)
        {
            Check(raw.sqlite3_bind_text(statement, parameter, value));
            return this;
        }

        Span<byte> text = stackalloc byte[ShortText];
        Check(raw.sqlite3_bind_text(statement, parameter, text[..Encoding.UTF8.GetBytes(value, text)]));
        return this;
    }

    /// <summary>The values of all parameters, as <see cref="SqliteStatement"/> takes them.</summary>
    public SqliteRowStatement WithAll(IReadOnlyList<object> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            _ = values[i] switch
            {
                string text => With(i + 1, text),
                long number => With(i + 1, number),
                int number => With(i + 1, (long)number),
                DateTimeOffset at => With(i + 1, at),
                var value => throw new ArgumentException($"A {value.GetType().Name} is no value of a statement.", nameof(values)),
            };
        }

        return this;
    }

    /// <summary>To the next row; false after the last, and the statement can then be run again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        Check(result);
        return false;
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Leaves the rows that are still to come.</summary>
    public void Reset() => _ = raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public string? Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
        }
    }
}
