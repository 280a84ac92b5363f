using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The receipt stream in the store's own file. Claims are atomic because the file has one writer at a time; appends of
/// many requests share a commit. Looking whether there is work takes no write lock, so that idle workers hinder nobody.
/// </summary>
internal sealed partial class SqliteReceiptStream(SqliteDatabase database, TimeProvider time, IOptions<ReceiptStreamOptions> options)
    : IReceiptStream
{
    private const int TrimChunk = 1_000;

    private const string SelectEntry = "SELECT e.id, e.arrived_at, e.traceparent, e.tracestate, e.receipts, e.body";

    private DateTimeOffset Now => time.GetUtcNow();

    public Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        var body = ReceiptFormat.Write(batch.Receipts);
        return database.WriteAsync(
            connection =>
            {
                if (batch.Receipts.Count > 0)
                {
                    connection.Execute(
                        "INSERT INTO receipt_entries (arrived_at, traceparent, tracestate, receipts, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                        batch.ArrivedAt, batch.Trace?.Parent, batch.Trace?.State, batch.Receipts.Count, body);
                }

                if (batch.Rejected.Count > 0)
                {
                    Reject(connection, batch);
                }
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        const string hasNew = """
            SELECT NOT EXISTS (SELECT 1 FROM receipt_groups WHERE name = ?1)
                OR EXISTS (SELECT 1 FROM receipt_entries WHERE id > (SELECT last_id FROM receipt_groups WHERE name = ?1))
            """;
        if (!await AskAsync(hasNew, cancellationToken, consumer.Group))
        {
            return [];
        }

        var rows = await database.WriteAsync(
            connection =>
            {
                connection.Execute("INSERT INTO receipt_groups (name, last_id) VALUES (?1, 0) ON CONFLICT DO NOTHING", consumer.Group);
                using var fresh = new SqliteStatement(connection, SelectEntry + """
                    , 0 FROM receipt_entries e
                    WHERE e.id > (SELECT last_id FROM receipt_groups WHERE name = ?1) ORDER BY e.id
                    """);
                var taken = Take(fresh.Query(consumer.Group), receipts);
                if (taken.Count > 0)
                {
                    connection.Execute("UPDATE receipt_groups SET last_id = ?2 WHERE name = ?1", consumer.Group, taken[^1].Id);
                    Claim(connection, consumer, taken);
                }

                return taken;
            },
            cancellationToken);
        return rows.ConvertAll(Deliver);
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        const string hasDue = "SELECT EXISTS (SELECT 1 FROM receipt_pending WHERE group_name = ?1 AND visible_at <= ?2)";
        if (!await AskAsync(hasDue, cancellationToken, consumer.Group, Now))
        {
            return [];
        }

        var rows = await database.WriteAsync(
            connection =>
            {
                using var due = new SqliteStatement(connection, SelectEntry + """
                    , p.deliveries FROM receipt_pending p JOIN receipt_entries e ON e.id = p.entry_id
                    WHERE p.group_name = ?1 AND p.visible_at <= ?2 ORDER BY p.entry_id
                    """);
                var taken = Take(due.Query(consumer.Group, Now), receipts);
                Claim(connection, consumer, taken);
                return taken;
            },
            cancellationToken);
        return rows.ConvertAll(Deliver);
    }

    public Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken) =>
        entryIds.Count == 0
            ? Task.CompletedTask
            : database.WriteAsync(connection => Acknowledge(connection, group, entryIds), cancellationToken);

    public Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var give = new SqliteStatement(
                    connection, "UPDATE receipt_pending SET deliveries = ?3, visible_at = ?4 WHERE group_name = ?1 AND entry_id = ?2");
                foreach (var entry in entries)
                {
                    give.Execute(consumer.Group, Id(entry.EntryId), entry.Deliveries, Now + entry.Delay);
                }
            },
            cancellationToken);

    public async Task<long> TrimAsync(CancellationToken cancellationToken)
    {
        // Below what every group has been given, and below the oldest entry that one still has. Without a group: nothing.
        const string floor = """
            SELECT min(coalesce((SELECT min(entry_id) FROM receipt_pending WHERE group_name = name), last_id + 1)) FROM receipt_groups
            """;
        var trimmed = 0L;
        while (await AskAsync($"SELECT EXISTS (SELECT 1 FROM receipt_entries WHERE id < ({floor}))", cancellationToken))
        {
            // In parts, so that receipts that come in meanwhile need not wait long.
            trimmed += await database.WriteAsync(
                connection => connection.Execute(
                    $"""
                    DELETE FROM receipt_entries
                    WHERE id IN (SELECT id FROM receipt_entries WHERE id < ({floor}) ORDER BY id LIMIT {TrimChunk})
                    """),
                cancellationToken);
        }

        return trimmed;
    }

    public Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken)
    {
        // The length, the lag, what is pending and the dead. Ids have no gaps and only the oldest go, so that nothing need be counted.
        const string info = """
            SELECT coalesce(max(id) - min(id) + 1, 0),
                   coalesce(max(id) - max(min(id) - 1, coalesce((SELECT last_id FROM receipt_groups WHERE name = ?1), 0)), 0),
                   (SELECT count(*) FROM receipt_pending WHERE group_name = ?1),
                   (SELECT count(*) FROM receipt_dead)
            FROM (SELECT min(id) AS id FROM receipt_entries UNION ALL SELECT max(id) FROM receipt_entries)
            """;
        return database.ReadAsync(
            connection => connection.Find(
                info, row => new ReceiptBacklog(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), group)!,
            cancellationToken);
    }

    // Consumers are names on pending rows, no more.
    public Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<bool> AskAsync(string sql, CancellationToken cancellationToken, params object?[] values) =>
        database.ReadAsync(connection => connection.Scalar<long>(sql, values) != 0, cancellationToken);

    private static List<EntryRow> Take(SqliteDataReader rows, int receipts)
    {
        using var reader = rows;
        var taken = new List<EntryRow>();
        while (receipts > 0 && reader.Read())
        {
            taken.Add(new EntryRow(
                reader.GetInt64(0),
                reader.Time(1),
                reader.IsDBNull(2) ? null : new TraceContext(reader.GetString(2), reader.Text(3)),
                reader.GetFieldValue<byte[]>(5),
                reader.GetInt32(6) + 1));
            receipts -= reader.GetInt32(4);
        }

        return taken;
    }

    private void Claim(SqliteConnection connection, ReceiptConsumer consumer, List<EntryRow> rows)
    {
        using var claim = new SqliteStatement(connection, """
            INSERT INTO receipt_pending (group_name, entry_id, consumer, deliveries, visible_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET consumer = excluded.consumer, deliveries = excluded.deliveries, visible_at = excluded.visible_at
            """);
        var visibleAt = Now + options.Value.Visibility;
        foreach (var row in rows)
        {
            claim.Execute(consumer.Group, row.Id, consumer.Name, row.Deliveries, visibleAt);
        }
    }

    private static void Acknowledge(SqliteConnection connection, string group, IEnumerable<string> entryIds) => connection.Execute(
        "DELETE FROM receipt_pending WHERE group_name = ?1 AND entry_id IN (SELECT value FROM json_each(?2))", group, Json(entryIds));

    private static ReceiptEntry Deliver(EntryRow row) => new()
    {
        Id = row.Id.ToString(CultureInfo.InvariantCulture),
        Deliveries = row.Deliveries,
        Receipts = ReceiptFormat.Read(row.Body),
        Body = row.Body,
        ArrivedAt = row.ArrivedAt,
        Trace = row.Trace,
    };

    private static long Id(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;

    private sealed record EntryRow(long Id, DateTimeOffset ArrivedAt, TraceContext? Trace, byte[] Body, int Deliveries);
}
