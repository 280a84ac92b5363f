using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Messages;

/// <summary>Forgets messages some time after their last receipt was due, in small bites so that senders do not wait.</summary>
internal sealed class Pruner(VendorDatabase database, IOptions<VendorOptions> options, TimeProvider time, ILogger<Pruner> logger)
    : PollingService<StorageException>(time, logger)
{
    private const int Bite = 1000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    // Messages are numbered in the order of acceptance: past the first one that is too young there is nothing to do. Receipts
    // that are due since before the cut-off (the vendor was down) still need their messages.
    private const string SelectBite = """
        SELECT seq FROM message WHERE seq > $after AND accepted_at < $cutoff ORDER BY seq LIMIT $bite
        """;

    private const string DeleteBite = """
        DELETE FROM message WHERE seq BETWEEN $first AND $last
            AND finished_at < MIN($cutoff, COALESCE((SELECT MIN(due_at) FROM receipt), $cutoff))
        """;

    private const string DeleteOrigins = """
        DELETE FROM origin WHERE id < COALESCE((SELECT origin FROM message ORDER BY seq LIMIT 1), (SELECT MAX(id) + 1 FROM origin))
        """;

    protected override Backoff Idle =>
        Backoff.Constant(options.Value.KeepFor / 10 is var tenth && tenth < LongestPause ? tenth : LongestPause);

    protected override Backoff Failing => Idle;

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        var cutoff = (Time.GetUtcNow() - options.Value.KeepFor).ToUnixTimeMilliseconds();
        var after = 0L;
        while (Look(after, cutoff) is (var first, var last))
        {
            await database.WriteAsync(
                session =>
                {
                    session.Prepare(DeleteBite).With("$first", first).With("$last", last).With("$cutoff", cutoff).Run();
                    return session.Prepare(DeleteOrigins).Run();
                },
                stoppingToken);
            after = last;
        }

        return null;
    }

    private (long First, long Last)? Look(long after, long cutoff) => database.Read(connection =>
    {
        using var select = new SqliteCommand($"SELECT MIN(seq), MAX(seq) FROM ({SelectBite})", connection);
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$cutoff", cutoff);
        select.Parameters.AddWithValue("$bite", Bite);
        using var row = select.ExecuteReader();
        return row.Read() && !row.IsDBNull(0) ? (row.GetInt64(0), row.GetInt64(1)) : ((long, long)?)null;
    });
}
