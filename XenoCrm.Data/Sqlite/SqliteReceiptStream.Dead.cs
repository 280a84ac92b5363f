using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Sqlite;

/// <summary>The dead letters.</summary>
internal sealed partial class SqliteReceiptStream
{
    private const string Bury = """
        INSERT INTO receipt_dead (arrived_at, traceparent, tracestate, body, reason, deliveries, died_at)
        VALUES (@ArrivedAt, @Parent, @State, @Body, @Reason, @Deliveries, @Now)
        """;

    public Task DeadLetterAsync(string group, IReadOnlyCollection<Burial> burials, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                Bury,
                burials.SelectMany(burial => burial.Bodies().Select(body => new
                {
                    ArrivedAt = burial.Entry.ArrivedAt.ToUnixTimeMilliseconds(),
                    burial.Entry.Trace?.Parent,
                    burial.Entry.Trace?.State,
                    Body = body,
                    burial.Reason,
                    burial.Entry.Deliveries,
                    Now,
                })),
                transaction);
            Acknowledge(connection, transaction, group, [.. burials.Select(burial => burial.Entry.Id)]);
        },
        cancellationToken);

    public Task<Page<DeadReceipt>> ListDeadAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var before = page.Cursor is { } cursor ? Id(Cursor.Decode(DeadReceipt.List, cursor)) : long.MaxValue;
        return database.ReadAsync(
            connection => Cursor.Page(
                DeadReceipt.List,
                [
                    .. connection.Query<DeadRow>(
                        "SELECT id, arrived_at AS arrivedAt, body, reason, deliveries, died_at AS diedAt FROM receipt_dead WHERE id < @before ORDER BY id DESC LIMIT @limit",
                        new { before, limit = page.Limit + 1 }).Select(row => row.ToDeadReceipt()),
                ],
                page.Limit,
                dead => dead.Id),
            cancellationToken);
    }

    public Task<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            var which = "WHERE deliveries > 0" + (ids is null ? "" : " AND id IN (SELECT value FROM json_each(@ids))");
            var parameters = new { ids = JsonSerializer.Serialize(ids?.Select(Id)) };
            connection.Execute(
                $"""
                INSERT INTO receipt_entries (arrived_at, traceparent, tracestate, receipts, body)
                SELECT arrived_at, traceparent, tracestate, 1, body FROM receipt_dead {which} ORDER BY id
                """,
                parameters, transaction);
            return connection.Execute($"DELETE FROM receipt_dead {which}", parameters, transaction);
        },
        cancellationToken);

    public Task<int> DiscardDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            $"DELETE FROM receipt_dead WHERE {(ids is null ? "deliveries = 0" : "id IN (SELECT value FROM json_each(@ids))")}",
            new { ids = JsonSerializer.Serialize(ids?.Select(Id)) },
            transaction),
        cancellationToken);

    private void Reject(SqliteConnection connection, SqliteTransaction transaction, ReceiptBatch batch) => connection.Execute(
        Bury,
        batch.Rejected.Select(rejected => new
        {
            ArrivedAt = batch.ArrivedAt.ToUnixTimeMilliseconds(),
            batch.Trace?.Parent,
            batch.Trace?.State,
            Body = ReceiptFormat.Write(rejected),
            rejected.Reason,
            Deliveries = 0,
            Now,
        }),
        transaction);

    private sealed record DeadRow(long Id, long ArrivedAt, byte[] Body, string Reason, long Deliveries, long DiedAt)
    {
        public DeadReceipt ToDeadReceipt() => DeadReceipt.Of(
            Id.ToString(CultureInfo.InvariantCulture),
            Body,
            Reason,
            (int)Deliveries,
            DateTimeOffset.FromUnixTimeMilliseconds(ArrivedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(DiedAt));
    }
}
