using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Data.Campaigns;

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
            [
                .. connection.Query<LeasedRow>(
                    """
                    UPDATE log SET due_at = @until, attempts = attempts + (vendor_message_id IS NULL)
                    WHERE seq IN (SELECT seq FROM log WHERE campaign_id = @campaignId AND due_at <= @now ORDER BY due_at LIMIT @count)
                        AND EXISTS (SELECT 1 FROM campaigns WHERE id = @campaignId AND status IN ('sending', 'cancelled'))
                    RETURNING id AS Id, round AS Round, recipient AS Recipient, message AS Message, attempts AS Attempts,
                        vendor_message_id AS VendorMessageId, created_at AS CreatedAt
                    """,
                    new { campaignId, count, now = now.ToUnixTimeMilliseconds(), until = leaseUntil.ToUnixTimeMilliseconds() },
                    transaction).Select(row => row.ToOutboxRow()),
            ],
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
                sent = (SELECT count(*) FROM log WHERE campaign_id = @campaignId AND status = 2)
            WHERE id = @campaignId AND completed_at IS NULL AND status IN ('sending', 'cancelled')
                AND NOT EXISTS (SELECT 1 FROM log WHERE campaign_id = @campaignId AND status = 0)
            """,
            new { campaignId, now = now.ToUnixTimeMilliseconds() },
            transaction) > 0;

    private sealed record LeasedRow(string Id, long Round, string Recipient, string Message, long Attempts, string? VendorMessageId, long CreatedAt)
    {
        public OutboxRow ToOutboxRow() => new(
            new MessageId(Id, (int)Round), Recipient, Message, (int)Attempts, VendorMessageId, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }

    /// <summary>The three statements, prepared once a batch. Each leaves a row alone that is final or in another round.</summary>
    private sealed class RecordStatements : IDisposable
    {
        private readonly long now;
        private readonly SqliteCommand accept;
        private readonly SqliteCommand postpone;
        private readonly SqliteCommand giveUp;

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
            giveUp = Prepare(connection, transaction, """
                UPDATE log SET status = 1, failure_reason = $text, due_at = NULL, updated_at = $now
                WHERE id = $id AND round = $round AND status = 0
                """);
        }

        public void Record(SendResult result)
        {
            _ = result switch
            {
                SendResult.Accepted accepted => Run(accept, result.MessageId, accepted.VendorMessageId, accepted.AskAt),
                SendResult.Later later => Run(postpone, result.MessageId, later.Unknown ? "unknown" : "", later.DueAt),
                SendResult.GivenUp given => Run(giveUp, result.MessageId, given.Reason, null),
                _ => throw new InvalidOperationException($"{result.GetType().Name} is not a result that the log knows."),
            };
        }

        public void Dispose()
        {
            accept.Dispose();
            postpone.Dispose();
            giveUp.Dispose();
        }

        private int Run(SqliteCommand command, MessageId id, string text, DateTimeOffset? due)
        {
            command.Parameters["$id"].Value = id.LogId;
            command.Parameters["$round"].Value = id.Round;
            command.Parameters["$text"].Value = text;
            command.Parameters["$due"].Value = due?.ToUnixTimeMilliseconds() ?? (object)DBNull.Value;
            command.Parameters["$now"].Value = now;
            return command.ExecuteNonQuery();
        }

        private static SqliteCommand Prepare(SqliteConnection connection, SqliteTransaction transaction, string sql)
        {
            var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            foreach (var name in (string[])["$id", "$round", "$text", "$due", "$now"])
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            return command;
        }
    }
}
