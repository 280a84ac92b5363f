using Microsoft.Data.Sqlite;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Benchmarks.Limits;

/// <summary>What the application did to its log, done again by one prepared statement a row: the limit of launch and of receipts.</summary>
internal static class LogLoops
{
    private const string Log = "log";

    /// <summary>Inserts the rows that the application's log has.</summary>
    /// <param name="bare">A copy from before the launch.</param>
    /// <param name="store">The application's store after it.</param>
    /// <param name="transaction">Rows in a transaction.</param>
    public static LoopTime Insert(BareStore bare, string store, int transaction)
    {
        using var source = OpenRead(store);
        bare.Execute($"ATTACH '{store}' AS source");
        AddReferenced(bare, Log);
        bare.Execute("DETACH source");

        string[] columns = [.. Columns(source, Log)];
        var values = string.Join(", ", columns.Select((_, i) => $"?{i + 1}"));
        return bare.Loop(
            [($"INSERT INTO {Log} ({string.Join(", ", columns)}) VALUES ({values})",
                Rows(source, $"SELECT {string.Join(", ", columns)} FROM {Log}"))],
            transaction);
    }

    /// <summary>Makes each row that differs as the application's log has it now, by the id that a receipt names.</summary>
    /// <param name="bare">A copy from before the receipts.</param>
    /// <param name="store">The application's store after them.</param>
    /// <param name="transaction">Rows in a transaction.</param>
    public static LoopTime Update(BareStore bare, string store, int transaction)
    {
        using var source = OpenRead(store);
        SqliteCalls.Execute(source, $"ATTACH '{bare.File}' AS earlier");
        var columns = Columns(source, Log).ToList();
        var key = columns.Contains("id") ? "id" : columns[0];
        var joined = $"FROM {Log} now JOIN earlier.{Log} was USING ({key})";
        string[] changed = [.. columns.Where(column => column != key
            && SqliteCalls.Scalar<long>(source, $"SELECT EXISTS (SELECT 1 {joined} WHERE now.{column} IS NOT was.{column})") == 1)];
        if (changed.Length == 0)
        {
            throw new InvalidOperationException("Nothing has changed in the log, so that there is no limit to measure.");
        }

        var set = string.Join(", ", changed.Select((column, i) => $"{column} = ?{i + 2}"));
        var rows = Rows(source, $"""
            SELECT now.{key}, {string.Join(", ", changed.Select(column => "now." + column))} {joined}
            WHERE {string.Join(" OR ", changed.Select(column => $"now.{column} IS NOT was.{column}"))}
            """).ToList();
        SqliteCalls.Execute(source, "DETACH earlier");
        return bare.Loop([($"UPDATE {Log} SET {set} WHERE {key} = ?1", rows)], transaction);
    }

    public static IEnumerable<object?[]> Rows(SqliteConnection source, string sql)
    {
        using var command = source.CreateCommand();
#pragma warning disable CA2100 // The names are the schema's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            yield return row;
        }
    }

    public static SqliteConnection OpenRead(string store)
    {
        var connection = new SqliteConnection($"Data Source={store};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    public static List<string> Columns(SqliteConnection connection, string table) =>
        SqliteCalls.List(connection, "SELECT name FROM pragma_table_info(?1)", row => row.GetString(0), table);

    // A row must find what it refers to: its campaign, and that one's segment.
    private static void AddReferenced(BareStore bare, string table)
    {
        foreach (var other in SqliteCalls.List(
            bare.Connection, """SELECT DISTINCT "table" FROM pragma_foreign_key_list(?1)""", row => row.GetString(0), table))
        {
            AddReferenced(bare, other);
            bare.Execute($"INSERT OR IGNORE INTO {other} SELECT * FROM source.{other}");
        }
    }
}
