using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Data.Campaigns;
using XenoCrm.Data.Receipts;

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
                        sent = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 2)
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
    private sealed class LogWriter : IDisposable
    {
        private readonly SqliteCommand raise;
        private readonly SqliteCommand knows;
        private readonly SqliteCommand find;
        private readonly SqliteCommand name;

        public LogWriter(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset now)
        {
            // The row rises or stays as it is; a failure counts for its own round only, a success for all.
            raise = Command(
                """
                UPDATE log SET
                    status = $status, failure_reason = $reason, due_at = NULL, updated_at = $now,
                    vendor_message_id = coalesce(vendor_message_id, $vendor)
                WHERE id = $id AND status < $status AND ($status = 2 OR round <= $round)
                RETURNING campaign_id
                """,
                "$status", "$reason", "$vendor", "$id", "$round");
            raise.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
            knows = Command("SELECT 1 FROM log WHERE id = $id", "$id");
            find = Command("SELECT id FROM log WHERE vendor_message_id = $vendor", "$vendor");
            name = Command("UPDATE log SET vendor_message_id = $vendor WHERE id = $id AND round = $round AND vendor_message_id IS NULL", "$vendor", "$id", "$round");

            SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
            {
                var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = sql;
                foreach (var parameter in parameters)
                {
                    command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
                }

                return command;
            }
        }

        public HashSet<string> ChangedCampaigns { get; } = [];

        /// <summary>False if the row is missing, or has that status or a better one, or the receipt is of an earlier round.</summary>
        public bool Raise(string logId, int round, Receipt receipt)
        {
            Set(raise, "$status", (int)receipt.Status);
            Set(raise, "$reason", receipt.Status == DeliveryStatus.Failed ? receipt.Reason : null);
            Set(raise, "$vendor", receipt.VendorMessageId);
            Set(raise, "$id", logId);
            Set(raise, "$round", round);
            if (raise.ExecuteScalar() is not string campaign)
            {
                return false;
            }

            ChangedCampaigns.Add(campaign);
            return true;
        }

        public bool Knows(string logId)
        {
            Set(knows, "$id", logId);
            return knows.ExecuteScalar() is not null;
        }

        public string? FindByVendorMessage(string vendorMessageId)
        {
            Set(find, "$vendor", vendorMessageId);
            return (string?)find.ExecuteScalar();
        }

        public void NameVendorMessage(string logId, int round, Receipt receipt)
        {
            Set(name, "$vendor", receipt.VendorMessageId);
            Set(name, "$id", logId);
            Set(name, "$round", round);
            name.ExecuteNonQuery();
        }

        public void Dispose()
        {
            raise.Dispose();
            knows.Dispose();
            find.Dispose();
            name.Dispose();
        }

        private static void Set(SqliteCommand command, string parameter, object? value) => command.Parameters[parameter].Value = value ?? DBNull.Value;
    }
}
