using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// The receipt stream in the store's own file. Claims are atomic because the file has one writer at a time; appends of
/// many requests share a commit. Looking whether there is work takes no write lock, so that idle workers hinder nobody.
/// </summary>
internal sealed partial class SqliteReceiptStream(SqliteDatabase database, TimeProvider clock, IOptions<ReceiptStreamOptions> options) : IReceiptStream
{
    private const int TrimChunk = 1_000;

    private const string SelectEntry = "SELECT e.id, e.arrived_at, e.traceparent, e.tracestate, e.receipts, e.body";

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long VisibilityMilliseconds => (long)options.Value.Visibility.TotalMilliseconds;

    public Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        var body = ReceiptFormat.Write(batch.Receipts);
        return database.WriteAsync(
            (connection, transaction) =>
            {
                if (batch.Receipts.Count > 0)
                {
                    // By hand: this runs once a request, and Dapper would cost as much as the insert.
                    using var insert = new SqliteStatement(connection, transaction, """
                        INSERT INTO receipt_entries (arrived_at, traceparent, tracestate, receipts, body) VALUES (?1, ?2, ?3, ?4, ?5)
                        """);
                    var arrivedAt = batch.ArrivedAt.ToUnixTimeMilliseconds();
                    insert.Execute(arrivedAt, batch.Trace?.Parent, batch.Trace?.State, batch.Receipts.Count, body);
                }

                if (batch.Rejected.Count > 0)
                {
                    Reject(connection, transaction, batch);
                }
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        const string hasNew = """
            SELECT NOT EXISTS (SELECT 1 FROM receipt_groups WHERE name = @Group)
                OR EXISTS (SELECT 1 FROM receipt_entries WHERE id > (SELECT last_id FROM receipt_groups WHERE name = @Group))
            """;
        if (!await AskAsync<bool>(hasNew, new { consumer.Group }, cancellationToken))
        {
            return [];
        }

        var rows = await database.WriteAsync(
            (connection, transaction) =>
            {
                connection.Execute("INSERT INTO receipt_groups (name, last_id) VALUES (@Group, 0) ON CONFLICT DO NOTHING", new { consumer.Group }, transaction);
                using var fresh = new SqliteStatement(connection, transaction, SelectEntry + """
                    , 0 FROM receipt_entries e
                    WHERE e.id > (SELECT last_id FROM receipt_groups WHERE name = ?1) ORDER BY e.id
                    """);
                var taken = Take(fresh.Query(consumer.Group), receipts);
                if (taken.Count > 0)
                {
                    connection.Execute("UPDATE receipt_groups SET last_id = @Last WHERE name = @Group", new { Last = taken[^1].Id, consumer.Group }, transaction);
                    Claim(connection, transaction, consumer, taken);
                }

                return taken;
            },
            cancellationToken);
        return rows.ConvertAll(Deliver);
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        const string hasDue = "SELECT EXISTS (SELECT 1 FROM receipt_pending WHERE group_name = @Group AND visible_at <= @Now)";
        if (!await AskAsync<bool>(hasDue, new { consumer.Group, Now }, cancellationToken))
        {
            return [];
        }

        var rows = await database.WriteAsync(
            (connection, transaction) =>
            {
                using var due = new SqliteStatement(connection, transaction, SelectEntry + """
                    , p.deliveries FROM receipt_pending p JOIN receipt_entries e ON e.id = p.entry_id
                    WHERE p.group_name = ?1 AND p.visible_at <= ?2 ORDER BY p.entry_id
                    """);
                var taken = Take(due.Query(consumer.Group, Now), receipts);
                Claim(connection, transaction, consumer, taken);
                return taken;
            },
            cancellationToken);
        return rows.ConvertAll(Deliver);
    }

    public Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken) =>
        entryIds.Count == 0
            ? Task.CompletedTask
            : database.WriteAsync((connection, transaction) => Acknowledge(connection, transaction, group, entryIds), cancellationToken);

    public Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                "UPDATE receipt_pending SET deliveries = @Deliveries, visible_at = @VisibleAt WHERE group_name = @Group AND entry_id = @Id",
                entries.Select(entry => new { entry.Deliveries, VisibleAt = Now + (long)entry.Delay.TotalMilliseconds, consumer.Group, Id = Id(entry.EntryId) }),
                transaction);
        },
        cancellationToken);

    public async Task<long> TrimAsync(CancellationToken cancellationToken)
    {
        // Below what every group has been given, and below the oldest entry that one still has. Without a group: nothing.
        const string floor = """
            SELECT min(coalesce((SELECT min(entry_id) FROM receipt_pending WHERE group_name = name), last_id + 1)) FROM receipt_groups
            """;
        const string hasDone = $"SELECT EXISTS (SELECT 1 FROM receipt_entries WHERE id < ({floor}))";
        var trimmed = 0L;
        while (await AskAsync<bool>(hasDone, null, cancellationToken))
        {
            // In parts, so that receipts that come in meanwhile need not wait long.
            trimmed += await database.WriteAsync(
                (connection, transaction) => connection.Execute(
                    $"DELETE FROM receipt_entries WHERE id IN (SELECT id FROM receipt_entries WHERE id < ({floor}) ORDER BY id LIMIT {TrimChunk})", transaction: transaction),
                cancellationToken);
        }

        return trimmed;
    }

    public async Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken)
    {
        // Ids have no gaps and only the oldest go, so that nothing needs to be counted.
        const string info = """
            SELECT coalesce(max(id) - min(id) + 1, 0) AS length,
                   coalesce(max(id) - max(min(id) - 1, coalesce((SELECT last_id FROM receipt_groups WHERE name = @group), 0)), 0) AS lag,
                   (SELECT count(*) FROM receipt_pending WHERE group_name = @group) AS pending,
                   (SELECT count(*) FROM receipt_dead) AS deadLetters
            FROM (SELECT min(id) AS id FROM receipt_entries UNION ALL SELECT max(id) FROM receipt_entries)
            """;
        var (length, lag, pending, deadLetters) = await AskAsync<(long, long, long, long)>(info, new { group }, cancellationToken);
        return new ReceiptBacklog(length, lag, pending, deadLetters);
    }

    // Consumers are names on pending rows, no more.
    public Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<T> AskAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.QuerySingle<T>(sql, parameters), cancellationToken);

    private static List<EntryRow> Take(SqliteDataReader rows, int receipts)
    {
        using var reader = rows;
        var taken = new List<EntryRow>();
        while (receipts > 0 && reader.Read())
        {
            taken.Add(new EntryRow(
                reader.GetInt64(0),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
                reader.IsDBNull(2) ? null : new TraceContext(reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)),
                reader.GetFieldValue<byte[]>(5),
                reader.GetInt32(6) + 1));
            receipts -= reader.GetInt32(4);
        }

        return taken;
    }

    private void Claim(SqliteConnection connection, SqliteTransaction transaction, ReceiptConsumer consumer, List<EntryRow> rows)
    {
        using var claim = new SqliteStatement(connection, transaction, """
            INSERT INTO receipt_pending (group_name, entry_id, consumer, deliveries, visible_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET consumer = excluded.consumer, deliveries = excluded.deliveries, visible_at = excluded.visible_at
            """);
        var visibleAt = Now + VisibilityMilliseconds;
        foreach (var row in rows)
        {
            claim.Execute(consumer.Group, row.Id, consumer.Name, row.Deliveries, visibleAt);
        }
    }

    private static void Acknowledge(SqliteConnection connection, SqliteTransaction transaction, string group, IReadOnlyCollection<string> entryIds) => connection.Execute(
        "DELETE FROM receipt_pending WHERE group_name = @group AND entry_id IN (SELECT value FROM json_each(@ids))",
        new { group, ids = JsonSerializer.Serialize(entryIds.Select(Id)) },
        transaction);

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
