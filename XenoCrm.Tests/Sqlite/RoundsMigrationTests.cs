using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class RoundsMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_campaign_from_before_rounds_were_kept_has_none_and_keeps_those_to_come()
    {
        using var folder = new TempFolder();
        OldSchema.Create(
            folder.File("old.db"),
            version: 24,
            """
            INSERT INTO campaigns (
                id, segment_id, name, message_template, status, tags, created_by, created_at, completed_at, pending, sent, failed, skipped)
                VALUES ('k1', 's', 'One', 'Hi', 'completed', '[]', 'a', 0, 0, 0, 0, 1, 0);
            INSERT INTO log (seq, id, campaign_id, customer_id, recipient, message, status, round, failure_reason, attempts, created_at,
                updated_at) VALUES (1, 'l1', 'k1', 'c1', 'c1@example.com', 'Hi', 1, 2, 'mailbox full', 1, 0, 0);
            INSERT INTO log_blocks (first_seq, last_seq, campaign_id, failed) VALUES (1, 1, 'k1', 1);
            """);
        await using var database = SqliteRows.Open(folder.File("old.db"));
        var campaigns = new SqliteCampaignStore(database);
        Assert.Empty(await campaigns.ListRoundsAsync("k1", Cancellation));

        var retry = new CampaignStep.Retry("asha@example.com");
        Assert.True((await campaigns.StepAsync("k1", retry, DateTimeOffset.UnixEpoch, Cancellation)).Taken);
        Assert.Equal([new("mailbox full", 1)], Assert.Single(await campaigns.ListRoundsAsync("k1", Cancellation)).Failures);
    }
}
