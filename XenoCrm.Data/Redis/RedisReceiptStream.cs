using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// The receipt stream in Redis Streams (6.2 or later), spread over partitions, each on the node of a cluster that its key
/// falls to. Appends take the partitions in turn; every worker reads all of them, with one group in each, so that nobody
/// need know who else works. How durable an append is, is the server's setting: <see cref="RedisDurability"/> looks at it.
/// docs/decisions/receipts-in-partitions.md
/// </summary>
internal sealed partial class RedisReceiptStream : IReceiptStream
{
    /// <summary>Entries asked for at first, and at most: a few of them may be large.</summary>
    private const int FirstChunk = 64;
    private const int LargestChunk = 1_000;

    private readonly RedisPartitions partitions;
    private readonly RedisConnection ingest;
    private readonly RedisConnection work;
    private readonly TimeSpan visibility;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<int, GatheredAppends> gathered = new();
    private uint turn;

    public RedisReceiptStream(
        [FromKeyedServices(RedisClients.Ingest)] IConnectionMultiplexer ingestClient,
        [FromKeyedServices(RedisClients.Work)] IConnectionMultiplexer workClient,
        TimeProvider time,
        IOptions<ReceiptStreamOptions> options,
        ILogger<RedisReceiptStream> logger)
    {
        ingest = new RedisConnection(ingestClient, RedisClients.Ingest, logger);
        work = new RedisConnection(workClient, RedisClients.Work, logger);
        partitions = new RedisPartitions(options.Value, work, time);
        visibility = options.Value.Visibility;
        this.time = time;
    }

    public async Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        var open = await partitions.ToAppendToAsync(cancellationToken);
        var first = Interlocked.Increment(ref turn);
        for (uint i = 0; ; i++)
        {
            try
            {
                await AppendAsync(open[(int)((first + i) % open.Count)], batch, cancellationToken);
                return;
            }
            catch (StoreUnavailableException e) when (i + 1 < open.Count && e.InnerException is not TimeoutException)
            {
                // Its node is down or full; another may not be. After a time-out the caller has waited long enough.
            }
        }
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        var entries = new List<ReceiptEntry>();
        var taken = 0;
        var open = await partitions.AllAsync(cancellationToken);
        while (taken < receipts && open.Count > 0)
        {
            // As many entries as will hold what is wanted, judged by those that have come.
            var wanted = entries.Count == 0
                ? Math.Min(receipts, FirstChunk)
                : Math.Min((double)(receipts - taken) * entries.Count / taken, LargestChunk);
            var count = (int)Math.Ceiling(wanted / open.Count);
            IReadOnlyList<(RedisPartition Partition, List<ReceiptEntry> Entries)> shares;
            try
            {
                shares = await FromEachAsync(
                    open, async partition => (partition, await ReadAsync(partition, consumer, count, cancellationToken)));
            }
            catch (StoreUnavailableException) when (entries.Count > 0)
            {
                // What has been given counts as delivered.
                break;
            }

            var before = entries.Count;
            entries.AddRange(shares.SelectMany(share => share.Entries));
            taken += entries.Skip(before).Sum(entry => entry.Receipts?.Count ?? 1);
            open = [.. shares.Where(share => share.Entries.Count == count).Select(share => share.Partition)];
        }

        return entries;
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        var all = await partitions.AllAsync(cancellationToken);
        var share = (int)Math.Ceiling((double)receipts / all.Count);
        var entries = await FromEachAsync(all, partition => ReclaimAsync(partition, consumer, share, cancellationToken));
        return [.. entries.SelectMany(some => some)];
    }

    public Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken) => Task.WhenAll(
        ByPartition(entryIds, id => id)
            .Select(part => AcknowledgeAsync(part.Key, group, part.Select(entry => entry.Id), cancellationToken)));

    public Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken) =>
        Task.WhenAll(ByPartition(entries, entry => entry.EntryId)
            .SelectMany(part => part.Select(entry => ReturnAsync(part.Key, consumer, entry.Id, entry.Thing, cancellationToken))));

    public async Task<long> TrimAsync(CancellationToken cancellationToken)
    {
        var all = await partitions.AllAsync(cancellationToken);
        return (await FromEachAsync(all, partition => TrimAsync(partition, cancellationToken))).Sum();
    }

    public async Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken)
    {
        var all = await partitions.AllAsync(cancellationToken);
        var parts = await FromEachAsync(all, partition => InfoAsync(partition, group, cancellationToken));
        var knowsLag = parts.Count == all.Count && parts.All(part => part.Lag is not null);
        return new ReceiptBacklog(
            parts.Sum(part => part.Length),
            knowsLag ? parts.Sum(part => part.Lag) : null,
            parts.Sum(part => part.Pending),
            parts.Sum(part => part.DeadLetters));
    }

    public async Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken)
    {
        var all = await partitions.AllAsync(cancellationToken);
        await Task.WhenAll(all.Select(partition => LeaveAsync(partition, consumer, cancellationToken)));
    }

    /// <summary>One of the server's settings; null if it has none of that name.</summary>
    public Task<string?> SettingAsync(string name, CancellationToken cancellationToken) => ingest.SettingAsync(name, cancellationToken);

    /// <summary>Things by the partition that their ids name; ids that are not ours are passed over.</summary>
    private IEnumerable<IGrouping<RedisPartition, (RedisId Id, T Thing)>> ByPartition<T>(IEnumerable<T> things, Func<T, string> id) =>
        things
            .Select(thing => (IsOurs: PartitionedId.TryParse(id(thing), out var own), Id: own, Thing: thing))
            .Where(thing => thing.IsOurs)
            .GroupBy(thing => partitions[thing.Id.Partition], thing => (thing.Id.Id, thing.Thing));

    /// <summary>
    /// Asks them at once and answers for those that could be reached: an entry that one has given must not be lost, until
    /// its visibility time is over, because another is down.
    /// </summary>
    /// <exception cref="StoreUnavailableException">None could be reached.</exception>
    private static async Task<IReadOnlyList<T>> FromEachAsync<T>(IReadOnlyList<RedisPartition> all, Func<RedisPartition, Task<T>> ask)
    {
        var asked = all.Select(ask).ToList();
        await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var faults = asked.Where(task => !task.IsCompletedSuccessfully).ToList();
        if (faults.Count > 0
            && (faults.Count == all.Count || faults.Exists(task => task.Exception?.InnerException is not StoreUnavailableException)))
        {
            await faults[0];
        }

        return [.. asked.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)];
    }
}
