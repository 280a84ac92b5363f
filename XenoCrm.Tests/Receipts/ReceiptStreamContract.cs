using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Receipts;

/// <summary>What every stream does, whatever it is made of. A subclass supplies the stream.</summary>
public abstract class ReceiptStreamContract
{
    private const string Group = "workers";

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly ReceiptConsumer Ann = new(Group, "ann");
    private static readonly ReceiptConsumer Ben = new(Group, "ben");
    private static readonly DateTimeOffset Arrived = new(2026, 11, 22, 8, 0, 0, 125, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A client of this test's stream; each call makes another one, as another process would.</summary>
    private protected abstract IReceiptStream Open(TimeSpan visibility);

    /// <summary>Puts an entry into the stream that no version of ours would write.</summary>
    protected abstract Task AppendRawAsync(byte[] body);

    protected abstract Task LoseGroupAsync(string group);

    [Fact]
    public async Task An_entry_comes_out_as_it_went_in()
    {
        var stream = Open(Long);
        var batch = new ReceiptBatch(
            [
                new Receipt("018f~2", "v-1", DeliveryStatus.Sent, null, Arrived),
                new Receipt(null, "v-ü\"2", DeliveryStatus.Failed, "mailbox full — \U0001F4EA", null),
            ],
            Arrived,
            new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "rojo=1"));
        await stream.AppendAsync(batch, Cancellation);

        var entry = Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation));
        Assert.Equal(batch.Receipts, entry.Receipts);
        Assert.Equal(batch.ArrivedAt, entry.ArrivedAt);
        Assert.Equal(batch.Trace, entry.Trace);
        Assert.Equal(1, entry.Deliveries);
    }

    [Fact]
    public async Task The_largest_batch_is_one_entry()
    {
        var stream = Open(Long);
        await stream.AppendAsync(Batch(Enumerable.Range(0, ReceiptBatch.MaxReceipts).Select(i => $"v-{i}")), Cancellation);
        Assert.Equal(ReceiptBatch.MaxReceipts, Assert.Single(await stream.ReadAsync(Ann, 1, Cancellation)).Receipts!.Count);
    }

    [Fact]
    public async Task Entries_come_oldest_first_and_to_a_group_once()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a", "b", "c");
        AssertOrder(["a", "b", "c"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
        Assert.Empty(await stream.ReadAsync(Ben, 100, Cancellation));
        await AppendAsync(stream, "d");
        Assert.Equal(["d"], Names(await stream.ReadAsync(Ben, 100, Cancellation)));
    }

    [Fact]
    public async Task Every_group_sees_every_entry_from_the_first()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a", "b");
        AssertOrder(["a", "b"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
        AssertOrder(["a", "b"], Names(await stream.ReadAsync(new ReceiptConsumer("auditors", "ann"), 100, Cancellation)));
    }

    [Fact]
    public async Task Reading_goes_on_until_there_are_as_many_receipts_as_were_asked_for()
    {
        var stream = Open(Long);
        for (var i = 0; i < 200; i++)
        {
            await stream.AppendAsync(Batch(Enumerable.Range(0, 5).Select(n => $"{i}-{n}")), Cancellation);
        }

        var first = Names(await stream.ReadAsync(Ann, 400, Cancellation));
        Assert.InRange(first.Count, 400, 999);
        var second = Names(await stream.ReadAsync(Ann, 1_000, Cancellation));
        Assert.Equal(1_000, first.Concat(second).Distinct().Count());
    }

    [Fact]
    public async Task Consumers_that_read_at_once_share_the_entries()
    {
        await AppendAsync(Open(Long), [.. Enumerable.Range(0, 300).Select(i => $"v-{i}")]);
        var shares = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
        {
            var stream = Open(Long);
            var names = new List<string>();
            while (await stream.ReadAsync(new ReceiptConsumer(Group, $"c-{n}"), 7, Cancellation) is { Count: > 0 } entries)
            {
                names.AddRange(Names(entries));
            }

            return names;
        })));
        Assert.Equal(300, shares.Sum(share => share.Count));
        Assert.Equal(300, shares.SelectMany(share => share).Distinct().Count());
    }

    [Fact]
    public async Task An_entry_is_its_consumers_for_the_visibility_time()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a");
        await stream.ReadAsync(Ann, 100, Cancellation);
        Assert.Empty(await stream.ReclaimAsync(Ben, 100, Cancellation));
    }

    [Fact]
    public async Task After_the_visibility_time_another_consumer_takes_over_and_each_delivery_counts()
    {
        var stream = Open(Short);
        await AppendAsync(stream, "a");
        await stream.ReadAsync(Ann, 100, Cancellation);
        for (var delivery = 2; delivery <= 4; delivery++)
        {
            var entry = Assert.Single(await ReclaimedAsync(stream, Ben));
            Assert.Equal(delivery, entry.Deliveries);
            Assert.Equal(["a"], Names([entry]));
        }
    }

    [Fact]
    public async Task Of_consumers_that_reclaim_at_once_one_gets_the_entry()
    {
        const int entries = 200;
        var stream = Open(Long);
        await AppendAsync(stream, [.. Enumerable.Range(0, entries).Select(i => $"v-{i}")]);
        var given = await stream.ReadAsync(Ann, entries, Cancellation);
        await stream.ReturnAsync(Ann, [.. given.Select(entry => new ReturnedEntry(entry.Id, 1, TimeSpan.Zero))], Cancellation);

        var others = Enumerable.Range(0, 4).Select(n => (Stream: Open(Long), Consumer: new ReceiptConsumer(Group, $"c-{n}"))).ToList();
        var shares = await Task.WhenAll(
            others.Select(other => Task.Run(() => other.Stream.ReclaimAsync(other.Consumer, entries, Cancellation))));
        Assert.Equal(entries, shares.Sum(share => share.Count));
        Assert.Equal(entries, shares.SelectMany(Names).Distinct().Count());
    }

    [Fact]
    public async Task What_is_acknowledged_does_not_come_back()
    {
        var stream = Open(Short);
        await AppendAsync(stream, "a", "b");
        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        await stream.AcknowledgeAsync(Group, [entries[0].Id], Cancellation);
        Assert.Equal(["b"], Names(await ReclaimedAsync(stream, Ben)));
        Assert.Equal(1, (await stream.InfoAsync(Group, Cancellation)).Pending);
    }

    [Fact]
    public async Task Acknowledging_what_the_group_has_not_changes_nothing()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a");
        await stream.AcknowledgeAsync("nobody", ["1"], Cancellation);
        await stream.AcknowledgeAsync(Group, [], Cancellation);
        Assert.Equal(["a"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
    }

    [Fact]
    public async Task A_returned_entry_comes_back_after_its_own_delay()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "soon", "late");
        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        await stream.ReturnAsync(
            Ann, [new ReturnedEntry(entries[0].Id, 1, Short), new ReturnedEntry(entries[1].Id, 1, Long)], Cancellation);
        var back = Assert.Single(await ReclaimedAsync(stream, Ben));
        Assert.Equal(["soon"], Names([back]));
        Assert.Equal(2, back.Deliveries);
    }

    [Fact]
    public async Task A_delivery_that_was_not_the_entrys_fault_need_not_count()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a");
        var entry = Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation));
        await stream.ReturnAsync(Ann, [new ReturnedEntry(entry.Id, 0, TimeSpan.Zero)], Cancellation);
        Assert.Equal(1, Assert.Single(await ReclaimedAsync(stream, Ben)).Deliveries);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_delivered_as_such()
    {
        var stream = Open(Long);
        await AppendRawAsync("{\"not\":\"a batch\"}"u8.ToArray());
        await AppendRawAsync("""[{"vendorMessageId":"v-1","status":"PENDING"}]"""u8.ToArray());
        await AppendRawAsync("""[{"status":"SENT"}]"""u8.ToArray());
        await AppendRawAsync("[]"u8.ToArray());
        await AppendRawAsync([0xff, 0x00]);
        await AppendAsync(stream, "good");
        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        Assert.All(entries.SkipLast(1), entry => Assert.Null(entry.Receipts));
        Assert.Equal(6, entries.Count);
        Assert.Equal("{\"not\":\"a batch\"}"u8.ToArray(), entries[0].Body.ToArray());
        Assert.Equal(["good"], Names([entries[^1]]));
    }

    [Fact]
    public async Task A_dead_letter_says_what_happened_and_its_entry_is_done_with()
    {
        var stream = Open(Short);
        await stream.AppendAsync(Batch(["good", "bad"]), Cancellation);
        await stream.ReadAsync(Ann, 100, Cancellation);
        var entry = Assert.Single(await ReclaimedAsync(stream, Ann));
        await stream.DeadLetterAsync(Group, [new Burial(entry, [entry.Receipts![1]], "nobody knows it")], Cancellation);

        var dead = Assert.Single((await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal(entry.Receipts[1], dead.Receipt);
        Assert.Equal("nobody knows it", dead.Reason);
        Assert.Equal(2, dead.Deliveries);
        Assert.Equal(entry.ArrivedAt, dead.ArrivedAt);
        Assert.True(dead.DiedAt > dead.ArrivedAt);
        var info = await stream.InfoAsync(Group, Cancellation);
        Assert.Equal((0, 1), (info.Pending, info.DeadLetters));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_becomes_one_dead_letter_and_is_replayed_as_it_was()
    {
        var stream = Open(Long);
        await AppendRawAsync("?"u8.ToArray());
        await stream.DeadLetterAsync(
            Group, [new Burial(Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation)), [], "unreadable")], Cancellation);
        Assert.Null(Assert.Single((await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items).Receipt);

        Assert.Equal(1, await stream.ReplayDeadAsync(null, Cancellation));
        Assert.Equal("?"u8.ToArray(), Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation)).Body.ToArray());
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_page_by_page()
    {
        var stream = Open(Long);
        await BuryAsync(stream, "a", "b", "c", "d", "e");
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await stream.ListDeadAsync(new PageRequest(2, cursor), Cancellation);
            Assert.InRange(page.Items.Count, 1, 2);
            names.AddRange(page.Items.Select(item => item.Receipt!.VendorMessageId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        AssertOrder(["e", "d", "c", "b", "a"], names);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1-x")]
    [InlineData("1' OR 1")]
    public async Task A_cursor_of_another_list_is_refused(string cursor)
    {
        var stream = Open(Long);
        await Assert.ThrowsAsync<InvalidCursorException>(() => stream.ListDeadAsync(new PageRequest(2, cursor), Cancellation));
    }

    [Fact]
    public async Task All_dead_letters_are_put_back_as_new_entries()
    {
        var stream = Open(Long);
        await BuryAsync(stream, "a", "b", "c");
        Assert.Equal(3, await stream.ReplayDeadAsync(null, Cancellation));
        Assert.Empty((await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        AssertOrder(["a", "b", "c"], Names(entries));
        Assert.All(entries, entry => Assert.Equal(1, entry.Deliveries));
        Assert.Equal(0, await stream.ReplayDeadAsync(null, Cancellation));
    }

    [Fact]
    public async Task Named_dead_letters_are_put_back_and_unknown_names_passed_over()
    {
        var stream = Open(Long);
        await BuryAsync(stream, "a", "b", "c");
        var b = (
            await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items.Single(item => item.Receipt!.VendorMessageId == "b");
        Assert.Equal(1, await stream.ReplayDeadAsync([b.Id, b.Id, "99999", "99999-1", "nonsense"], Cancellation));
        Assert.Equal(["b"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
        Assert.Equal(0, await stream.ReplayDeadAsync([b.Id], Cancellation));
        Assert.Equal(0, await stream.ReplayDeadAsync([], Cancellation));
        Assert.Equal(2, (await stream.InfoAsync(Group, Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task Rejected_receipts_are_dead_letters_beside_the_entry_of_the_good_ones()
    {
        var stream = Open(Long);
        RejectedReceipt[] rejected = [new("m-1", "bad", "status: it is missing."), new(null, null, "It is none.")];
        await stream.AppendAsync(Batch(["good"]) with { Rejected = rejected }, Cancellation);

        Assert.Equal(["good"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
        var dead = (await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items;
        Assert.Equal(
            [(null, null, "It is none.", 0), ("m-1", "bad", "status: it is missing.", 0)],
            dead.Select(letter => (letter.Rejected?.Id, letter.Rejected?.VendorMessageId, letter.Reason, letter.Deliveries)).Order());
        Assert.All(dead, letter => Assert.Equal((null, Arrived, false), (letter.Receipt, letter.ArrivedAt, letter.IsReplayable)));
        Assert.Equal(2, (await stream.InfoAsync(Group, Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task A_batch_of_rejected_receipts_only_is_no_entry()
    {
        var stream = Open(Long);
        await stream.AppendAsync(Batch([]) with { Rejected = [new RejectedReceipt(null, "bad", "status: it is missing.")] }, Cancellation);
        Assert.Empty(await stream.ReadAsync(Ann, 100, Cancellation));
        Assert.Single((await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
    }

    [Fact]
    public async Task Rejected_receipts_are_never_replayed_and_go_when_they_are_discarded()
    {
        var stream = Open(Long);
        await BuryAsync(stream, "a", "b");
        var rejected = Enumerable.Range(0, 600).Select(i => new RejectedReceipt(null, $"bad-{i}", "It is bad."));
        await stream.AppendAsync(Batch([]) with { Rejected = [.. rejected] }, Cancellation);
        await BuryAsync(stream, "c");

        var all = (await stream.ListDeadAsync(new PageRequest(1_000, null), Cancellation)).Items;
        Assert.Equal(0, await stream.ReplayDeadAsync([all.First(letter => letter.Rejected is not null).Id], Cancellation));
        var b = all.Single(letter => letter.Receipt?.VendorMessageId == "b");
        Assert.Equal(1, await stream.DiscardDeadAsync([b.Id, "99999", "nonsense"], Cancellation));
        Assert.Equal(2, await stream.ReplayDeadAsync(null, Cancellation));
        AssertOrder(["a", "c"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
        Assert.Equal(600, (await stream.InfoAsync(Group, Cancellation)).DeadLetters);

        await BuryAsync(stream, "d");
        Assert.Equal(600, await stream.DiscardDeadAsync(null, Cancellation));
        var left = Assert.Single((await stream.ListDeadAsync(new PageRequest(10, null), Cancellation)).Items);
        Assert.Equal("d", left.Receipt!.VendorMessageId);
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_trace()
    {
        var stream = Open(Long);
        var trace = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);
        await stream.AppendAsync(Batch(["a"]) with { Trace = trace }, Cancellation);
        var entry = Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation));
        await stream.DeadLetterAsync(Group, [new Burial(entry, entry.Receipts!, "test")], Cancellation);
        await stream.ReplayDeadAsync(null, Cancellation);
        Assert.Equal(trace, Assert.Single(await stream.ReadAsync(Ann, 100, Cancellation)).Trace);
    }

    [Fact]
    public async Task Nothing_is_trimmed_that_a_group_has_not_acknowledged()
    {
        var stream = Open(Long);
        var auditor = new ReceiptConsumer("auditors", "ann");
        await AppendAsync(stream, "a", "b", "c", "d");
        Assert.Equal(0, await stream.TrimAsync(Cancellation));

        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        Assert.Equal(0, await stream.TrimAsync(Cancellation));
        await stream.AcknowledgeAsync(Group, [entries[0].Id, entries[2].Id], Cancellation);
        var audited = Assert.Single(await stream.ReadAsync(auditor, 1, Cancellation), entry => entry.Id == entries[0].Id);
        Assert.Equal(0, await stream.TrimAsync(Cancellation));

        await stream.AcknowledgeAsync(auditor.Group, [audited.Id], Cancellation);
        Assert.Equal(1, await stream.TrimAsync(Cancellation));
        Assert.Equal(3, (await stream.InfoAsync(Group, Cancellation)).Length);
    }

    [Fact]
    public async Task A_stream_that_was_trimmed_empty_goes_on()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a", "b");
        var entries = await stream.ReadAsync(Ann, 100, Cancellation);
        await stream.AcknowledgeAsync(Group, [.. entries.Select(entry => entry.Id)], Cancellation);
        Assert.Equal(2, await stream.TrimAsync(Cancellation));
        Assert.Equal(new ReceiptBacklog(0, 0, 0, 0), await stream.InfoAsync(Group, Cancellation));

        await AppendAsync(Open(Long), "c");
        Assert.Equal(["c"], Names(await Open(Long).ReadAsync(Ann, 100, Cancellation)));
    }

    [Fact]
    public async Task The_backlog_is_told_in_entries()
    {
        var stream = Open(Long);
        Assert.Equal(new ReceiptBacklog(0, 0, 0, 0), await stream.InfoAsync(Group, Cancellation));
        await AppendAsync(stream, "a", "b", "c");
        Assert.Equal(new ReceiptBacklog(3, 3, 0, 0), await stream.InfoAsync(Group, Cancellation));
        await stream.ReadAsync(Ann, 100, Cancellation);
        await AppendAsync(stream, "d");
        Assert.Equal(new ReceiptBacklog(4, 1, 3, 0), await stream.InfoAsync(Group, Cancellation));
    }

    [Fact]
    public async Task A_group_that_was_lost_is_made_anew_from_the_beginning()
    {
        var stream = Open(Long);
        await AppendAsync(stream, "a");
        await stream.ReadAsync(Ann, 100, Cancellation);
        await LoseGroupAsync(Group);
        await AppendAsync(stream, "b");
        Assert.Empty(await stream.ReclaimAsync(Ann, 100, Cancellation));
        AssertOrder(["a", "b"], Names(await stream.ReadAsync(Ann, 100, Cancellation)));
    }

    [Fact]
    public async Task A_consumer_that_leaves_takes_nothing_with_it()
    {
        var stream = Open(Short);
        await AppendAsync(stream, "a");
        await stream.ReadAsync(Ann, 100, Cancellation);
        await stream.LeaveAsync(Ann, Cancellation);
        Assert.Equal(["a"], Names(await ReclaimedAsync(stream, Ben)));
        await stream.LeaveAsync(Ann, Cancellation);
        await stream.LeaveAsync(new ReceiptConsumer("nobody", "ann"), Cancellation);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_is_let_go()
    {
        var stream = Open(Long);
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.AppendAsync(Batch(["a"]), given.Token));
    }

    /// <summary>The order in which entries came. A stream of several parts promises it of each part only.</summary>
    protected virtual void AssertOrder(IEnumerable<string> expected, IEnumerable<string> actual) => Assert.Equal(expected, actual);

    protected static ReceiptBatch Batch(IEnumerable<string> vendorMessageIds) =>
        new([.. vendorMessageIds.Select(id => new Receipt(null, id, DeliveryStatus.Sent, null, null))], Arrived, null);

    protected static List<string> Names(IEnumerable<ReceiptEntry> entries) =>
        [.. entries.SelectMany(entry => entry.Receipts!.Select(receipt => receipt.VendorMessageId))];

    private protected static async Task AppendAsync(IReceiptStream stream, params string[] vendorMessageIds)
    {
        foreach (var id in vendorMessageIds)
        {
            await stream.AppendAsync(Batch([id]), Cancellation);
        }
    }

    private static async Task BuryAsync(IReceiptStream stream, params string[] vendorMessageIds)
    {
        await AppendAsync(stream, vendorMessageIds);
        foreach (var entry in await stream.ReadAsync(Ann, 100, Cancellation))
        {
            await stream.DeadLetterAsync(Group, [new Burial(entry, entry.Receipts!, "test")], Cancellation);
        }
    }

    private static async Task<IReadOnlyList<ReceiptEntry>> ReclaimedAsync(IReceiptStream stream, ReceiptConsumer consumer)
    {
        IReadOnlyList<ReceiptEntry> entries = [];
        await Support.Poll.UntilAsync(
            async () => (entries = await stream.ReclaimAsync(consumer, 100, Cancellation)).Count > 0, "an entry to be reclaimed");
        return entries;
    }
}
