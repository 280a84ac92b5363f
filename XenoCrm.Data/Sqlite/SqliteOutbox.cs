using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    // The campaigns that may have work, or be closed.
    private static readonly string IsOpen = $"status IN ({SqliteCampaignRow.Words(CampaignStatus.Sending, CampaignStatus.Cancelled)})";

    internal static readonly string Due = $"""
        SELECT l.seq, l.id, l.round, l.recipient, l.message, l.attempts, l.vendor_message_id, l.created_at, l.maybe_handed,
            c.id IS NOT NULL, coalesce(c.unsubscribed, 0), c.email, c.phone, c.phone_e164
        FROM log l LEFT JOIN customers c ON c.id = l.customer_id
        WHERE l.campaign_id = ?1 AND l.due_at <= ?2 AND EXISTS (SELECT 1 FROM campaigns WHERE id = ?1 AND {IsOpen})
        ORDER BY l.due_at LIMIT ?3
        """;

    internal static readonly string ListOpen =
        $"SELECT id, status FROM campaigns WHERE completed_at IS NULL AND {IsOpen} ORDER BY id";

    private static readonly string Recent = $"""
        SELECT {Count(DeliveryStatus.Sent, "c.id")} - sent_before, {Count(DeliveryStatus.Failed, "c.id")} - failed_before
        FROM campaigns c WHERE id = ?1
        """;

    private static readonly string Complete = $"""
        UPDATE campaigns SET
            status = iif(
                status IN ({SqliteCampaignRow.Words(CampaignTransition.Complete.From)}),
                {SqliteCampaignRow.Words(CampaignTransition.Complete.To)}, status),
            completed_at = ?2, pending = 0,
            failed = {Count(DeliveryStatus.Failed)}, sent = {Count(DeliveryStatus.Sent)}, skipped = {Count(DeliveryStatus.Skipped)}
        WHERE id = ?1 AND completed_at IS NULL AND {IsOpen}
            AND NOT EXISTS (SELECT 1 FROM log WHERE campaign_id = ?1 AND status = {Pending})
        """;

    public Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OpenCampaign>>(
            connection => connection.List(
                ListOpen, row => new OpenCampaign(row.GetString(0), SqliteCampaignRow.Status(row.GetString(1)))),
            cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<OutboxRow>>(
            connection =>
            {
                var rows = connection.List(Due, row => (Seq: row.GetInt64(0), Leased: ReadLeased(row)), campaignId, now, count);
                if (rows.Count > 0)
                {
                    connection.Execute(
                        """
                        UPDATE log SET due_at = ?1, attempts = attempts + (vendor_message_id IS NULL)
                        WHERE seq IN (SELECT value FROM json_each(?2))
                        """,
                        leaseUntil, JsonSerializer.Serialize(rows.Select(row => row.Seq)));
                }

                return rows.ConvertAll(row => row.Leased);
            },
            cancellationToken);

    public Task RecordAsync(IReadOnlyList<SendResult> results, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var statements = new RecordStatements(connection, now);
                foreach (var result in results)
                {
                    statements.Record(result);
                }
            },
            cancellationToken);

    public Task<RecentOutcomes> CountRecentAsync(string campaignId, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(Recent, row => new RecentOutcomes(row.GetInt64(0), row.GetInt64(1)), campaignId)
            ?? throw new InvalidOperationException($"There is no campaign {campaignId}."),
        cancellationToken);

    public Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => TryComplete(connection, campaignId, now), cancellationToken);

    public static bool TryComplete(SqliteConnection connection, string campaignId, DateTimeOffset now) =>
        connection.Execute(Complete, campaignId, now) > 0;

    /// <summary>A row of <see cref="Due"/>, as it is once its lease has counted a try, and its person as they are now.</summary>
    private static OutboxRow ReadLeased(SqliteDataReader row)
    {
        var (recipient, attempts, vendorMessageId) = (row.GetString(3), row.GetInt32(5), row.Text(6));
        return new OutboxRow(
            new MessageId(row.GetString(1), row.GetInt32(2)),
            recipient,
            row.GetString(4),
            attempts + (vendorMessageId is null ? 1 : 0),
            vendorMessageId,
            row.Time(7))
        {
            MaybeHanded = attempts > 0 || row.GetBoolean(8),
            SkipReason = SkipReason.Of(
                recipient, row.GetBoolean(9), row.GetBoolean(10), row.Text(11), row.Text(12), row.Text(13)),
        };
    }

    /// <summary>The statements of one batch. Each leaves a row alone that is final or in another round.</summary>
    private sealed class RecordStatements(SqliteConnection connection, DateTimeOffset now) : IDisposable
    {
        private static readonly string Row = $"WHERE id = ?1 AND round = ?2 AND status = {Pending}";

        // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
        private readonly SqliteStatement accept = new(connection, $"""
            UPDATE log SET vendor_message_id = ?4, due_at = iif(status = {Pending}, ?5, NULL),
                updated_at = iif(status = {Pending}, ?3, updated_at)
            WHERE id = ?1 AND round = ?2
            """);

        // ?5: the vendor does not have it after all.
        private readonly SqliteStatement postpone = new(connection, $"""
            UPDATE log SET due_at = ?4, vendor_message_id = iif(?5, NULL, vendor_message_id), updated_at = ?3 {Row}
            """);

        // The lease counted a try, and it was none. ?5: the vendor may have it.
        private readonly SqliteStatement wait = new(connection, $"""
            UPDATE log SET due_at = ?4, attempts = attempts - (vendor_message_id IS NULL), maybe_handed = max(maybe_handed, ?5),
                updated_at = ?3 {Row}
            """);

        // What is skipped was not tried.
        private readonly SqliteStatement end = new(connection, $"""
            UPDATE log SET status = ?4, failure_reason = ?5, due_at = NULL, updated_at = ?3,
                attempts = attempts - (?4 = {Skipped} AND vendor_message_id IS NULL) {Row}
            """);

        public void Record(SendResult result)
        {
            var (id, round) = (result.MessageId.LogId, result.MessageId.Round);
            _ = result switch
            {
                SendResult.Accepted accepted => accept.Execute(id, round, now, accepted.VendorMessageId, accepted.AskAt),
                SendResult.Later later => postpone.Execute(id, round, now, later.DueAt, later.Unknown),
                SendResult.Waits waits => wait.Execute(id, round, now, waits.DueAt, waits.MaybeHanded),
                SendResult.Skipped skipped => end.Execute(id, round, now, Skipped, skipped.Reason),
                SendResult.GivenUp given => end.Execute(id, round, now, Failed, given.Reason),
                _ => throw new InvalidOperationException($"{result.GetType().Name} is not a result that the log knows."),
            };
        }

        public void Dispose()
        {
            accept.Dispose();
            postpone.Dispose();
            wait.Dispose();
            end.Dispose();
        }
    }
}
