using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Suppressions;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    // The campaigns that may have work, or be closed.
    private static readonly string IsOpen = $"status IN ({SqliteCampaignRow.Words(CampaignStatus.Sending, CampaignStatus.Cancelled)})";

    private const string Leased = """
        l.seq, l.id, l.round, l.recipient, l.message, l.attempts, l.vendor_message_id, l.created_at, l.maybe_handed,
            c.id IS NOT NULL, coalesce(c.unsubscribed, 0), c.email, c.phone, c.phone_e164, l.customer_id
        FROM log l LEFT JOIN customers c ON c.id = l.customer_id
        """;

    /// <summary>Rows that speak for themselves.</summary>
    internal const string Due = $"SELECT {Leased} WHERE l.campaign_id = ?1 AND l.due_at <= ?2 ORDER BY l.due_at LIMIT ?3";

    private static readonly string OfBlock =
        $"SELECT {Leased} WHERE l.seq BETWEEN ?1 AND ?2 AND l.status = {Pending} AND l.due_at IS NULL ORDER BY l.seq LIMIT ?3";

    private static readonly string OpenPace = $"SELECT per_minute, paced_until FROM campaigns WHERE id = ?1 AND {IsOpen}";

    internal static readonly string ListOpen =
        $"SELECT id, status, transactional FROM campaigns WHERE completed_at IS NULL AND {IsOpen} ORDER BY id";

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
            AND NOT EXISTS (SELECT 1 FROM log_blocks WHERE campaign_id = ?1 AND pending > 0)
        """;

    public Task<IReadOnlyList<OpenCampaign>> ListOpenAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OpenCampaign>>(
            connection => connection.List(
                ListOpen, row => new OpenCampaign(row.GetString(0), SqliteCampaignRow.Status(row.GetString(1)), row.GetBoolean(2))),
            cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<OutboxRow>>(
            connection =>
            {
                var leased = new List<OutboxRow>();
                var pace = connection.Find(
                    OpenPace,
                    row => new CampaignPace(row.IsDBNull(0) ? null : (int)row.GetInt64(0), row.TimeOrNull(1)),
                    campaignId);
                if (pace is null || pace.Until > now)
                {
                    return leased;
                }

                count = Math.Min(count, pace.AtOnce ?? count);
                using var suppressions = SqliteSuppressions.OpenIfAny(connection);

                // What has waited for longest comes first: rows that speak for themselves, or a block.
                while (leased.Count < count)
                {
                    var block = SqliteLogBlocks.FindDue(connection, campaignId, now);
                    var before = block is null ? now.ToUnixTimeMilliseconds() : block.DueAt - 1;
                    LeaseRows(connection, campaignId, before, leaseUntil, count, suppressions, leased);
                    if (block is null || leased.Count == count)
                    {
                        break;
                    }

                    if (block.Attempts > 0)
                    {
                        // Its sender died, or receipts are late.
                        SqliteLogBlocks.Dissolve(connection, block);
                    }
                    else
                    {
                        LeaseBlock(connection, block, leaseUntil, count, suppressions, leased);
                    }
                }

                // Those that the vendor has are only asked about.
                if (pace.Next(now, leased.Count(row => row.VendorMessageId is null)) is { } next)
                {
                    connection.Execute("UPDATE campaigns SET paced_until = ?2 WHERE id = ?1", campaignId, next);
                }

                return leased;
            },
            cancellationToken);

    public Task RecordAsync(IReadOnlyList<SendResult> results, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var record = new SqliteSendRecord(connection, now);
                record.Add(results);
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

    private static void LeaseRows(
        SqliteConnection connection, string campaignId, long dueBy, DateTimeOffset leaseUntil, int count, SqliteSuppressions? suppressions,
        List<OutboxRow> leased)
    {
        var rows = Read(
            connection, Due, statement => statement.With(1, campaignId).With(2, dueBy).With(3, count - leased.Count), suppressions);
        if (rows.Count == 0)
        {
            return;
        }

        connection.Execute(
            """
            UPDATE log SET due_at = ?1, attempts = attempts + (vendor_message_id IS NULL)
            WHERE seq IN (SELECT value FROM json_each(?2))
            """,
            leaseUntil, JsonSerializer.Serialize(rows.Select(row => row.Seq)));
        leased.AddRange(rows.Select(row => row.Leased));
    }

    /// <summary>As much of a block as is wanted; the rest becomes a block of its own.</summary>
    private static void LeaseBlock(
        SqliteConnection connection, SqliteLogBlock block, DateTimeOffset leaseUntil, int count, SqliteSuppressions? suppressions,
        List<OutboxRow> leased)
    {
        var rows = Read(
            connection, OfBlock, statement => statement.With(1, block.First).With(2, block.Last).With(3, count - leased.Count),
            suppressions);
        if (rows.Count == count - leased.Count && rows[^1].Seq < block.Last)
        {
            SqliteLogBlocks.Split(connection, block, rows[^1].Seq + 1);
        }

        connection.Execute(
            "UPDATE log_blocks SET due_at = iif(?2, ?3, NULL), attempts = 1 WHERE first_seq = ?1", block.First, rows.Count > 0, leaseUntil);
        leased.AddRange(rows.Select(row => row.Leased));
    }

    private static List<(long Seq, OutboxRow Leased)> Read(
        SqliteConnection connection, string sql, Action<SqliteRowStatement> bind, SqliteSuppressions? suppressions)
    {
        using var statement = new SqliteRowStatement(connection, sql);
        bind(statement);
        var rows = new List<(long Seq, OutboxRow Leased)>();
        while (statement.Step())
        {
            rows.Add((statement.Number(0), ReadLeased(statement, suppressions)));
        }

        return rows;
    }

    /// <summary>A row as it is once its lease has counted a try, and its person as they are now.</summary>
    private static OutboxRow ReadLeased(SqliteRowStatement row, SqliteSuppressions? suppressions)
    {
        var (recipient, attempts, vendorMessageId) = (row.Text(3)!, row.Number(5), row.Text(6));
        var (phone, phoneE164) = (row.Text(12), row.Text(13));
        return new OutboxRow(
            new MessageId(row.Text(1)!, (int)row.Number(2)),
            recipient,
            row.Text(4)!,
            (int)attempts + (vendorMessageId is null ? 1 : 0),
            vendorMessageId,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Number(7)))
        {
            CustomerId = row.Text(14)!,
            MaybeHanded = attempts > 0 || row.Number(8) != 0,
            SkipReason = SkipReason.Of(
                recipient,
                row.Number(9) != 0,
                row.Number(10) != 0,
                suppressions?.HasAny(ContactAddress.FormsOfRecipient(recipient, phone, phoneE164)) == true,
                row.Text(11),
                phone,
                phoneE164),
        };
    }
}
