using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Sqlite;

/// <summary>The dead letters.</summary>
internal sealed partial class SqliteReceiptStream
{
    private const string Bury = """
        INSERT INTO receipt_dead (arrived_at, traceparent, tracestate, body, reason, deliveries, died_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    public Task DeadLetterAsync(string group, IReadOnlyCollection<Burial> burials, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var bury = new SqliteStatement(connection, Bury);
                foreach (var burial in burials)
                {
                    var entry = burial.Entry;
                    foreach (var body in burial.Bodies())
                    {
                        bury.Execute(
                            entry.ArrivedAt, entry.Trace?.Parent, entry.Trace?.State, body, burial.Reason, entry.Deliveries, Now);
                    }
                }

                Acknowledge(connection, group, burials.Select(burial => burial.Entry.Id));
            },
            cancellationToken);

    public Task<Page<DeadReceipt>> ListDeadAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var before = page.Cursor is { } cursor ? Id(Cursor.Decode(DeadReceipt.List, cursor)) : long.MaxValue;
        return database.ReadAsync(
            connection =>
            {
                var letters = connection.List(
                    "SELECT id, body, reason, deliveries, arrived_at, died_at FROM receipt_dead WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                    row => DeadReceipt.Of(
                        row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
                        row.GetFieldValue<byte[]>(1),
                        row.GetString(2),
                        row.GetInt32(3),
                        row.Time(4),
                        row.Time(5)),
                    before, page.Limit + 1);
                return Cursor.Page(DeadReceipt.List, letters, page.Limit, dead => dead.Id);
            },
            cancellationToken);
    }

    public Task<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var which = "WHERE deliveries > 0" + (ids is null ? "" : " AND id IN (SELECT value FROM json_each(?1))");
            connection.Execute(
                $"""
                INSERT INTO receipt_entries (arrived_at, traceparent, tracestate, receipts, body)
                SELECT arrived_at, traceparent, tracestate, 1, body FROM receipt_dead {which} ORDER BY id
                """,
                Json(ids));
            return connection.Execute($"DELETE FROM receipt_dead {which}", Json(ids));
        },
        cancellationToken);

    public Task<int> DiscardDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"DELETE FROM receipt_dead WHERE {(ids is null ? "deliveries = 0" : "id IN (SELECT value FROM json_each(?1))")}", Json(ids)),
        cancellationToken);

    private void Reject(SqliteConnection connection, ReceiptBatch batch)
    {
        using var bury = new SqliteStatement(connection, Bury);
        foreach (var rejected in batch.Rejected)
        {
            bury.Execute(
                batch.ArrivedAt, batch.Trace?.Parent, batch.Trace?.State, ReceiptFormat.Write(rejected), rejected.Reason, 0, Now);
        }
    }

    private static string Json(IEnumerable<string>? ids) => JsonSerializer.Serialize(ids?.Select(Id));
}
