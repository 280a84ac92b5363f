using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace XenoCrm.Benchmarks.Load;

/// <summary>What the vendor wrote down for itself, read from outside while it runs.</summary>
/// <param name="file">The simulator's.</param>
internal sealed class VendorsBook(string file)
{
    /// <summary>All that it has taken, in that order.</summary>
    public List<Row> Read()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, recipient, upper(status), accepted_at FROM message ORDER BY seq";
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            var acceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3));
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), acceptedAt));
        }

        return rows;
    }

    /// <summary>How many messages it has, by the outcome that it drew for them.</summary>
    public (long All, long Sent, long Failed) Count()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*), count(*) FILTER (WHERE upper(status) = 'SENT'), count(*) FILTER (WHERE upper(status) = 'FAILED') FROM message
            """;
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>How many messages it has for each recipient.</summary>
    public Dictionary<string, int> CountByRecipient()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT recipient, count(*) FROM message GROUP BY recipient";
        using var reader = command.ExecuteReader();
        var counts = new Dictionary<string, int>();
        while (reader.Read())
        {
            counts.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return counts;
    }

    /// <summary>
    /// Until it has just taken a batch: its answer is on its way, and perhaps the first receipts. Says whether one came within that time.
    /// </summary>
    public async Task<bool> UntilNextBatchAsync(TimeSpan patience)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(seq), 0) FROM message";
        var before = (long)command.ExecuteScalar()!;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < patience; await Task.Delay(1))
        {
            if ((long)command.ExecuteScalar()! > before)
            {
                return true;
            }
        }

        return false;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    internal sealed record Row(string Id, string Recipient, string Status, DateTimeOffset AcceptedAt = default);
}
