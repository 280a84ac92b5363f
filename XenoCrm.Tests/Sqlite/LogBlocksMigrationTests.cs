using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

/// <summary>A file by the schema before the log had blocks, with campaigns that are under way in it.</summary>
public sealed class LogBlocksMigrationTests
{
    private const int Rows = 1_234;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaigns_under_way_keep_every_row_and_go_on()
    {
        using var folder = new TempFolder();
        await using var database = Migrate(folder.File("old.db"));
        var (campaigns, outbox) = (new SqliteCampaignStore(database), new SqliteOutbox(database));
        var receipts = new SqliteReceiptStore(database, TimeProvider.System);

        // Row i is pending, failed, sent or skipped by turns, and every third is k2's.
        Assert.Equal(Expected("k1"), (await campaigns.FindAsync("k1", Cancellation))!.Stats);
        Assert.Equal(Expected("k2"), (await campaigns.FindAsync("k2", Cancellation))!.Stats);
        foreach (var campaign in new[] { "k1", "k2" })
        {
            Assert.Equal(Of(campaign).Select(i => $"l{i:0000}"), await LogAsync(campaigns, campaign, LogFilter.All));
            var failed = LogFilter.All with { Status = DeliveryStatus.Failed };
            Assert.Equal(Of(campaign).Where(i => i % 4 == 1).Select(i => $"l{i:0000}"), await LogAsync(campaigns, campaign, failed));
        }

        var leased = await outbox.LeaseAsync("k1", Rows, Now, Now.AddMinutes(1), null, Cancellation);
        Assert.Equal(Of("k1").Where(i => i % 4 == 0).Select(i => $"l{i:0000}"), leased.Select(row => row.MessageId.LogId).Order());
        Assert.Equal("v0004", leased.Single(row => row.MessageId.LogId == "l0004").VendorMessageId);
        Assert.Empty(await outbox.LeaseAsync("k1", Rows, Now, Now.AddMinutes(1), null, Cancellation));

        // By our id, by the vendor's, and better than a failure.
        Assert.Equal(
            [ReceiptOutcome.Applied, ReceiptOutcome.Applied, ReceiptOutcome.Applied, ReceiptOutcome.Unmatched],
            await receipts.ApplyAsync(
                [Sent("l0004", "v0004"), Sent(null, "v0008"), Sent("l0001", "v0001"), Sent(null, "v9999")], Cancellation));
        var (before, after) = (Expected("k1"), (await campaigns.FindAsync("k1", Cancellation))!.Stats);
        Assert.Equal(before with { Pending = before.Pending - 2, Failed = before.Failed - 1, Sent = before.Sent + 3 }, after);
    }

    [Fact]
    public async Task It_opens_again_as_it_is()
    {
        using var folder = new TempFolder();
        await Migrate(folder.File("old.db")).DisposeAsync();
        await using var again = SqliteRows.Open(folder.File("old.db"));
        Assert.Equal(Expected("k1"), (await new SqliteCampaignStore(again).FindAsync("k1", Cancellation))!.Stats);
    }

    private static IEnumerable<int> Of(string campaign) => Enumerable.Range(0, Rows).Where(i => (i % 3 == 0) == (campaign == "k2"));

    private static CampaignStats Expected(string campaign)
    {
        var rows = Of(campaign).CountBy(i => i % 4).ToDictionary();
        return new CampaignStats(Pending: rows[0], Failed: rows[1], Sent: rows[2], Skipped: rows[3]);
    }

    private static Receipt Sent(string? id, string vendorId) => new(id, vendorId, DeliveryStatus.Sent, null, null);

    private static async Task<List<string>> LogAsync(SqliteCampaignStore campaigns, string campaign, LogFilter filter)
    {
        var (ids, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await campaigns.ListLogAsync(campaign, filter, new PageRequest(100, cursor), Cancellation);
            ids.AddRange(page!.Items.Select(row => row.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return ids;
    }

    private static SqliteDatabase Migrate(string file)
    {
        OldSchema.Create(
            file,
            version: 16,
            $"""
            INSERT INTO segments VALUES ('s', 'S', '{"{}"}', NULL, 'a', 0, 2, 1);
            INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at) VALUES
                ('k1', 's', 'One', 'Hi', 'sending', '[]', 'a', 0), ('k2', 's', 'Other', 'Hi', 'sending', '[]', 'a', 0);
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows - 1})
            INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, round, vendor_message_id, failure_reason,
                attempts, due_at, created_at, updated_at)
            SELECT printf('l%04d', i), iif(i % 3 = 0, 'k2', 'k1'), 'c' || i, 'c@example.com', 'Hi', i % 4, 1,
                iif(i % 8 < 5 AND i > 0, printf('v%04d', i), NULL), iif(i % 4 IN (1, 3), 'why', NULL), 1, iif(i % 4 = 0, i, NULL), 0, 0
            FROM n;
            """);
        return SqliteRows.Open(file);
    }
}
