using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqliteOutbox(SqliteDatabase database) : IOutbox
{
    // The campaigns that may have work, or be closed.
    private static readonly string IsOpen = $"status IN ({SqliteCampaignRow.Words(CampaignStatus.Sending, CampaignStatus.Cancelled)})";

    private static readonly string OpenPace = $"SELECT per_minute, paced_until FROM campaigns WHERE id = ?1 AND {IsOpen}";

    internal static readonly string ListOpen =
        $"SELECT id, status, transactional, hours FROM campaigns WHERE completed_at IS NULL AND {IsOpen} ORDER BY id";

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
                ListOpen,
                row => new OpenCampaign(
                    row.GetString(0), SqliteCampaignRow.Status(row.GetString(1)), row.GetBoolean(2), CampaignPlanText.Hours(row.Text(3)))),
            cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string campaignId, int count, DateTimeOffset now, DateTimeOffset leaseUntil, SendingHours? hours,
        CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<OutboxRow>>(
            connection =>
            {
                var pace = connection.Find(
                    OpenPace,
                    row => new CampaignPace(row.IsDBNull(0) ? null : (int)row.GetInt64(0), row.TimeOrNull(1)),
                    campaignId);
                if (pace is null || pace.Until > now)
                {
                    return [];
                }

                using var suppressions = SqliteSuppressions.OpenIfAny(connection);
                count = Math.Min(count, pace.AtOnce ?? count);
                var leased = new SqliteLease(connection, campaignId, count, now, leaseUntil, hours, suppressions).Take();

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
}
