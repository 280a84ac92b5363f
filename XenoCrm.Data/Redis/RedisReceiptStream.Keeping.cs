using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>What keeps a partition small, and tells how it is.</summary>
internal sealed partial class RedisReceiptStream
{
    private async Task<long> TrimAsync(RedisPartition partition, CancellationToken cancellationToken)
    {
        RedisId? floor = null;
        foreach (var group in await GroupsAsync(partition, cancellationToken))
        {
            var pending = await work.AskAsync(
                "XPENDING", redis => redis.StreamPendingAsync(partition.Stream, group.Name), cancellationToken);
            var done = pending.PendingMessageCount > 0
                ? RedisId.Parse(pending.LowestPendingMessageId.ToString())
                : RedisId.Parse(group.LastDeliveredId!).Next;
            floor = floor is { } lowest && lowest.CompareTo(done) <= 0 ? lowest : done;
        }

        // By id, never by length: what a group has not had is not counted away. Without a group nothing is done with.
        return floor is { } id
            ? await work.AskAsync("XTRIM", redis => redis.StreamTrimByMinIdAsync(partition.Stream, id.ToString()), cancellationToken)
            : 0;
    }

    private async Task<ReceiptBacklog> InfoAsync(RedisPartition partition, string group, CancellationToken cancellationToken)
    {
        var length = await work.AskAsync("XLEN", redis => redis.StreamLengthAsync(partition.Stream), cancellationToken);
        var dead = await work.AskAsync("XLEN", redis => redis.StreamLengthAsync(partition.Dead), cancellationToken);
        foreach (var state in (await GroupsAsync(partition, cancellationToken)).Where(state => state.Name == group))
        {
            // The lag is known from 7.0 on, and not always.
            return new ReceiptBacklog(length, state.Lag, state.PendingMessageCount, dead);
        }

        return new ReceiptBacklog(length, length, 0, dead);
    }

    private async Task<StreamGroupInfo[]> GroupsAsync(RedisPartition partition, CancellationToken cancellationToken)
    {
        try
        {
            return await work.AskAsync("XINFO", redis => redis.StreamGroupInfoAsync(partition.Stream), cancellationToken);
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "ERR no such key"))
        {
            return [];
        }
    }
}
