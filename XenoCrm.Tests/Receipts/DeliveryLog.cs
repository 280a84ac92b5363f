using Dapper;
using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;

namespace XenoCrm.Tests.Receipts;

/// <summary>Rows of the delivery log for tests, and what has become of them.</summary>
internal sealed class DeliveryLog(SqliteDatabase database)
{
    public const string Campaign = "c-1";

    /// <summary>Pending rows that the vendor is being asked to send.</summary>
    public Task AddAsync(params string[] ids) => AddAsync(ids.Select(id => new LogRow { Id = id }));

    public Task AddAsync(IEnumerable<LogRow> rows) => database.WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                """
                INSERT INTO segments (id, name, rule, created_by, created_at, audience, visible) VALUES ('s-1', 's', '{}', 'test', 0, 0, 1) ON CONFLICT DO NOTHING;
                INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at)
                VALUES ('c-1', 's-1', 'c', 'hello', 'sending', '[]', 'test', 0) ON CONFLICT DO NOTHING;
                """, transaction: transaction);
            connection.Execute(
                """
                INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, round, vendor_message_id, failure_reason, attempts, due_at, created_at, updated_at)
                VALUES (@Id, 'c-1', 'customer of ' || @Id, 'someone@example.com', 'hello', @Status, @Round, @VendorMessageId, @FailureReason, 1, @DueAt, 0, 0)
                """, rows, transaction);
        },
        TestContext.Current.CancellationToken);

    public LogRow Row(string id)
    {
        using var connection = database.OpenRead();
        return connection.QuerySingle<LogRow>(
            """
            SELECT id, status, round, vendor_message_id AS vendorMessageId, failure_reason AS failureReason, due_at AS dueAt, updated_at AS updatedAt
            FROM log WHERE id = @id
            """, new { id });
    }

    public int Count(DeliveryStatus status)
    {
        using var connection = database.OpenRead();
        return connection.ExecuteScalar<int>("SELECT count(*) FROM log WHERE status = @status", new { status });
    }

    /// <summary>Ends the campaign with numbers that are counted once.</summary>
    public Task CompleteAsync() => database.WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                """
                UPDATE campaigns SET status = 'completed', completed_at = 1,
                    pending = (SELECT count(*) FROM log WHERE status = 0), failed = (
                        SELECT count(*) FROM log WHERE status = 1), sent = (SELECT count(*) FROM log WHERE status = 2),
                    skipped = (SELECT count(*) FROM log WHERE status = 3)
                """, transaction: transaction);
        },
        TestContext.Current.CancellationToken);

    /// <summary>The campaign's frozen numbers, null while they are counted.</summary>
    public CampaignStats? Frozen()
    {
        using var connection = database.OpenRead();
        return connection.QuerySingleOrDefault<CampaignStats>(
            "SELECT pending, sent, failed, skipped FROM campaigns WHERE pending IS NOT NULL");
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
