using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Receipts against the delivery log: one update a receipt in the usual case, a look-up only where it changed nothing.
/// </summary>
internal sealed class SqliteReceiptStore(SqliteDatabase database, TimeProvider time) : IReceiptStore
{
    internal const string ByVendorMessage = "SELECT id FROM log WHERE vendor_message_id = ?1";

    // A completed campaign's numbers are frozen: a row that still changes has them counted anew.
    private static readonly string Recount = $"""
        UPDATE campaigns SET pending = {Count(DeliveryStatus.Pending)}, failed = {Count(DeliveryStatus.Failed)},
            sent = {Count(DeliveryStatus.Sent)}, skipped = {Count(DeliveryStatus.Skipped)}
        WHERE id = ?1 AND pending IS NOT NULL
        """;

    public async Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(IReadOnlyList<Receipt> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        return await database.WriteAsync(
            connection =>
            {
                using var log = new LogWriter(connection, time.GetUtcNow());
                ReceiptOutcome[] outcomes = [.. batch.Select(receipt => Apply(log, receipt))];
                foreach (var campaign in log.ChangedCampaigns)
                {
                    connection.Execute(Recount, campaign);
                }

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

    /// <summary>The statements of one batch.</summary>
    private sealed class LogWriter(SqliteConnection connection, DateTimeOffset now) : IDisposable
    {
        // The row rises or stays as it is, and from skipped to both; a failure counts for its own round only, a success for all.
        // Of an erased person's failure the vendor's words are not kept: they may name them.
        private readonly SqliteStatement raise = new(connection, $"""
            UPDATE log SET
                status = ?3, failure_reason = iif(?3 = {Failed} AND recipient IS NULL, ?7, ?4), due_at = NULL, updated_at = ?6,
                vendor_message_id = coalesce(vendor_message_id, ?5)
            WHERE id = ?1 AND (status < ?3 OR status = {Skipped}) AND (?3 = {Sent} OR round <= ?2)
            RETURNING campaign_id
            """);

        private readonly SqliteStatement knows = new(connection, "SELECT 1 FROM log WHERE id = ?1");
        private readonly SqliteStatement find = new(connection, ByVendorMessage);
        private readonly SqliteStatement name = new(
            connection, "UPDATE log SET vendor_message_id = ?3 WHERE id = ?1 AND round = ?2 AND vendor_message_id IS NULL");

        public HashSet<string> ChangedCampaigns { get; } = [];

        /// <summary>False if the row is missing, or has that status or a better one, or the receipt is of an earlier round.</summary>
        public bool Raise(string logId, int round, Receipt receipt)
        {
            var reason = receipt.Status == DeliveryStatus.Failed ? receipt.Reason : null;
            if (raise.Scalar(logId, round, (int)receipt.Status, reason, receipt.VendorMessageId, now, SkipReason.Erased)
                is not string campaign)
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
