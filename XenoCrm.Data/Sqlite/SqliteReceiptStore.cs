using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Receipts against the delivery log: a look-up and an update a receipt, which in the usual case touches no index.
/// </summary>
internal sealed class SqliteReceiptStore(SqliteDatabase database, TimeProvider time) : IReceiptStore
{
    internal const string ByVendorMessage = $"SELECT {Columns} FROM log WHERE vendor_message_id = ?1";

    // The vendor's id that a block has is that of the first round.
    internal const string ByBlock = $"""
        SELECT {Columns} FROM log WHERE round = 1 AND seq = (SELECT seq FROM log_vendor_ids WHERE vendor_message_id = ?1)
        """;

    private const string Columns = "seq, status, round, due_at, recipient IS NULL, campaign_id";

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
                ReceiptOutcome[] outcomes = [.. batch.Select(log.Apply)];
                log.Finish();
                return outcomes;
            },
            cancellationToken);
    }

    /// <param name="Waits">It is pending, and as its block says.</param>
    private readonly record struct Row(long Seq, DeliveryStatus Status, long Round, bool Waits, bool IsErased, string CampaignId);

    /// <summary>The statements of one batch.</summary>
    private sealed class LogWriter(SqliteConnection connection, DateTimeOffset now) : IDisposable
    {
        private readonly SqliteLogBlocks blocks = new(connection);
        private readonly HashSet<string> campaigns = [];
        private string lastCampaign = "";

        private readonly SqliteRowStatement find = new(connection, $"SELECT {Columns} FROM log WHERE id = ?1");
        private readonly SqliteRowStatement findByVendorMessage = new(connection, ByVendorMessage);
        private readonly SqliteRowStatement findByBlock = new(connection, ByBlock);

        // Of a row that its block has spoken for, and was tried as often: none of these is in an index.
        private readonly SqliteRowStatement raise = new(connection, """
            UPDATE log SET status = ?2, failure_reason = ?3, updated_at = ?4, attempts = max(attempts, ?5) WHERE seq = ?1
            """);

        private readonly SqliteRowStatement raiseAndName = new(connection, """
            UPDATE log SET status = ?2, failure_reason = ?3, updated_at = ?4, due_at = NULL, attempts = max(attempts, ?5),
                vendor_message_id = coalesce(vendor_message_id, ?6)
            WHERE seq = ?1
            """);

        private readonly SqliteRowStatement name = new(connection, """
            UPDATE log SET vendor_message_id = ?2 WHERE seq = ?1 AND vendor_message_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM log_vendor_ids WHERE vendor_message_id = ?2)
            """);

        public ReceiptOutcome Apply(Receipt receipt)
        {
            if (receipt.Id is { } id)
            {
                var message = MessageId.Parse(id);
                if (Find(find, message.LogId) is { } row)
                {
                    if (Rises(row, receipt.Status, message.Round))
                    {
                        Raise(row, receipt);
                        return ReceiptOutcome.Applied;
                    }

                    if (row.Round == message.Round)
                    {
                        name.With(1, row.Seq).With(2, receipt.VendorMessageId).Run();
                    }

                    return ReceiptOutcome.Known;
                }
            }

            // The vendor's id is that of the row's own round: a retry begins without one.
            if ((Find(findByVendorMessage, receipt.VendorMessageId) ?? Find(findByBlock, receipt.VendorMessageId)) is not { } named)
            {
                return ReceiptOutcome.Unmatched;
            }

            if (!Rises(named, receipt.Status, int.MaxValue))
            {
                return ReceiptOutcome.Known;
            }

            Raise(named, receipt);
            return ReceiptOutcome.Applied;
        }

        /// <summary>Counts what has changed: the blocks, and the campaigns whose numbers are frozen.</summary>
        public void Finish()
        {
            blocks.Recount();
            foreach (var campaign in campaigns)
            {
                connection.Execute(Recount, campaign);
            }
        }

        public void Dispose()
        {
            blocks.Dispose();
            find.Dispose();
            findByVendorMessage.Dispose();
            findByBlock.Dispose();
            raise.Dispose();
            raiseAndName.Dispose();
            name.Dispose();
        }

        // A row rises or stays as it is, and from skipped to both; a failure counts for its own round only, a success for all.
        private static bool Rises(Row row, DeliveryStatus to, int round) =>
            row.Status.IsBelow(to) && (to == DeliveryStatus.Sent || row.Round <= round);

        private static Row? Find(SqliteRowStatement statement, string id)
        {
            statement.With(1, id);
            if (!statement.Step())
            {
                return null;
            }

            var status = (DeliveryStatus)statement.Number(1);
            var row = new Row(
                statement.Number(0),
                status,
                statement.Number(2),
                status == DeliveryStatus.Pending && statement.IsNull(3),
                statement.Number(4) != 0,
                statement.Text(5)!);
            statement.Reset();
            return row;
        }

        private void Raise(Row row, Receipt receipt)
        {
            var block = blocks.Of(row.Seq);
            blocks.Change(block);
            if (row.CampaignId != lastCampaign)
            {
                campaigns.Add(lastCampaign = row.CampaignId);
            }

            // Of an erased person's failure the vendor's words are not kept: they may name them.
            var reason = receipt.Status != DeliveryStatus.Failed ? null : row.IsErased ? SkipReason.Erased : receipt.Reason;
            var isNamed = row.Waits && block.IsAccepted;
            var update = (isNamed ? raise : raiseAndName)
                .With(1, row.Seq)
                .With(2, (long)receipt.Status)
                .With(3, reason)
                .With(4, now)
                .With(5, row.Waits ? block.Attempts : 0L);
            if (!isNamed)
            {
                update.With(6, receipt.VendorMessageId);
            }

            update.Run();
        }
    }
}
