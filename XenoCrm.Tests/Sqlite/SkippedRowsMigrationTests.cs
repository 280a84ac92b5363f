using XenoCrm.Core.Campaigns;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class SkippedRowsMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_from_before_keeps_its_counts_and_goes_on_sending()
    {
        using var folder = new TempFolder();
        OldSchema.Create(
            folder.File("old.db"),
            version: 9,
            """
            INSERT INTO customers (
                id, name, email, tags, attributes, created_at, unsubscribed, name_key, email_key, tags_key, attributes_key)
                VALUES ('c1', 'Bo', 'bo@example.com', '[]', '{}', 0, 0, 'bo', 'bo@example.com', '[]', '{}');
            INSERT INTO segments VALUES ('s', 'S', '{"$everyone":true}', NULL, 'a', 0, 2, 1);
            INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at, completed_at, pending,
                sent, failed) VALUES
                ('k1', 's', 'Done', 'Hi', 'completed', '[]', 'a', 0, 1, 0, 1, 1),
                ('k2', 's', 'Open', 'Hi', 'sending', '[]', 'a', 0, NULL, NULL, NULL, NULL);
            INSERT INTO log (
                id, campaign_id, customer_id, recipient, message, status, round, attempts, due_at, created_at, updated_at) VALUES
                ('l1', 'k1', 'c1', 'bo@example.com', 'Hi', 2, 1, 1, NULL, 0, 0),
                ('l2', 'k1', 'c2', 'al@example.com', 'Hi', 1, 1, 1, NULL, 0, 0),
                ('l3', 'k2', 'c1', 'bo@example.com', 'Hi', 0, 1, 0, 0, 0, 0);
            """);
        await using var database = SqliteRows.Open(folder.File("old.db"));
        var campaigns = new SqliteCampaignStore(database);
        Assert.Equal(new CampaignStats(0, 1, 1), (await campaigns.FindAsync("k1", Cancellation))!.Stats);
        Assert.Equal(new CampaignStats(1, 0, 0), (await campaigns.FindAsync("k2", Cancellation))!.Stats);
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        var row = Assert.Single(await new SqliteOutbox(database).LeaseAsync("k2", 10, now, now.AddMinutes(1), null, Cancellation));
        Assert.Equal((null, false), (row.SkipReason, row.MaybeHanded));
    }
}
