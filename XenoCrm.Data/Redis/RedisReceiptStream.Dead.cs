using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>The dead letters of all partitions as one list.</summary>
internal sealed partial class RedisReceiptStream
{
    private const int ReplayChunk = 256;

    public Task DeadLetterAsync(string group, IReadOnlyCollection<Burial> burials, CancellationToken cancellationToken) => Task.WhenAll(
        ByPartition(burials, burial => burial.Entry.Id).Select(async part =>
        {
            var letters = part.SelectMany(burial => Letters(burial.Thing));
            await Task.WhenAll(letters.Select(letter => AddAsync(work, part.Key.Dead, letter, cancellationToken)));
            await AcknowledgeAsync(part.Key, group, part.Select(burial => burial.Id), cancellationToken);
        }));

    public async Task<Page<DeadReceipt>> ListDeadAsync(PageRequest page, CancellationToken cancellationToken)
    {
        PartitionedId? last = page.Cursor is not { } cursor ? null
            : PartitionedId.TryParse(Cursor.Decode(DeadReceipt.List, cursor), out var id) ? id : throw new InvalidCursorException();

        // Each partition's own next ones: the page's items are among them. With one missing there would be a hole.
        var all = await partitions.AllAsync(cancellationToken);
        var parts = await Task.WhenAll(all.Select(partition => ListDeadAsync(partition, last, page.Limit + 1, cancellationToken)));
        var newest = parts.SelectMany(part => part).OrderByDescending(dead => PlaceOf(dead.Id)).Take(page.Limit + 1);
        return Cursor.Page(DeadReceipt.List, [.. newest], page.Limit, dead => dead.Id);
    }

    public Task<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        WithDeadAsync(ids, ReplayAsync, cancellationToken);

    public Task<int> DiscardDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        WithDeadAsync(ids, ids is null ? DiscardRejectedAsync : DeleteDeadAsync, cancellationToken);

    private static PartitionedId PlaceOf(string id) => PartitionedId.TryParse(id, out var place) ? place : default;

    private IEnumerable<NameValueEntry[]> Letters(Burial burial) => burial.Bodies().Select(body => RedisEntry.DeadFields(
        burial.Entry.ArrivedAt, burial.Entry.Trace, body, burial.Reason, burial.Entry.Deliveries, time.GetUtcNow()));

    private IEnumerable<NameValueEntry[]> Letters(ReceiptBatch batch) => batch.Rejected.Select(rejected => RedisEntry.DeadFields(
        batch.ArrivedAt, batch.Trace, ReceiptFormat.Write(rejected), rejected.Reason, deliveries: 0, time.GetUtcNow()));

    /// <summary>The newest <paramref name="limit"/> of those that come after <paramref name="last"/> in the list of all.</summary>
    private async Task<IEnumerable<DeadReceipt>> ListDeadAsync(
        RedisPartition partition, PartitionedId? last, int limit, CancellationToken cancellationToken)
    {
        // Of two letters with the same id the one in the higher partition comes first.
        var from = last is { } before ? (partition.Number < before.Partition ? "" : "(") + before.Id : "+";
        var letters = await work.AskAsync(
            "XREVRANGE", redis => redis.StreamRangeAsync(partition.Dead, "-", from, limit, Order.Descending), cancellationToken);
        return letters.Select(dead => dead.ToDeadReceipt(partition));
    }

    /// <summary>Does something with those that are named, or with all. Answers the sum.</summary>
    private async Task<int> WithDeadAsync(IReadOnlyCollection<string>? ids, DeadAction act, CancellationToken cancellationToken)
    {
        var done = await Task.WhenAll(ids is null
            ? (await partitions.AllAsync(cancellationToken)).Select(partition => WithAllDeadAsync(partition, act, cancellationToken))
            : ByPartition(ids, id => id).Select(async part =>
            {
                var found = await Task.WhenAll(
                    Values(part.Select(dead => dead.Id)).Select(id => DeadRangeAsync(part.Key, id, id, count: 1, cancellationToken)));
                return await act(part.Key, [.. found.SelectMany(letters => letters)], cancellationToken);
            }));
        return done.Sum();
    }

    /// <summary>All that there are now; what dies while this goes on is left for another time.</summary>
    private async Task<int> WithAllDeadAsync(RedisPartition partition, DeadAction act, CancellationToken cancellationToken)
    {
        var newest = await work.AskAsync(
            "XREVRANGE", redis => redis.StreamRangeAsync(partition.Dead, "-", "+", 1, Order.Descending), cancellationToken);
        var done = 0;
        RedisValue from = "-";
        while (newest is [var last]
            && await DeadRangeAsync(partition, from, last.Id, ReplayChunk, cancellationToken) is { Length: > 0 } letters)
        {
            done += await act(partition, letters, cancellationToken);
            from = "(" + letters[^1].Id;
        }

        return done;
    }

    private async Task<int> ReplayAsync(RedisPartition partition, StreamEntry[] dead, CancellationToken cancellationToken)
    {
        // First back into the stream, then away from here: a crash between them leaves one twice, which changes nothing.
        var good = Array.FindAll(dead, letter => !letter.IsRejected());
        await Task.WhenAll(good.Select(letter => AddAsync(work, partition.Stream, letter.ReplayFields(), cancellationToken)));
        return await DeleteDeadAsync(partition, good, cancellationToken);
    }

    private Task<int> DiscardRejectedAsync(RedisPartition partition, StreamEntry[] dead, CancellationToken cancellationToken) =>
        DeleteDeadAsync(partition, Array.FindAll(dead, letter => letter.IsRejected()), cancellationToken);

    private async Task<int> DeleteDeadAsync(RedisPartition partition, StreamEntry[] dead, CancellationToken cancellationToken)
    {
        RedisValue[] ids = [.. dead.Select(letter => letter.Id)];
        return ids.Length == 0
            ? 0
            : (int)await work.AskAsync("XDEL", redis => redis.StreamDeleteAsync(partition.Dead, ids), cancellationToken);
    }

    private Task<StreamEntry[]> DeadRangeAsync(
        RedisPartition partition, RedisValue from, RedisValue to, int count, CancellationToken cancellationToken) =>
        work.AskAsync("XRANGE", redis => redis.StreamRangeAsync(partition.Dead, from, to, count), cancellationToken);

    /// <summary>Answers how many of them it was done to.</summary>
    private delegate Task<int> DeadAction(RedisPartition partition, StreamEntry[] dead, CancellationToken cancellationToken);
}
