using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>
/// A statement that is run many times: <c>statement.With("$id", id).Run()</c>. A parameter keeps its value until it is given
/// another. It speaks to SQLite itself: what ADO.NET does around each run would cost more than the run.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly sqlite3_stmt statement;
    private readonly Dictionary<string, int> places = [];

    public Statement(SqliteConnection connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out statement));
        for (var place = raw.sqlite3_bind_parameter_count(statement); place > 0; place--)
        {
            places[raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string()] = place;
        }
    }

    public Statement With(string parameter, long value) => Checked(raw.sqlite3_bind_int64(statement, places[parameter], value));

    public Statement With(string parameter, string? value) => Checked(value is null
        ? raw.sqlite3_bind_null(statement, places[parameter])
        : raw.sqlite3_bind_text(statement, places[parameter], value));

    public Statement With(string parameter, byte[] value) => Checked(raw.sqlite3_bind_blob(statement, places[parameter], value));

    /// <summary>How many rows changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(connection.Handle);
    }

    /// <summary>The number of the row that was inserted last.</summary>
    public long Inserted()
    {
        Run();
        return raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    /// <summary>The first column of the first row; null without one.</summary>
    public long? Number()
    {
        if (!Step())
        {
            return null;
        }

        var number = IsNull(0) ? (long?)null : Number(0);
        _ = raw.sqlite3_reset(statement);
        return number;
    }

    public List<T> Rows<T>(Func<Statement, T> map)
    {
        var rows = new List<T>();
        while (Step())
        {
            rows.Add(map(this));
        }

        return rows;
    }

    /// <summary>Of the row that <see cref="Rows"/> is at.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <inheritdoc cref="Number(int)"/>
    public string? Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();

    private bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    private bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        _ = raw.sqlite3_reset(statement);
        Check(result);
        return false;
    }

    private Statement Checked(int result)
    {
        Check(result);
        return this;
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
        }
    }
}

internal static class SqliteExtensions
{
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Time(this SqliteDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));
}
