using StackExchange.Redis;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>One partition: what is so of each.</summary>
public sealed class RedisReceiptStreamTests(RedisServer server) : RedisStreamContract(server, partitions: 1)
{
    [Fact]
    public async Task An_entry_that_somebody_deleted_while_it_was_pending_is_passed_over()
    {
        var stream = Open(TimeSpan.FromMilliseconds(10));
        await AppendAsync(stream, "gone", "here");
        var consumer = new ReceiptConsumer("workers", "ann");
        var entries = await stream.ReadAsync(consumer, 100, Cancellation);
        await Server.ExecuteAsync("XDEL", Key(0), entries[0].Id[2..]);

        IReadOnlyList<ReceiptEntry> back = [];
        await Poll.UntilAsync(
            async () => (back = await stream.ReclaimAsync(consumer, 100, Cancellation)).Count > 0, "the entry that is left");
        Assert.Equal(["here"], Names(back));
    }

    [Fact]
    public async Task A_reclaim_goes_through_pages_that_are_empty()
    {
        // XAUTOCLAIM looks at ten times COUNT entries and stops, found or not: here the only one that is due is the last.
        var patient = Open(TimeSpan.FromMinutes(10));
        await AppendAsync(patient, [.. Enumerable.Range(0, 1_000).Select(i => $"v-{i}")]);
        var consumer = new ReceiptConsumer("workers", "ann");
        var entries = await patient.ReadAsync(consumer, 1_000, Cancellation);
        await patient.ReturnAsync(consumer, [new ReturnedEntry(entries[^1].Id, 1, TimeSpan.Zero)], Cancellation);
        Assert.Equal(["v-999"], Names(await patient.ReclaimAsync(consumer, 10, Cancellation)));
    }

    [Fact]
    public async Task Small_batches_that_come_at_once_share_entries_and_none_is_lost()
    {
        var stream = Open(TimeSpan.FromMinutes(10));
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"v-{i}")];
        await Task.WhenAll(names.Select(name => stream.AppendAsync(Batch([name]), Cancellation)));
        var entries = await stream.ReadAsync(new ReceiptConsumer("workers", "ann"), 1_000, Cancellation);
        Assert.Equal(names.Order(), Names(entries).Order());
        Assert.InRange(entries.Count, 1, names.Length / 2);
    }

    [Fact]
    public async Task A_consumer_that_leaves_with_nothing_pending_is_forgotten()
    {
        var stream = Open(TimeSpan.FromMinutes(10));
        var consumer = new ReceiptConsumer("workers", "ann");
        await stream.ReadAsync(consumer, 100, Cancellation);
        await stream.LeaveAsync(consumer, Cancellation);
        Assert.Empty((RedisResult[])(await Server.ExecuteAsync("XINFO", "CONSUMERS", Key(0), "workers"))!);
    }
}
