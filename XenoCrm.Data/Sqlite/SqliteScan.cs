using System.Globalization;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Reads over all customers whom a rule selects. Where no index has what the rule asks, the table is read from end to end, and that is
/// shared out among the cores.
/// </summary>
internal static class SqliteScan
{
    // Of many cores some are left for what else goes on.
    private static readonly int MostParts = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>
    /// The rows of all parts. Each customer is in one part; each part sees one moment, and they are as close together as their starts.
    /// </summary>
    /// <param name="database">Where the customers are.</param>
    /// <param name="those">The rule.</param>
    /// <param name="sql">A query of <c>customers</c> with the condition that it is given, which is the rule's and says which part.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<T>> ListInPartsAsync<T>(
        this SqliteDatabase database,
        SqliteRule those,
        Func<string, string> sql,
        Func<SqliteDataReader, T> read,
        CancellationToken cancellationToken)
    {
        var conditions = await database.ReadAsync(connection => Parts(connection, those, sql), cancellationToken);
        var parts = await Task.WhenAll(conditions.Select(condition => database.ReadAsync(
            connection => those.List(connection, sql(condition), read), cancellationToken)));
        return [.. parts.SelectMany(rows => rows)];
    }

    private static string[] Parts(SqliteConnection connection, SqliteRule those, Func<string, string> sql)
    {
        if (MostParts == 1 || !ReadsTheTable(connection, those, sql))
        {
            return [those.Condition];
        }

        var size = (connection.Scalar<long>("SELECT max(number) FROM customers") / MostParts) + 1;
        return [.. Enumerable.Range(0, MostParts).Select(part => $"{Numbers(part, size)} AND {those.Condition}")];

        // The last has whoever came meanwhile, too.
        static string Numbers(int part, long size) => part + 1 == MostParts
            ? string.Create(CultureInfo.InvariantCulture, $"number >= {part * size}")
            : string.Create(CultureInfo.InvariantCulture, $"number >= {part * size} AND number < {(part + 1) * size}");
    }

    // From end to end: SQLite would name the index that it goes through.
    private static bool ReadsTheTable(SqliteConnection connection, SqliteRule those, Func<string, string> sql) =>
        those.List(connection, "EXPLAIN QUERY PLAN " + sql(those.Condition), row => row.GetString(3)).Contains("SCAN customers");
}
