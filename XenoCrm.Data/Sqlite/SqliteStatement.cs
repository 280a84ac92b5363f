using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>A statement that is prepared once and run for each row of a batch. Its parameters are <c>?1</c>, <c>?2</c> … in the order of the values.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, SqliteTransaction? transaction, string sql) : IDisposable
{
    private readonly SqliteCommand command = new(sql, connection, transaction);
    private bool prepared;

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

    public void Dispose() => command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i == command.Parameters.Count)
            {
                command.Parameters.AddWithValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"?{i + 1}"), DBNull.Value);
            }

            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        if (!prepared)
        {
            command.Prepare();
            prepared = true;
        }
    }
}
