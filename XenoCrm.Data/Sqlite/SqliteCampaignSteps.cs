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
        WHERE id = ?1 AND failed > 0
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
            _ => connection.Execute(Retry, id, to),
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
}
