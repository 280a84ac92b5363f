using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Sqlite;

/// <summary>Receipts against the delivery log: one prepared update a receipt in the usual case, a look-up only where it changed nothing.</summary>
internal sealed class SqliteReceiptStore(SqliteDatabase database, TimeProvider clock) : IReceiptStore
{
    public async Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        return await database.WriteAsync(
            (connection, transaction) =>
            {
                using var log = new LogWriter(connection, transaction, clock.GetUtcNow());
                var outcomes = new ReceiptOutcome[batch.Count];
                for (var i = 0; i < outcomes.Length; i++)
                {
                    outcomes[i] = Apply(log, batch[i]);
                }

                // A completed campaign's numbers are frozen: a row that still changes has them counted anew.
                connection.Execute(
                    """
                    UPDATE campaigns SET
                        pending = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 0),
                        failed = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 1),
                        sent = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 2),
                        skipped = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 3)
                    WHERE id = @id AND pending IS NOT NULL
                    """,
                    log.ChangedCampaigns.Select(id => new { id }), transaction);
                return outcomes;
            },
            cancellationToken);
    }

    private static ReceiptOutcome Apply(LogWriter log, Receipt receipt)
    {
        if (receipt.Id is { } id)
        {
            var message = MessageId.Parse(id);
            if (log.Raise(message.LogId, message.Round, receipt))
            {
                return ReceiptOutcome.Applied;
            }

            if (log.Knows(message.LogId))
            {
                log.NameVendorMessage(message.LogId, message.Round, receipt);
                return ReceiptOutcome.Known;
            }
        }

        // The vendor's id is that of the row's own round: a retry begins without one.
        if (log.FindByVendorMessage(receipt.VendorMessageId) is not { } row)
        {
            return ReceiptOutcome.Unmatched;
        }

        return log.Raise(row, int.MaxValue, receipt) ? ReceiptOutcome.Applied : ReceiptOutcome.Known;
    }

    /// <summary>The statements of one batch, prepared once.</summary>
    private sealed class LogWriter(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset now) : IDisposable
    {
        // The row rises or stays as it is, and from skipped (3) to both; a failure counts for its own round only, a success for all.
        // Of an erased person's failure the vendor's words are not kept: they may name them.
        private readonly SqliteStatement raise = new(connection, transaction, """
            UPDATE log SET
                status = ?3, failure_reason = iif(?3 = 1 AND recipient IS NULL, ?7, ?4), due_at = NULL, updated_at = ?6,
                vendor_message_id = coalesce(vendor_message_id, ?5)
            WHERE id = ?1 AND (status < ?3 OR status = 3) AND (?3 = 2 OR round <= ?2)
            RETURNING campaign_id
            """);

        private readonly SqliteStatement knows = new(connection, transaction, "SELECT 1 FROM log WHERE id = ?1");
        private readonly SqliteStatement find = new(connection, transaction, "SELECT id FROM log WHERE vendor_message_id = ?1");
        private readonly SqliteStatement name = new(connection, transaction, "UPDATE log SET vendor_message_id = ?3 WHERE id = ?1 AND round = ?2 AND vendor_message_id IS NULL");
        private readonly long updatedAt = now.ToUnixTimeMilliseconds();

        public HashSet<string> ChangedCampaigns { get; } = [];

        /// <summary>False if the row is missing, or has that status or a better one, or the receipt is of an earlier round.</summary>
        public bool Raise(string logId, int round, Receipt receipt)
        {
            var reason = receipt.Status == DeliveryStatus.Failed ? receipt.Reason : null;
            if (raise.Scalar(
                logId, round, (int)receipt.Status, reason, receipt.VendorMessageId, updatedAt, SkipReason.Erased) is not string campaign)
            {
                return false;
            }

            ChangedCampaigns.Add(campaign);
            return true;
        }

        public bool Knows(string logId) => knows.Scalar(logId) is not null;

        public string? FindByVendorMessage(string vendorMessageId) => (string?)find.Scalar(vendorMessageId);

        public void NameVendorMessage(string logId, int round, Receipt receipt) => name.Execute(logId, round, receipt.VendorMessageId);

        public void Dispose()
        {
            raise.Dispose();
            knows.Dispose();
            find.Dispose();
            name.Dispose();
        }
    }
}
