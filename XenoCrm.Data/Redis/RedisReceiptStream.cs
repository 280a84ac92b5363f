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
    private uint turn;

    public RedisReceiptStream(
        [FromKeyedServices(RedisClients.Ingest)] IConnectionMultiplexer ingestClient,
        [FromKeyedServices(RedisClients.Work)] IConnectionMultiplexer workClient,
        TimeProvider clock,
        IOptions<ReceiptStreamOptions> options,
        ILogger<RedisReceiptStream> logger)
    {
        ingest = new RedisConnection(ingestClient, RedisClients.Ingest, logger);
        var work = new RedisConnection(workClient, RedisClients.Work, logger);
        partitions = new RedisPartitions(options.Value, ingest, work, clock);
    }

    public async Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        var open = await partitions.ToAppendToAsync(cancellationToken);
        var first = Interlocked.Increment(ref turn);
        for (uint i = 0; ; i++)
        {
            try
            {
                await open[(int)((first + i) % open.Count)].AppendAsync(batch, cancellationToken);
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
            var wanted = entries.Count == 0 ? Math.Min(receipts, FirstChunk) : Math.Min((double)(receipts - taken) * entries.Count / taken, LargestChunk);
            var count = (int)Math.Ceiling(wanted / open.Count);
            IReadOnlyList<(RedisPartition Partition, List<ReceiptEntry> Entries)> shares;
            try
            {
                shares = await FromEachAsync(open, async partition => (partition, await partition.ReadAsync(consumer, count, cancellationToken)));
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
        var entries = await FromEachAsync(all, partition => partition.ReclaimAsync(consumer, share, cancellationToken));
        return [.. entries.SelectMany(some => some)];
    }

    public Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken) => Task.WhenAll(
        ByPartition(entryIds, id => id).Select(part => part.Key.AcknowledgeAsync(group, part.Select(entry => entry.Id), cancellationToken)));

    public Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken) => Task.WhenAll(
        ByPartition(entries, entry => entry.EntryId).Select(part => part.Key.ReturnAsync(consumer, part, cancellationToken)));

    public async Task<long> TrimAsync(CancellationToken cancellationToken) =>
        (await FromEachAsync(await partitions.AllAsync(cancellationToken), partition => partition.TrimAsync(cancellationToken))).Sum();

    public async Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken)
    {
        var all = await partitions.AllAsync(cancellationToken);
        var parts = await FromEachAsync(all, partition => partition.InfoAsync(group, cancellationToken));
        var knowsLag = parts.Count == all.Count && parts.All(part => part.Lag is not null);
        return new ReceiptBacklog(
            parts.Sum(part => part.Length), knowsLag ? parts.Sum(part => part.Lag) : null, parts.Sum(part => part.Pending), parts.Sum(part => part.DeadLetters));
    }

    public async Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken) =>
        await Task.WhenAll((await partitions.AllAsync(cancellationToken)).Select(partition => partition.LeaveAsync(consumer, cancellationToken)));

    /// <summary>One of the server's settings, as <c>CONFIG GET</c> answers: <c>[name, value]</c>; null if the server has none of that name.</summary>
    public async Task<string?> SettingAsync(string name, CancellationToken cancellationToken) =>
        (await ingest.ExecuteAsync("CONFIG", ["GET", name], cancellationToken)).Elements() is [_, var value] ? (string?)value : null;

    /// <summary>Things by the partition that their ids name; ids that are not ours are passed over.</summary>
    private IEnumerable<IGrouping<RedisPartition, (RedisId Id, T Thing)>> ByPartition<T>(IEnumerable<T> things, Func<T, string> id)
    {
        foreach (var part in things.Select(thing => (IsOurs: PartitionedId.TryParse(id(thing), out var own), Id: own, Thing: thing)).Where(thing => thing.IsOurs)
            .GroupBy(thing => partitions[thing.Id.Partition], thing => (thing.Id.Id, thing.Thing)))
        {
            yield return part;
        }
    }

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
        if (faults.Count > 0 && (faults.Count == all.Count || faults.Exists(task => task.Exception?.InnerException is not StoreUnavailableException)))
        {
            await faults[0];
        }

        return [.. asked.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)];
    }
}
