using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>The dead letters of all partitions as one list.</summary>
internal sealed partial class RedisReceiptStream
{
    public Task DeadLetterAsync(string group, IReadOnlyCollection<Burial> burials, CancellationToken cancellationToken) => Task.WhenAll(
        ByPartition(burials, burial => burial.Entry.Id).Select(async part =>
        {
            await part.Key.BuryAsync(part.Select(burial => burial.Thing), cancellationToken);
            await part.Key.AcknowledgeAsync(group, part.Select(burial => burial.Id), cancellationToken);
        }));

    public async Task<Page<DeadReceipt>> ListDeadAsync(PageRequest page, CancellationToken cancellationToken)
    {
        PartitionedId? last = page.Cursor is not { } cursor ? null
            : PartitionedId.TryParse(Cursor.Decode(DeadReceipt.List, cursor), out var id) ? id : throw new InvalidCursorException();

        // Each partition's own next ones: the page's items are among them. With one missing there would be a hole.
        var all = await partitions.AllAsync(cancellationToken);
        var parts = await Task.WhenAll(all.Select(partition => partition.ListDeadAsync(last, page.Limit + 1, cancellationToken)));
        var newest = parts.SelectMany(part => part).OrderByDescending(dead => Order(dead.Id)).Take(page.Limit + 1);
        return Cursor.Page(DeadReceipt.List, [.. newest], page.Limit, dead => dead.Id);
    }

    public async Task<int> ReplayDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken)
    {
        var replayed = await Task.WhenAll(ids is null
            ? (await partitions.AllAsync(cancellationToken)).Select(partition => partition.ReplayAllDeadAsync(cancellationToken))
            : ByPartition(ids, id => id).Select(part => part.Key.ReplayDeadAsync(part.Select(dead => dead.Id), cancellationToken)));
        return replayed.Sum();
    }

    public async Task<int> DiscardDeadAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken)
    {
        var discarded = await Task.WhenAll(ids is null
            ? (await partitions.AllAsync(cancellationToken)).Select(partition => partition.DiscardAllRejectedAsync(cancellationToken))
            : ByPartition(ids, id => id).Select(part => part.Key.DiscardDeadAsync(part.Select(dead => dead.Id), cancellationToken)));
        return discarded.Sum();
    }

    private static PartitionedId Order(string id) => PartitionedId.TryParse(id, out var order) ? order : default;
}
