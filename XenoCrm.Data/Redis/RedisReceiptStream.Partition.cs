using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>What is asked of one partition. Ids are its stream's own here.</summary>
internal sealed partial class RedisReceiptStream
{
    /// <summary>Entries reclaimed at a time: more than a few large ones would be too much for one answer.</summary>
    private const int ReclaimChunk = 64;

    private Task AppendAsync(RedisPartition partition, ReceiptBatch batch, CancellationToken cancellationToken) =>
        GatheredAppends.Takes(batch)
            ? gathered.GetOrAdd(partition.Number, _ => new((together, none) => AppendEntryAsync(partition, together, none)))
                .AppendAsync(batch, cancellationToken)
            : AppendEntryAsync(partition, batch, cancellationToken);

    private async Task AppendEntryAsync(RedisPartition partition, ReceiptBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Receipts.Count > 0)
        {
            await AddAsync(
                ingest,
                partition.Stream,
                RedisEntry.Fields(batch.ArrivedAt, batch.Trace, ReceiptFormat.Write(batch.Receipts)),
                cancellationToken);
        }

        // After the good ones, which do no harm if they come again because this fails.
        if (batch.Rejected.Count > 0)
        {
            await Task.WhenAll(Letters(batch).Select(letter => AddAsync(ingest, partition.Dead, letter, cancellationToken)));
        }
    }

    /// <summary>Up to <paramref name="count"/> new entries; makes the group if it is not there.</summary>
    private async Task<List<ReceiptEntry>> ReadAsync(
        RedisPartition partition, ReceiptConsumer consumer, int count, CancellationToken cancellationToken)
    {
        for (var hasGroup = false; ; hasGroup = true)
        {
            try
            {
                var entries = await work.AskAsync(
                    "XREADGROUP",
                    redis => redis.StreamReadGroupAsync(partition.Stream, consumer.Group, consumer.Name, StreamPosition.NewMessages, count),
                    cancellationToken);
                return [.. entries.Select(entry => entry.ToReceiptEntry(partition, deliveries: 1))];
            }
            catch (StoreUnavailableException e) when (!hasGroup && RedisConnection.Refused(e, "NOGROUP"))
            {
                await CreateGroupAsync(partition, consumer.Group, cancellationToken);
            }
        }
    }

    /// <summary>Entries that are due again, until they hold <paramref name="receipts"/> receipts.</summary>
    private async Task<List<ReceiptEntry>> ReclaimAsync(
        RedisPartition partition, ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        var entries = new List<ReceiptEntry>();
        RedisValue next = "0-0";
        do
        {
            // A page may be empty and still not be the last.
            StreamAutoClaimResult page;
            try
            {
                page = await work.AskAsync(
                    "XAUTOCLAIM",
                    redis => redis.StreamAutoClaimAsync(
                        partition.Stream,
                        consumer.Group,
                        consumer.Name,
                        (long)visibility.TotalMilliseconds,
                        next,
                        Math.Min(receipts, ReclaimChunk)),
                    cancellationToken);
            }
            catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "NOGROUP"))
            {
                // The next read makes the group.
                return entries;
            }

            next = page.NextStartId;

            // One that was deleted while it was pending is nil before Redis 7, and not there since.
            var claimed = page.ClaimedEntries.Where(entry => entry.Values is { Length: > 0 }).ToList();
            var deliveries = await Task.WhenAll(claimed.Select(entry => DeliveriesAsync(partition, consumer, entry.Id, cancellationToken)));
            foreach (var (entry, delivered) in claimed.Zip(deliveries))
            {
                entries.Add(entry.ToReceiptEntry(partition, delivered));
                receipts -= entries[^1].Receipts?.Count ?? 1;
            }
        }
        while (receipts > 0 && next != "0-0");

        return entries;
    }

    private Task AcknowledgeAsync(RedisPartition partition, string group, IEnumerable<RedisId> ids, CancellationToken cancellationToken) =>
        work.AskAsync("XACK", redis => redis.StreamAcknowledgeAsync(partition.Stream, group, Values(ids)), cancellationToken);

    // An entry can be reclaimed once it has been idle for the visibility time: it is made to look as idle as makes the
    // delay come out.
    private Task ReturnAsync(
        RedisPartition partition, ReceiptConsumer consumer, RedisId id, ReturnedEntry entry, CancellationToken cancellationToken)
    {
        var idle = entry.Delay < visibility ? visibility - entry.Delay : TimeSpan.Zero;
        return work.AskAsync(
            "XCLAIM",
            redis => redis.StreamReturnAsync(partition.Stream, consumer.Group, consumer.Name, id, idle, entry.Deliveries),
            cancellationToken);
    }

    private async Task LeaveAsync(RedisPartition partition, ReceiptConsumer consumer, CancellationToken cancellationToken)
    {
        try
        {
            // Deleting a consumer forgets what it has, unacknowledged: so it stays while it has something.
            var pending = await work.AskAsync(
                "XPENDING",
                redis => redis.StreamPendingMessagesAsync(partition.Stream, consumer.Group, count: 1, consumer.Name),
                cancellationToken);
            if (pending.Length == 0)
            {
                await work.AskAsync(
                    "XGROUP", redis => redis.StreamDeleteConsumerAsync(partition.Stream, consumer.Group, consumer.Name), cancellationToken);
            }
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "NOGROUP"))
        {
            // Gone with its group.
        }
    }

    private async Task CreateGroupAsync(RedisPartition partition, string group, CancellationToken cancellationToken)
    {
        try
        {
            // From the beginning: what came before the first worker is work, too.
            await work.AskAsync(
                "XGROUP",
                redis => redis.StreamCreateConsumerGroupAsync(partition.Stream, group, StreamPosition.Beginning, createStream: true),
                cancellationToken);
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "BUSYGROUP"))
        {
            // Another worker was faster.
        }
    }

    /// <summary>How often an entry was delivered: XAUTOCLAIM does not say, XPENDING does.</summary>
    private async Task<int> DeliveriesAsync(
        RedisPartition partition, ReceiptConsumer consumer, RedisValue id, CancellationToken cancellationToken)
    {
        var pending = await work.AskAsync(
            "XPENDING",
            redis => redis.StreamPendingMessagesAsync(partition.Stream, consumer.Group, count: 1, RedisValue.Null, minId: id, maxId: id),
            cancellationToken);
        return pending is [var message] ? message.DeliveryCount : 1;
    }

    private static Task AddAsync(RedisConnection redis, RedisKey stream, NameValueEntry[] fields, CancellationToken cancellationToken) =>
        redis.AskAsync("XADD", database => database.StreamAddAsync(stream, fields), cancellationToken);

    private static RedisValue[] Values(IEnumerable<RedisId> ids) => [.. ids.Distinct().Select(id => (RedisValue)id.ToString())];
}
