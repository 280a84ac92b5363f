using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>Statements that run once, as <see cref="SqliteStatement"/> runs them, and what is read from their rows.</summary>
internal static class SqliteCalls
{
    /// <inheritdoc cref="SqliteStatement.Execute"/>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.Execute(values);
    }

    /// <summary>The first column of the first row; null, or what stands for nothing, where there is none or it is NULL.</summary>
    public static T? Scalar<T>(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.Scalar(values) is T value ? value : default;
    }

    /// <inheritdoc cref="SqliteStatement.Find{T}"/>
    public static T? Find<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.Find(read, values);
    }

    public static List<T> List<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        using var row = statement.Query(values);
        var list = new List<T>();
        while (row.Read())
        {
            list.Add(read(row));
        }

        return list;
    }

    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);
}
