using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>Rows of the delivery log for tests, and what has become of them.</summary>
internal sealed class DeliveryLog(SqliteDatabase database)
{
    public const string Campaign = "c-1";

    /// <summary>Pending rows that the vendor is being asked to send.</summary>
    public Task AddAsync(params string[] ids) => AddAsync(ids.Select(id => new LogRow { Id = id }));

    public Task AddAsync(IEnumerable<LogRow> rows) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO segments (id, name, rule, created_by, created_at, audience, visible)
                VALUES ('s-1', 's', '{}', 'test', 0, 0, 1) ON CONFLICT DO NOTHING;
                INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at)
                VALUES ('c-1', 's-1', 'c', 'hello', 'sending', '[]', 'test', 0) ON CONFLICT DO NOTHING;
                """);
            using var insert = new SqliteStatement(connection, """
                INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, round, vendor_message_id, failure_reason,
                    attempts, due_at, created_at, updated_at)
                VALUES (?1, 'c-1', 'customer of ' || ?1, 'someone@example.com', 'hello', ?2, ?3, ?4, ?5, 1, ?6, 0, 0)
                """);
            foreach (var row in rows)
            {
                insert.Execute(row.Id, (int)row.Status, row.Round, row.VendorMessageId, row.FailureReason, row.DueAt);
            }

            LogRows.InBlocks(connection);
        },
        TestContext.Current.CancellationToken);

    public LogRow Row(string id)
    {
        using var connection = database.OpenRead();
        return connection.Find(
            "SELECT status, round, vendor_message_id, failure_reason, due_at, updated_at FROM log WHERE id = ?1",
            row => new LogRow
            {
                Id = id,
                Status = (DeliveryStatus)row.GetInt64(0),
                Round = row.GetInt32(1),
                VendorMessageId = row.Text(2),
                FailureReason = row.Text(3),
                DueAt = row.IsDBNull(4) ? null : row.GetInt64(4),
                UpdatedAt = row.GetInt64(5),
            },
            id) ?? throw new InvalidOperationException($"There is no row {id}.");
    }

    public int Count(DeliveryStatus status)
    {
        using var connection = database.OpenRead();
        return (int)connection.Scalar<long>("SELECT count(*) FROM log WHERE status = ?1", (int)status);
    }

    /// <summary>Ends the campaign with numbers that are counted once.</summary>
    public Task CompleteAsync() => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                UPDATE campaigns SET status = 'completed', completed_at = 1,
                    pending = (SELECT count(*) FROM log WHERE status = 0), failed = (
                        SELECT count(*) FROM log WHERE status = 1), sent = (SELECT count(*) FROM log WHERE status = 2),
                    skipped = (SELECT count(*) FROM log WHERE status = 3)
                """);
        },
        TestContext.Current.CancellationToken);

    /// <summary>The campaign's frozen numbers, null while they are counted.</summary>
    public CampaignStats? Frozen()
    {
        using var connection = database.OpenRead();
        return connection.Find(
            "SELECT pending, sent, failed, skipped FROM campaigns WHERE pending IS NOT NULL",
            row => new CampaignStats(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
    }
}

internal sealed record LogRow
{
    public string Id { get; init; } = "";

    public DeliveryStatus Status { get; init; }

    public int Round { get; init; } = 1;

    public string? VendorMessageId { get; init; }

    public string? FailureReason { get; init; }

    public long? DueAt { get; init; }

    public long UpdatedAt { get; init; }
}
