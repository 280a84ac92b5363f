using System.Collections.Concurrent;
using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Which partitions there are. Whoever starts writes the numbers that it is configured with into a set in Redis, before
/// it appends to any of them; everybody reads all that are in the set. So what lies in a partition is read though the
/// number has become smaller since, or is smaller at the worker. A number never leaves the set: an empty partition
/// costs one small answer a look.
/// </summary>
internal sealed class RedisPartitions(ReceiptStreamOptions options, RedisConnection work, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, RedisPartition> made = new();
    private readonly RedisKey numbers = RedisPartition.Numbers(options.KeyPrefix);
    private volatile IReadOnlyList<RedisPartition>? known;
    private IReadOnlyList<RedisPartition>? configured;
    private long lookedAt;

    public RedisPartition this[int number] => made.GetOrAdd(number, _ => RedisPartition.Of(options.KeyPrefix, number));

    /// <summary>Those that anybody may have appended to, as of a few seconds ago.</summary>
    /// <exception cref="StoreUnavailableException">It was never possible to look.</exception>
    public async ValueTask<IReadOnlyList<RedisPartition>> AllAsync(CancellationToken cancellationToken)
    {
        if (known is not { } before)
        {
            return await LookAsync(cancellationToken);
        }

        if (time.GetElapsedTime(Volatile.Read(ref lookedAt)) < LookEvery)
        {
            return before;
        }

        try
        {
            return await LookAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The set's node is down; the others need not wait for it.
            Volatile.Write(ref lookedAt, time.GetTimestamp());
            return before;
        }
    }

    /// <summary>Those that are configured, once they are in the set.</summary>
    public async ValueTask<IReadOnlyList<RedisPartition>> ToAppendToAsync(CancellationToken cancellationToken)
    {
        if (known is null)
        {
            await LookAsync(cancellationToken);
        }

        return configured ??= [.. Enumerable.Range(0, options.Partitions).Select(number => this[number])];
    }

    private async Task<IReadOnlyList<RedisPartition>> LookAsync(CancellationToken cancellationToken)
    {
        RedisValue[] ours = [.. Enumerable.Range(0, options.Partitions).Select(number => (RedisValue)number)];
        await work.AskAsync("SADD", redis => redis.SetAddAsync(numbers, ours), cancellationToken);
        var members = await work.AskAsync("SMEMBERS", redis => redis.SetMembersAsync(numbers), cancellationToken);
        var all = members.Select(member => (int)member).Order().Select(number => this[number]).ToList();
        Volatile.Write(ref lookedAt, time.GetTimestamp());
        return known = all;
    }
}
