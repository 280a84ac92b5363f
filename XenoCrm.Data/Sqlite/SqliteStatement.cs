using System.Globalization;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// A statement, compiled once and run for each row of a batch. Its parameters are <c>?1</c>, <c>?2</c> … in the order of the
/// values; a time is bound in milliseconds. What runs once is called on the connection: <see cref="SqliteCalls"/>.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand command;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        // In the connection's transaction, if it has one.
        command = connection.CreateCommand();
        command.CommandText = sql;
    }

    /// <summary>The number of rows changed.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is no row.</summary>
    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteScalar();
    }

    public SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteReader();
    }

    /// <summary>The first row; null, or what stands for nothing, where there is none.</summary>
    public T? Find<T>(Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var row = Query(values);
        return row.Read() ? read(row) : default;
    }

    public void Dispose() => command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i == command.Parameters.Count)
            {
                command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"?{i + 1}"), DBNull.Value);
            }

            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                DateTimeOffset at => at.ToUnixTimeMilliseconds(),
                var value => value,
            };
        }
    }
}
