using System.Text.Json;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;
using static XenoCrm.Data.Sqlite.SqliteLogRow;

namespace XenoCrm.Data.Sqlite;

/// <summary>What each step changes: the campaign ?1 takes the state ?2, where <see cref="CampaignTransition"/> allows it.</summary>
internal static class SqliteCampaignSteps
{
    private const string Pause = "UPDATE campaigns SET status = ?2, paused_reason = ?3 WHERE id = ?1";

    private const string Launch = "UPDATE campaigns SET status = ?2, starts_at = ?3, per_minute = plan ->> '$.perMinute', "
        + "transactional = coalesce(plan ->> '$.transactional', 0), hours = plan ->> '$.hours' "
        + "WHERE id = ?1 AND version = ?4";

    private const string Unschedule = "UPDATE campaigns SET status = ?2, starts_at = NULL, start_problem = NULL WHERE id = ?1";

    private const string Cancel = "UPDATE campaigns SET status = ?2, paused_reason = NULL, start_problem = NULL WHERE id = ?1";

    private static readonly string Resume = $"""
        UPDATE campaigns SET status = ?2, paused_reason = NULL,
            sent_before = {Count(DeliveryStatus.Sent)}, failed_before = {Count(DeliveryStatus.Failed)}
        WHERE id = ?1
        """;

    private static readonly string Retry = $"""
        UPDATE campaigns SET status = ?2, completed_at = NULL, pending = NULL, sent = NULL, failed = NULL, skipped = NULL,
            sent_before = {Count(DeliveryStatus.Sent)}, failed_before = 0
        WHERE id = ?1
        """;

    private static readonly string CountFailures = $"""
        SELECT l.failure_reason, count(*) FROM {SqliteLogBlocks.RowsOf("?1", "b.failed > 0")} AND l.status = {Failed} GROUP BY 1
        """;

    private const string KeepRound = """
        INSERT INTO campaign_rounds (campaign_id, number, retried_at, retried_by, sent, failed, skipped, failures)
        SELECT id, (SELECT count(*) + 1 FROM campaign_rounds WHERE campaign_id = ?1), ?2, ?3, sent, failed, coalesce(skipped, 0), ?4
        FROM campaigns WHERE id = ?1
        """;

    // A row that was never tried is certainly not the vendor's. Of the others the sender asks the vendor.
    private static readonly string SkipUntried = $"""
        UPDATE log SET status = {Skipped}, failure_reason = ?3, due_at = NULL, updated_at = ?2
        WHERE seq IN (
            SELECT l.seq FROM {SqliteLogBlocks.RowsOf("?1", "b.pending > 0")} AND l.status = {Pending}
                AND l.attempts = 0 AND l.maybe_handed = 0 AND (l.due_at IS NOT NULL OR b.attempts = 0))
        """;

    // A new round has a new id at the vendor, which sends an id only once. The erased cannot be written to.
    private static readonly string RenewFailed = $"""
        UPDATE log SET status = {Pending}, round = round + 1, vendor_message_id = NULL, failure_reason = NULL, attempts = 0,
            maybe_handed = 0, due_at = ?2, updated_at = ?2
        WHERE seq IN (
            SELECT l.seq FROM {SqliteLogBlocks.RowsOf("?1", "b.failed > 0")} AND l.status = {Failed} AND l.recipient IS NOT NULL)
        """;

    /// <summary>Within a write, so that nothing changes between the look and the change.</summary>
    public static StepOutcome Take(SqliteConnection connection, string id, CampaignStep step, DateTimeOffset now)
    {
        if (connection.Scalar<string>("SELECT status FROM campaigns WHERE id = ?1 AND status <> 'preparing'", id) is not { } word)
        {
            return new StepOutcome(false, null);
        }

        var found = SqliteCampaignRow.Status(word);
        var to = SqliteCampaignRow.Word(step.Transition.To);
        var taken = step.Transition.Allows(found) && step switch
        {
            CampaignStep.Launch launch => connection.Execute(Launch, id, to, launch.At, launch.Version),
            CampaignStep.Unschedule => connection.Execute(Unschedule, id, to),
            CampaignStep.Pause pause => connection.Execute(Pause, id, to, pause.Reason),
            CampaignStep.Resume => connection.Execute(Resume, id, to),
            CampaignStep.Cancel => connection.Execute(Cancel, id, to),
            CampaignStep.Retry retry => SendAgain(connection, id, to, retry.By, now),
            _ => throw new InvalidOperationException("There is a step that the store does not know."),
        } > 0;

        if (taken && step is CampaignStep.Cancel)
        {
            connection.Execute(SkipUntried, id, now, SkipReason.Cancelled);
            SqliteLogBlocks.Recount(connection, id);
            SqliteOutbox.TryComplete(connection, id, now);
        }
        else if (taken && step is CampaignStep.Retry)
        {
            connection.Execute(RenewFailed, id, now);
            SqliteLogBlocks.Recount(connection, id);
            SqliteOutbox.TryComplete(connection, id, now);
        }

        return new StepOutcome(taken, found);
    }

    public static IEnumerable<FailureCount> Failures(SqliteConnection connection, string id) => connection.List(
        CountFailures, row => new FailureCount(FailureReason.Clean(row.Text(0)), row.GetInt64(1)), id);

    public static List<CampaignRound> Rounds(SqliteConnection connection, string id) => connection.List(
        """
        SELECT retried_at, retried_by, sent, failed, skipped, failures FROM campaign_rounds WHERE campaign_id = ?1 ORDER BY number
        """,
        row => new CampaignRound(
            row.Time(0),
            row.GetString(1),
            new CampaignStats(0, row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
            [.. JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(5))!
                .Select(failure => new FailureCount(failure.Key, failure.Value))]),
        id);

    private static int SendAgain(SqliteConnection connection, string id, string to, string by, DateTimeOffset now)
    {
        if (connection.Scalar<long>("SELECT failed FROM campaigns WHERE id = ?1", id) == 0)
        {
            return 0;
        }

        var failures = FailureReason.Summarize(Failures(connection, id)).ToDictionary(failure => failure.Reason, failure => failure.Count);
        connection.Execute(KeepRound, id, now, by, JsonSerializer.Serialize(failures));
        return connection.Execute(Retry, id, to);
    }
}
