using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.ServiceDefaults;
using XenoCrm.VendorSimulator.Receipts;
using XenoCrm.VendorSimulator.Storage;

namespace XenoCrm.VendorSimulator.Callbacks;

/// <summary>The callbacks that nobody has taken yet, each with the time of its next attempt.</summary>
internal sealed class CallbackQueue(VendorDatabase database, TimeProvider time)
{
    private const string InsertCallback = """
        INSERT INTO callback (url, traceparent, links, receipts, attempts, created_at, next_at, body)
        VALUES ($url, $traceparent, $links, $receipts, 0, $created, $created, $body)
        """;

    // Those under way are few and at the front, those of a resting receiver are passed over inside the index.
    private const string SelectNext = """
        SELECT id, url, traceparent, links, receipts, attempts, created_at, body FROM callback
        WHERE next_at <= $now
          AND id NOT IN (SELECT value FROM json_each($underWay))
          AND url NOT IN (SELECT value FROM json_each($resting))
        ORDER BY next_at, id LIMIT 1
        """;

    private const char LinkSeparator = ' ';

    /// <summary>Set when there is more to do, or somebody free to do it.</summary>
    public Signal Changed { get; } = new(time);

    public static void Insert(WriteSession session, Callback callback) => session.Prepare(InsertCallback)
        .With("$url", callback.Url)
        .With("$traceparent", callback.Traceparent)
        .With("$links", callback.Links.Count > 0 ? string.Join(LinkSeparator, callback.Links) : null)
        .With("$receipts", callback.Receipts)
        .With("$created", callback.CreatedAt.ToUnixTimeMilliseconds())
        .With("$body", callback.Body)
        .Run();

    /// <summary>The callback that has been due for longest.</summary>
    /// <param name="now">Due by then.</param>
    /// <param name="underWay">Ids to pass over.</param>
    /// <param name="resting">URLs to pass over.</param>
    public Callback? Next(DateTimeOffset now, IReadOnlyCollection<long> underWay, IReadOnlyCollection<string> resting) =>
        database.Read(connection =>
        {
            using var select = new SqliteCommand(SelectNext, connection);
            select.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
            select.Parameters.AddWithValue("$underWay", JsonSerializer.Serialize(underWay));
            select.Parameters.AddWithValue("$resting", JsonSerializer.Serialize(resting));
            using var row = select.ExecuteReader();
            return row.Read()
                ? new Callback(
                    row.GetInt64(0),
                    row.GetString(1),
                    row.Text(2),
                    row.Text(3)?.Split(LinkSeparator) ?? [],
                    row.GetInt32(4),
                    row.GetInt32(5),
                    row.Time(6),
                    row.GetFieldValue<byte[]>(7))
                : null;
        });

    /// <summary>When the next callback falls due that is not due yet; null if there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => database.Read(connection =>
    {
        using var select = new SqliteCommand("SELECT MIN(next_at) FROM callback WHERE next_at > $now", connection);
        select.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        return select.ExecuteScalar() is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
    });

    public Task RemoveAsync(Callback callback) => database.WriteAsync(
        session => session.Prepare("DELETE FROM callback WHERE id = $id").With("$id", callback.Id).Run(),
        CancellationToken.None);

    public Task PostponeAsync(Callback callback, DateTimeOffset nextAt) => database.WriteAsync(
        session => session.Prepare("UPDATE callback SET attempts = attempts + 1, next_at = $next WHERE id = $id")
            .With("$id", callback.Id).With("$next", nextAt.ToUnixTimeMilliseconds()).Run(),
        CancellationToken.None);

    /// <summary>Receipts that nobody has taken yet, due or not.</summary>
    public long PendingReceipts() => database.Read(connection =>
        (long)connection.Scalar("SELECT (SELECT COUNT(*) FROM receipt) + (SELECT COALESCE(SUM(receipts), 0) FROM callback)")!);
}
