using Dapper;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Sqlite;

/// <summary>What each step changes, and from which state: the statement's own condition is the check.</summary>
internal static class SqliteCampaignSteps
{
    private const string Resume = """
        UPDATE campaigns SET status = 'sending', paused_reason = NULL,
            sent_before = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 2),
            failed_before = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 1)
        WHERE id = @id AND status = 'paused'
        """;

    private const string Cancel = "UPDATE campaigns SET status = 'cancelled', paused_reason = NULL WHERE id = @id AND status IN ('sending', 'paused')";

    // A row that was never tried is certainly not the vendor's. Of the others the sender asks the vendor.
    private const string SkipUntried = """
        UPDATE log SET status = 3, failure_reason = @reason, due_at = NULL, updated_at = @now
        WHERE campaign_id = @id AND status = 0 AND attempts = 0 AND maybe_handed = 0
        """;

    private const string Retry = """
        UPDATE campaigns SET status = 'sending', completed_at = NULL, pending = NULL, sent = NULL, failed = NULL, skipped = NULL,
            sent_before = (SELECT count(*) FROM log WHERE campaign_id = @id AND status = 2), failed_before = 0
        WHERE id = @id AND status = 'completed' AND failed > 0
        """;

    // A new round has a new id at the vendor, which sends an id only once. The erased cannot be written to.
    private const string RenewFailed = """
        UPDATE log SET status = 0, round = round + 1, vendor_message_id = NULL, failure_reason = NULL, attempts = 0, maybe_handed = 0,
            due_at = @now, updated_at = @now
        WHERE campaign_id = @id AND status = 1 AND recipient IS NOT NULL
        """;

    public static StepOutcome Take(SqliteConnection connection, SqliteTransaction transaction, string id, CampaignStep step, DateTimeOffset at)
    {
        var found = connection.ExecuteScalar<string?>("SELECT status FROM campaigns WHERE id = @id AND status <> 'preparing'", new { id }, transaction);
        if (found is null)
        {
            return new StepOutcome(false, null);
        }

        var now = at.ToUnixTimeMilliseconds();
        var taken = step switch
        {
            CampaignStep.Pause pause => connection.Execute(
                "UPDATE campaigns SET status = 'paused', paused_reason = @reason WHERE id = @id AND status = 'sending'",
                new { id, reason = pause.Reason },
                transaction) > 0,
            CampaignStep.Resume => connection.Execute(Resume, new { id }, transaction) > 0,
            CampaignStep.Cancel => connection.Execute(Cancel, new { id }, transaction) > 0,
            _ => connection.Execute(Retry, new { id }, transaction) > 0,
        };

        if (taken && step is CampaignStep.Cancel)
        {
            connection.Execute(SkipUntried, new { id, now, reason = SkipReason.Cancelled }, transaction);
            SqliteOutbox.TryComplete(connection, transaction, id, at);
        }
        else if (taken && step is CampaignStep.Retry)
        {
            connection.Execute(RenewFailed, new { id, now }, transaction);
            SqliteOutbox.TryComplete(connection, transaction, id, at);
        }

        return new StepOutcome(taken, Enum.Parse<CampaignStatus>(found, ignoreCase: true));
    }
}
