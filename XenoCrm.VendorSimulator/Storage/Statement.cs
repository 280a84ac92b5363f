using System.Globalization;
using Microsoft.Data.Sqlite;

namespace XenoCrm.VendorSimulator.Storage;

/// <summary>
/// A statement that is run many times: <c>statement.With("$id", id).Run()</c>. A parameter keeps its value until it is given
/// another.
/// </summary>
internal sealed class Statement(SqliteConnection connection, string sql) : IDisposable
{
    private readonly SqliteCommand command = new(sql, connection);

    public Statement With(string parameter, object? value)
    {
        var index = command.Parameters.IndexOf(parameter);
        if (index < 0)
        {
            command.Parameters.AddWithValue(parameter, value ?? DBNull.Value);
        }
        else
        {
            command.Parameters[index].Value = value ?? DBNull.Value;
        }

        return this;
    }

    /// <summary>How many rows changed.</summary>
    public int Run() => command.ExecuteNonQuery();

    /// <summary>The first column of the first row; null without one.</summary>
    public long? Number() =>
        command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;

    public List<T> Rows<T>(Func<SqliteDataReader, T> map)
    {
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public void Dispose() => command.Dispose();
}

internal static class SqliteExtensions
{
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        statement.Run();
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
