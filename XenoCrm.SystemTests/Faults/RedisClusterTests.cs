using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Faults;

/// <summary>The stream over a real cluster of three servers, one of which dies and comes back.</summary>
public sealed class RedisClusterTests : IAsyncLifetime
{
    // Enough for each third of the slots to have some.
    private const int Partitions = 6;

    private static readonly ReceiptConsumer Ann = new("workers", "ann");
    private static readonly ReceiptConsumer Ben = new("workers", "ben");

    private readonly RedisStreams streams = new();
    private RedisCluster cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => cluster = await RedisCluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await streams.DisposeAsync();
        cluster?.Dispose();
    }

    [Fact]
    public async Task All_nodes_share_the_receipts_and_each_step_of_their_way_is_as_on_one()
    {
        var stream = Open(TimeSpan.FromMilliseconds(50));
        await AppendAsync(stream, 0, 60);
        Assert.All(cluster.Nodes, node => Assert.NotEqual(":0", node.Ask("DBSIZE")));

        // Read by one that dies, taken over by another.
        Assert.Equal(60, (await stream.ReadAsync(Ann, 60, Cancellation)).Count);
        var claimed = new Dictionary<string, ReceiptEntry>();
        await Poll.UntilAsync(
            async () =>
            {
                foreach (var entry in await stream.ReclaimAsync(Ben, 1_000, Cancellation))
                {
                    claimed[entry.Id] = entry;
                }

                return claimed.Count == 60;
            },
            "all to be claimed");

        // Ten die, and are listed, page by page, and put back.
        var dying = claimed.Values.Take(10).ToList();
        await stream.DeadLetterAsync(Ben.Group, [.. dying.Select(entry => new Burial(entry, entry.Receipts!, "test"))], Cancellation);
        await stream.AcknowledgeAsync(Ben.Group, [.. claimed.Keys], Cancellation);
        Assert.Equal(60, await stream.TrimAsync(Cancellation));
        Assert.Equal(new ReceiptBacklog(0, 0, 0, 10), await stream.InfoAsync(Ben.Group, Cancellation));

        var dead = new List<string>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await stream.ListDeadAsync(new PageRequest(4, cursor), Cancellation);
            dead.AddRange(page.Items.Select(item => item.Receipt!.VendorMessageId));
            next = page.NextCursor;
        }

        Assert.Equal(Names(dying).Order(), dead.Order());
        Assert.Equal(10, await stream.ReplayDeadAsync(null, Cancellation));
        Assert.Equal(dead.Order(), Names(await stream.ReadAsync(Ann, 100, Cancellation)).Order());
    }

    [Fact]
    public async Task With_a_node_down_the_others_go_on_and_what_it_has_comes_when_it_is_back()
    {
        var stream = Open(TimeSpan.FromMilliseconds(50));
        await AppendAsync(stream, 0, 60);
        var lost = cluster.Nodes[1];
        lost.Kill();

        // A caller may be told to call again, and every receipt is taken by somebody.
        for (var i = 60; i < 90; i++)
        {
            await UntilItWorksAsync(() => AppendAsync(stream, i, i + 1));
        }

        var seen = new HashSet<string>();
        await UntilItWorksAsync(async () => seen.UnionWith(Names(await stream.ReadAsync(Ann, 1_000, Cancellation))));
        Assert.InRange(seen.Count, 30, 89);
        Assert.Null((await stream.InfoAsync(Ann.Group, Cancellation)).Lag);

        lost.EnsureStarted();
        await Poll.UntilAsync(
            async () =>
            {
                await UntilItWorksAsync(async () => seen.UnionWith(Names(await stream.ReadAsync(Ann, 1_000, Cancellation))));
                return seen.IsSupersetOf(Enumerable.Range(0, 90).Select(i => $"v-{i}"));
            },
            "what the dead node had acknowledged");
        await cluster.UntilWholeAsync();
        await AppendAsync(stream, 90, 102);
        await Poll.UntilAsync(
            async () => await stream.InfoAsync(Ann.Group, Cancellation) is { Lag: 12 }, "all partitions to be counted again");
    }

    private RedisReceiptStream Open(TimeSpan visibility)
    {
        var options = Options.Create(new ReceiptStreamOptions { Visibility = visibility, Partitions = Partitions });
        return streams.Open(cluster.ConnectionString, options);
    }

    private static async Task AppendAsync(RedisReceiptStream stream, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await stream.AppendAsync(
                new ReceiptBatch([new Receipt(null, $"v-{i}", DeliveryStatus.Sent, null, null)], DateTimeOffset.UnixEpoch, null),
                Cancellation);
        }
    }

    private static IEnumerable<string> Names(IEnumerable<ReceiptEntry> entries) =>
        entries.SelectMany(entry => entry.Receipts!.Select(receipt => receipt.VendorMessageId));

    private static Task UntilItWorksAsync(Func<Task> call) => Poll.UntilItWorksAsync(call, "the cluster to answer");
}
