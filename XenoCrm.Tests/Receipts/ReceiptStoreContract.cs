using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>What receipts do to the log, in every store.</summary>
public abstract class ReceiptStoreContract
{
    protected static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract IReceiptStore Store { get; }

    private protected abstract Task AddAsync(params IEnumerable<LogRow> rows);

    private protected abstract Task<LogRow> RowAsync(string id);

    protected abstract Task CompleteCampaignAsync();

    protected abstract Task<CampaignStats?> FrozenStatsAsync();

    [Fact]
    public async Task A_success_ends_a_pending_row()
    {
        await AddAsync(new LogRow { Id = "a", DueAt = 1 });
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(Sent("a")));
        Assert.Equal(
            new LogRow
            {
                Id = "a",
                Status = DeliveryStatus.Sent,
                VendorMessageId = "v-a",
                DueAt = null,
                UpdatedAt = Now.ToUnixTimeMilliseconds()
            },
            await RowAsync("a"));
    }

    [Fact]
    public async Task A_failure_ends_a_pending_row_with_its_reason()
    {
        await AddAsync(new LogRow { Id = "a", DueAt = 1 });
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(Failed("a", "mailbox full")));
        Assert.Equal(
            new LogRow
            {
                Id = "a",
                Status = DeliveryStatus.Failed,
                VendorMessageId = "v-a",
                FailureReason = "mailbox full",
                DueAt = null,
                UpdatedAt = Now.ToUnixTimeMilliseconds()
            },
            await RowAsync("a"));
    }

    [Fact]
    public async Task A_success_after_a_failure_wins_and_clears_the_reason()
    {
        await AddAsync(new LogRow { Id = "a" });
        Assert.Equal([ReceiptOutcome.Applied, ReceiptOutcome.Applied], await ApplyAsync(Failed("a", "try later"), Sent("a")));
        var row = await RowAsync("a");
        Assert.Equal((DeliveryStatus.Sent, null), (row.Status, row.FailureReason));
    }

    [Fact]
    public async Task A_failure_after_a_success_changes_nothing()
    {
        await AddAsync(new LogRow { Id = "a" });
        await ApplyAsync(Sent("a"));
        var before = await RowAsync("a");
        Assert.Equal([ReceiptOutcome.Known, ReceiptOutcome.Known], await ApplyAsync(Failed("a"), Sent("a")));
        Assert.Equal(before, await RowAsync("a"));
    }

    [Fact]
    public async Task A_receipt_without_our_id_is_matched_by_the_vendors()
    {
        await AddAsync(new LogRow { Id = "a", VendorMessageId = "v-1" });
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(new Receipt(null, "v-1", DeliveryStatus.Sent, null, null)));
        Assert.Equal(DeliveryStatus.Sent, (await RowAsync("a")).Status);
    }

    [Fact]
    public async Task A_receipt_under_an_unknown_id_is_matched_by_the_vendors()
    {
        await AddAsync(new LogRow { Id = "a", VendorMessageId = "v-1" });
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(new Receipt("theirs", "v-1", DeliveryStatus.Failed, null, null)));
        Assert.Equal(DeliveryStatus.Failed, (await RowAsync("a")).Status);
    }

    [Fact]
    public async Task The_first_vendor_message_id_stays()
    {
        await AddAsync(new LogRow { Id = "a", VendorMessageId = "v-1" });
        await ApplyAsync(new Receipt("a", "v-2", DeliveryStatus.Sent, null, null));
        Assert.Equal("v-1", (await RowAsync("a")).VendorMessageId);
    }

    [Fact]
    public async Task A_row_that_is_final_already_still_learns_the_vendors_id()
    {
        await AddAsync(new LogRow { Id = "a", Status = DeliveryStatus.Sent, DueAt = null });
        Assert.Equal([ReceiptOutcome.Known], await ApplyAsync(Sent("a")));
        Assert.Equal("v-a", (await RowAsync("a")).VendorMessageId);
    }

    [Fact]
    public async Task Receipts_that_no_row_knows_hold_up_nobody()
    {
        await AddAsync(new LogRow { Id = "a" }, new LogRow { Id = "b" });
        Assert.Equal(
            [ReceiptOutcome.Applied, ReceiptOutcome.Unmatched, ReceiptOutcome.Applied, ReceiptOutcome.Unmatched],
            await ApplyAsync(Sent("a"), Sent("nobody"), Sent("b"), new Receipt(null, "nothing", DeliveryStatus.Failed, null, null)));
        Assert.Equal([ReceiptOutcome.Known], await ApplyAsync(Sent("b")));
    }

    [Fact]
    public async Task A_failure_of_an_earlier_round_is_known_and_changes_nothing()
    {
        var retried = new LogRow { Id = "a", Round = 3, DueAt = 1 };
        await AddAsync(retried);
        Assert.Equal([ReceiptOutcome.Known, ReceiptOutcome.Known], await ApplyAsync(Failed("a"), Failed("a~2")));
        Assert.Equal(retried, await RowAsync("a"));
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(Failed("a~3")));
    }

    [Fact]
    public async Task A_success_of_any_round_counts()
    {
        await AddAsync(new LogRow { Id = "a", Round = 3 });
        Assert.Equal([ReceiptOutcome.Applied], await ApplyAsync(Sent("a~2")));
        Assert.Equal(DeliveryStatus.Sent, (await RowAsync("a")).Status);
    }

    [Fact]
    public async Task An_empty_batch_is_none() => Assert.Empty(await ApplyAsync());

    [Fact]
    public async Task A_batch_of_thousands_is_answered_receipt_by_receipt()
    {
        await AddAsync(Enumerable.Range(0, 3_000).Select(i => new LogRow { Id = $"m-{i}" }));
        var outcomes = await ApplyAsync([.. Enumerable.Range(0, 4_000).Select(i => Sent($"m-{i}"))]);
        Assert.All(outcomes.Take(3_000), outcome => Assert.Equal(ReceiptOutcome.Applied, outcome));
        Assert.All(outcomes.Skip(3_000), outcome => Assert.Equal(ReceiptOutcome.Unmatched, outcome));
    }

    [Fact]
    public async Task A_completed_campaign_is_counted_anew_when_a_row_still_rises()
    {
        await AddAsync(new LogRow { Id = "a", Status = DeliveryStatus.Failed }, new LogRow { Id = "b", Status = DeliveryStatus.Sent });
        await CompleteCampaignAsync();
        await ApplyAsync(Sent("a"));
        Assert.Equal(new CampaignStats(0, 2, 0), await FrozenStatsAsync());
    }

    [Fact]
    public async Task A_running_campaigns_numbers_stay_counted()
    {
        await AddAsync(new LogRow { Id = "a" });
        await ApplyAsync(Sent("a"));
        Assert.Null(await FrozenStatsAsync());
    }

    [Fact]
    public Task Any_order_and_any_repetition_end_alike()
    {
        var cases = 0;
        return Property.CheckAsync(100, async random =>
        {
            // Some receipts over four rows, of which two have been sent a second time; some of them repeated, in any
            // order, cut into any batches.
            var run = Interlocked.Increment(ref cases);
            var rows = Enumerable.Range(0, 4).Select(row => new LogRow { Id = $"{run}-{row}", Round = row < 2 ? 1 : 2 }).ToArray();
            await AddAsync(rows);
            var some = Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
            {
                var id = random.Pick(rows).Id;
                return new Receipt(
                    new MessageId(id, random.Next(1, 3)).ToString(),
                    $"v-{id}",
                    random.OneIn(2) ? DeliveryStatus.Sent : DeliveryStatus.Failed,
                    null,
                    null);
            }).ToArray();
            Receipt[] all = [.. some, .. some.Where(_ => random.OneIn(2))];
            random.Shuffle(all);
            foreach (var batch in all.Chunk(random.Next(1, 6)))
            {
                await ApplyAsync(batch);
            }

            foreach (var row in rows)
            {
                var expected = all
                    .Where(receipt => MessageId.Parse(receipt.Id!) is var message && message.LogId == row.Id
                        && (receipt.Status == DeliveryStatus.Sent || message.Round >= row.Round))
                    .Select(receipt => receipt.Status)
                    .DefaultIfEmpty(DeliveryStatus.Pending)
                    .Max();
                Assert.Equal(expected, (await RowAsync(row.Id)).Status);
            }
        });
    }

    private Task<IReadOnlyList<ReceiptOutcome>> ApplyAsync(params Receipt[] receipts) => Store.ApplyAsync(receipts, Cancellation);

    private static Receipt Sent(string id) => new(id, $"v-{id}", DeliveryStatus.Sent, null, null);

    private static Receipt Failed(string id, string? reason = null) => new(id, $"v-{id}", DeliveryStatus.Failed, reason, null);
}
