using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    public Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<OpenCampaign>>(
        connection =>
        [
            .. connection.Query<(string Id, string Status)>(
                "SELECT id, status FROM campaigns WHERE completed_at IS NULL AND status IN ('sending', 'cancelled') ORDER BY id")
                .Select(row => new OpenCampaign(row.Id, Enum.Parse<CampaignStatus>(row.Status, ignoreCase: true))),
        ],
        cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<OutboxRow>>(
            (connection, transaction) =>
            {
                var rows = connection.Query<LeasedRow>(
                    """
                    SELECT l.seq AS Seq, l.id AS Id, l.round AS Round, l.recipient AS Recipient, l.message AS Message,
                        l.attempts AS Attempts,
                        l.vendor_message_id AS VendorMessageId, l.created_at AS CreatedAt, l.maybe_handed AS MaybeHanded,
                        c.id IS NOT NULL AS IsThere, coalesce(c.unsubscribed, 0) AS Unsubscribed, c.email AS Email, c.phone AS Phone
                    FROM log l LEFT JOIN customers c ON c.id = l.customer_id
                    WHERE l.campaign_id = @campaignId AND l.due_at <= @now
                        AND EXISTS (SELECT 1 FROM campaigns WHERE id = @campaignId AND status IN ('sending', 'cancelled'))
                    ORDER BY l.due_at LIMIT @count
                    """,
                    new { campaignId, count, now = now.ToUnixTimeMilliseconds() },
                    transaction).AsList();
                if (rows.Count > 0)
                {
                    connection.Execute(
                        """
                        UPDATE log SET due_at = @until, attempts = attempts + (vendor_message_id IS NULL)
                        WHERE seq IN (SELECT value FROM json_each(@rows))
                        """,
                        new { until = leaseUntil.ToUnixTimeMilliseconds(), rows = JsonSerializer.Serialize(rows.Select(row => row.Seq)) },
                        transaction);
                }

                return [.. rows.Select(row => row.ToOutboxRow())];
            },
            cancellationToken);

    public Task RecordAsync(IReadOnlyList<SendResult> results, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var statements = new RecordStatements(connection, transaction, now);
            foreach (var result in results)
            {
                statements.Record(result);
            }
        },
        cancellationToken);

    public Task<RecentOutcomes> CountRecentAsync(string campaignId, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var (sent, failed) = connection.QuerySingle<(long Sent, long Failed)>(
                """
                SELECT (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 2) - sent_before,
                    (SELECT count(*) FROM log WHERE campaign_id = c.id AND status = 1) - failed_before
                FROM campaigns c WHERE id = @campaignId
                """,
                new { campaignId });
            return new RecentOutcomes(sent, failed);
        },
        cancellationToken);

    public Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, transaction) => TryComplete(connection, transaction, campaignId, now), cancellationToken);

    public static bool TryComplete(SqliteConnection connection, SqliteTransaction transaction, string campaignId, DateTimeOffset now) =>
        connection.Execute(
            """
            UPDATE campaigns SET
                status = iif(status = 'sending', 'completed', status), completed_at = @now, pending = 0,
                failed = (SELECT count(*) FROM log WHERE campaign_id = @campaignId AND status = 1),
                sent = (SELECT count(*) FROM log WHERE campaign_id = @campaignId AND status = 2),
                skipped = (SELECT count(*) FROM log WHERE campaign_id = @campaignId AND status = 3)
            WHERE id = @campaignId AND completed_at IS NULL AND status IN ('sending', 'cancelled')
                AND NOT EXISTS (SELECT 1 FROM log WHERE campaign_id = @campaignId AND status = 0)
            """,
            new { campaignId, now = now.ToUnixTimeMilliseconds() },
            transaction) > 0;

    /// <summary>A row as it was before it was leased, and its person as they are now.</summary>
    private sealed class LeasedRow
    {
        public long Seq { get; init; }

        public required string Id { get; init; }

        public long Round { get; init; }

        public required string Recipient { get; init; }

        public required string Message { get; init; }

        public long Attempts { get; init; }

        public string? VendorMessageId { get; init; }

        public long CreatedAt { get; init; }

        public long MaybeHanded { get; init; }

        public long IsThere { get; init; }

        public long Unsubscribed { get; init; }

        public string? Email { get; init; }

        public string? Phone { get; init; }

        public OutboxRow ToOutboxRow() => new(
            new MessageId(Id, (int)Round),
            Recipient,
            Message,
            (int)Attempts + (VendorMessageId is null ? 1 : 0),
            VendorMessageId,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt))
        {
            SkipReason = SkipReason.Of(Recipient, IsThere != 0, Unsubscribed != 0, Email, Phone),
            MaybeHanded = Attempts > 0 || MaybeHanded != 0,
        };
    }

    /// <summary>The statements, prepared once a batch. Each leaves a row alone that is final or in another round.</summary>
    private sealed class RecordStatements : IDisposable
    {
        private readonly long now;
        private readonly SqliteCommand accept;
        private readonly SqliteCommand postpone;
        private readonly SqliteCommand wait;
        private readonly SqliteCommand end;

        public RecordStatements(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset at)
        {
            now = at.ToUnixTimeMilliseconds();

            // A receipt may have come before the vendor's own answer: then the row is final, and only lacks the id.
            accept = Prepare(connection, transaction, """
                UPDATE log SET vendor_message_id = $text, due_at = iif(status = 0, $due, NULL), updated_at = iif(status = 0, $now, updated_at)
                WHERE id = $id AND round = $round
                """);

            // $text: 'unknown' where the vendor does not have it after all.
            postpone = Prepare(connection, transaction, """
                UPDATE log SET due_at = $due, vendor_message_id = iif($text = 'unknown', NULL, vendor_message_id), updated_at = $now
                WHERE id = $id AND round = $round AND status = 0
                """);

            // The lease counted a try, and it was none. $number: 1 where the vendor may have it.
            wait = Prepare(connection, transaction, """
                UPDATE log SET due_at = $due, attempts = attempts - (
                    vendor_message_id IS NULL), maybe_handed = max(maybe_handed, $number), updated_at = $now
                WHERE id = $id AND round = $round AND status = 0
                """);

            // $number: the status. What is skipped was not tried.
            end = Prepare(connection, transaction, """
                UPDATE log SET status = $number, failure_reason = $text, due_at = NULL, updated_at = $now,
                    attempts = attempts - ($number = 3 AND vendor_message_id IS NULL)
                WHERE id = $id AND round = $round AND status = 0
                """);
        }

        public void Record(SendResult result)
        {
            _ = result switch
            {
                SendResult.Accepted accepted => Run(accept, result.MessageId, accepted.VendorMessageId, accepted.AskAt),
                SendResult.Later later => Run(postpone, result.MessageId, later.Unknown ? "unknown" : "", later.DueAt),
                SendResult.Waits waits => Run(wait, result.MessageId, "", waits.DueAt, waits.MaybeHanded ? 1 : 0),
                SendResult.Skipped skipped => Run(end, result.MessageId, skipped.Reason, null, (int)DeliveryStatus.Skipped),
                SendResult.GivenUp given => Run(end, result.MessageId, given.Reason, null, (int)DeliveryStatus.Failed),
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

        private int Run(SqliteCommand command, MessageId id, string text, DateTimeOffset? due, int number = 0)
        {
            command.Parameters["$id"].Value = id.LogId;
            command.Parameters["$round"].Value = id.Round;
            command.Parameters["$text"].Value = text;
            command.Parameters["$due"].Value = due?.ToUnixTimeMilliseconds() ?? (object)DBNull.Value;
            command.Parameters["$number"].Value = number;
            command.Parameters["$now"].Value = now;
            return command.ExecuteNonQuery();
        }

        private static SqliteCommand Prepare(SqliteConnection connection, SqliteTransaction transaction, string sql)
        {
            var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            foreach (var name in (string[])["$id", "$round", "$text", "$due", "$number", "$now"])
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            return command;
        }
    }
}
