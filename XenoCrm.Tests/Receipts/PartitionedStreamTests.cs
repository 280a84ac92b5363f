using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>Four partitions, and numbers of them that change.</summary>
public sealed class PartitionedStreamTests(RedisServer server) : RedisStreamContract(server, partitions: 4)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly ReceiptConsumer Ann = new("workers", "ann");
    private static readonly ReceiptConsumer Ben = new("workers", "ben");

    [Fact]
    public async Task Appends_take_the_partitions_in_turn()
    {
        await AppendAsync(Open(Long), [.. Enumerable.Range(0, 8).Select(i => $"v-{i}")]);
        for (var partition = 0; partition < 4; partition++)
        {
            Assert.Equal(2, (long)await Server.ExecuteAsync("XLEN", Key(partition)));
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(1, 8)]
    [InlineData(3, 2)]
    public async Task A_number_that_changes_between_two_starts_loses_nothing(int before, int after)
    {
        var first = Open(TimeSpan.FromMilliseconds(20), before);
        await AppendAsync(first, [.. Enumerable.Range(0, 32).Select(i => $"v-{i}")]);
        var taken = await first.ReadAsync(Ann, 16, Cancellation);
        await first.DeadLetterAsync(
            Ann.Group, [.. taken.Take(4).Select(entry => new Burial(entry, entry.Receipts!, "test"))], Cancellation);
        await first.AcknowledgeAsync(Ann.Group, [taken[4].Id], Cancellation);

        var second = Open(TimeSpan.FromMilliseconds(20), after);
        await AppendAsync(second, [.. Enumerable.Range(32, 8).Select(i => $"v-{i}")]);
        var seen = new List<ReceiptEntry>(await second.ReadAsync(Ben, 1_000, Cancellation));
        await Poll.UntilAsync(
            async () =>
            {
                seen.AddRange(await second.ReclaimAsync(Ben, 1_000, Cancellation));
                return seen.Select(entry => entry.Id).Distinct().Count() == 40 - 5;
            },
            "all that was not done");
        Assert.Equal(4, await second.ReplayDeadAsync(null, Cancellation));
        seen.AddRange(await second.ReadAsync(Ben, 1_000, Cancellation));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => $"v-{i}").Except(Names([taken[4]])).Order(),
            Names(seen).Distinct().Order());

        await second.AcknowledgeAsync(Ben.Group, [.. seen.Select(entry => entry.Id)], Cancellation);
        await second.TrimAsync(Cancellation);
        Assert.Equal(new ReceiptBacklog(0, 0, 0, 0), await second.InfoAsync(Ben.Group, Cancellation));
    }

    [Fact]
    public async Task A_worker_with_a_smaller_number_reads_what_a_later_api_with_a_larger_one_appends()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var worker = Open(Long, 1, clock);
        Assert.Empty(await worker.ReadAsync(Ann, 100, Cancellation));
        await AppendAsync(Open(Long, 8), [.. Enumerable.Range(0, 16).Select(i => $"v-{i}")]);

        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(16, (await worker.ReadAsync(Ann, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task All_that_one_partition_holds_is_read_at_full_size()
    {
        var old = Open(Long, 1);
        await AppendAsync(old, [.. Enumerable.Range(0, 300).Select(i => $"v-{i}")]);
        Assert.Equal(300, (await Open(Long).ReadAsync(Ann, 300, Cancellation)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Pages_of_dead_letters_have_each_once_and_the_newest_first_though_partitions_share_ids(int limit)
    {
        var stream = Open(Long);
        await stream.InfoAsync(Ann.Group, Cancellation);
        var ids = Enumerable.Range(0, 24)
            .Select(i => (Partition: i % 4, Id: string.Create(CultureInfo.InvariantCulture, $"{1_000 + (i / 6)}-{i / 3 % 2}")))
            .Distinct()
            .ToList();
        foreach (var (partition, id) in ids.OrderBy(id => id.Id, StringComparer.Ordinal))
        {
            await Server.ExecuteAsync(
                "XADD", Key(partition, "dead"), id, "body", """[{"vendorMessageId":"v","status":"SENT"}]""", "reason", "test");
        }

        var seen = new List<DeadReceipt>();
        string? cursor = null;
        do
        {
            var page = await stream.ListDeadAsync(new PageRequest(limit, cursor), Cancellation);
            Assert.InRange(page.Items.Count, 1, limit);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;

            // One that dies meanwhile is newer than all, and moves nothing.
            await Server.ExecuteAsync(
                "XADD", Key(2, "dead"), "*", "body", """[{"vendorMessageId":"late","status":"SENT"}]""", "reason", "test");
        }
        while (cursor is not null);
        Assert.Equal(
            ids.OrderByDescending(id => id.Id, StringComparer.Ordinal)
                .ThenByDescending(id => id.Partition)
                .Select(id => $"{id.Partition}:{id.Id}"),
            seen.Select(dead => dead.Id));
    }

    // Each append may fall to another partition.
    protected override void AssertOrder(IEnumerable<string> expected, IEnumerable<string> actual) =>
        Assert.Equal(expected.Order(), actual.Order());
}
