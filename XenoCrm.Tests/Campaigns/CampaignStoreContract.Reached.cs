using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Campaigns;

public abstract partial class CampaignStoreContract
{
    [Fact]
    public async Task Messages_that_left_are_counted_by_people_from_when_the_vendor_took_them()
    {
        // c0 gets all three, c1 two of them, c2 one; of the last campaign nothing leaves.
        await DeliverAsync(await LaunchAsync(recipients: 3), Now);
        await DeliverAsync(await LaunchAsync(recipients: 2), Now.AddHours(1));
        await DeliverAsync(await LaunchAsync(recipients: 1), Now.AddHours(2));
        await LaunchAsync(recipients: 4);
        Assert.Equal([(1, 1L), (2, 1L), (3, 1L)], await ReachedAsync(Now.AddDays(-1)));
        Assert.Equal([(1, 1L), (2, 1L)], await ReachedAsync(Now.AddHours(1)));
        Assert.Equal([(1, 1L)], await ReachedAsync(Now.AddHours(1).AddMilliseconds(1)));
        Assert.Empty(await ReachedAsync(Now.AddHours(3)));
        Assert.Equal(
            [Now, Now.AddHours(1), Now.AddHours(2)],
            (await Campaigns.ListReachedAsync("c0", Now.AddDays(-1), Cancellation)).Order());
        Assert.Equal([Now.AddHours(1)], await Campaigns.ListReachedAsync("c1", Now.AddMinutes(1), Cancellation));
        Assert.Empty(await Campaigns.ListReachedAsync("c3", Now.AddDays(-1), Cancellation));
    }

    [Fact]
    public async Task What_failed_was_skipped_or_lies_here_has_not_left()
    {
        var id = await LaunchAsync(recipients: 4);
        var rows = await LeaseAllAsync(id, 3);
        await Outbox.RecordAsync(
            [
                new SendResult.GivenUp(rows[0].MessageId, "no such mailbox"), new SendResult.Skipped(rows[1].MessageId, SkipReason.Capped),
                new SendResult.Later(rows[2].MessageId, Now.AddHours(1)),
            ],
            Now, Cancellation);
        Assert.Empty(await ReachedAsync(Now.AddDays(-1)));
        foreach (var row in rows)
        {
            Assert.Empty(await Campaigns.ListReachedAsync(row.CustomerId, Now.AddDays(-1), Cancellation));
        }
    }

    [Fact]
    public async Task A_campaign_that_was_over_before_counts_no_more()
    {
        var id = await LaunchAsync(recipients: 2);
        await DeliverAsync(id, Now);
        await ConfirmAsync(id);
        Assert.Equal([(1, 2L)], await ReachedAsync(Now.AddMinutes(6)));
        Assert.True(await Outbox.TryCompleteAsync(id, Now.AddMinutes(5), Cancellation));
        Assert.Equal([(1, 2L)], await ReachedAsync(Now));
        Assert.Empty(await ReachedAsync(Now.AddMinutes(6)));
    }

    [Fact]
    public async Task Campaigns_are_listed_by_when_they_start()
    {
        var first = await LaunchAsync(recipients: 1);
        var second = await LaunchAsync(recipients: 0);
        await PrepareAsync(recipients: 1);
        string[] both = [.. new[] { first, second }.Order(StringComparer.Ordinal)];
        Assert.Equal(both, await StartingAsync(Now, Now.AddMilliseconds(1)));
        Assert.Equal(both[..1], await StartingAsync(Now, Now.AddDays(1), count: 1));
        Assert.Empty(await StartingAsync(Now.AddDays(-1), Now));
        Assert.Empty(await StartingAsync(Now.AddMilliseconds(1), Now.AddDays(1)));
    }

    private async Task<IEnumerable<string>> StartingAsync(DateTimeOffset from, DateTimeOffset until, int count = 9) =>
        (await Campaigns.ListStartingAsync(from, until, count, Cancellation)).Select(campaign => campaign.Id);

    private async Task<IEnumerable<(int Messages, long People)>> ReachedAsync(DateTimeOffset since) =>
        (await Campaigns.CountReachedAsync(since, Cancellation)).OrderBy(count => count.Key).Select(count => (count.Key, count.Value));

    private async Task DeliverAsync(string id, DateTimeOffset at)
    {
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync(
            [.. rows.Select(row => new SendResult.Accepted(row.MessageId, $"v-{row.MessageId}", at.AddMinutes(30)))], at, Cancellation);
    }

    // Their time is the store's clock's, which is later than that of these tests.
    private async Task ConfirmAsync(string id) => await Receipts.ApplyAsync(
        [.. (await LogAsync(id)).Select(row => new Receipt(row.Id, $"v-{row.Id}", DeliveryStatus.Sent, null, null))], Cancellation);
}
