using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// One partition of the receipt stream: a Redis stream with its groups, and the dead letters of its entries. Ids are the
/// streams' own here.
/// </summary>
/// <param name="number">From 0.</param>
/// <param name="prefix">What its keys start with.</param>
/// <param name="visibility">Milliseconds after which an entry may be reclaimed.</param>
/// <param name="ingest">The connection of appends.</param>
/// <param name="work">The connection of everything else.</param>
/// <param name="clock">Tells when a receipt died.</param>
internal sealed partial class RedisPartition(int number, string prefix, long visibility, RedisConnection ingest, RedisConnection work, TimeProvider clock)
{
    /// <summary>Entries reclaimed at a time: more than a few large ones would be too much for one answer.</summary>
    private const int ReclaimChunk = 64;

    private readonly RedisKeys keys = new(prefix, number);

    public int Number => number;

    public async Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Receipts.Count > 0)
        {
            var body = ReceiptFormat.Write(batch.Receipts);
            await ingest.ExecuteAsync("XADD", [keys.Stream, "*", .. Fields(batch.ArrivedAt, batch.Trace, body)], cancellationToken);
        }

        // After the good ones, which do no harm if they come again because this fails.
        if (batch.Rejected.Count > 0)
        {
            await RejectAsync(batch, cancellationToken);
        }
    }

    /// <summary>Up to <paramref name="count"/> new entries; makes the group if it is not there.</summary>
    public async Task<List<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int count, CancellationToken cancellationToken)
    {
        for (var hasGroup = false; ; hasGroup = true)
        {
            try
            {
                // Nil, or [[key, [entry, …]]], or from RESP3 a map, which the client flattens: [key, [entry, …]].
                var answer = await work.ExecuteAsync(
                    "XREADGROUP", ["GROUP", consumer.Group, consumer.Name, "COUNT", count, "STREAMS", keys.Stream, ">"], cancellationToken);
                var entries = answer.Elements() switch
                {
                    [] => [],
                    [var stream] => RedisEntry.ReadAll(stream.Elements()[1]),
                    var map => RedisEntry.ReadAll(map[1]),
                };
                return entries.ConvertAll(entry => entry.Deliver(number, deliveries: 1));
            }
            catch (StoreUnavailableException e) when (!hasGroup && RedisConnection.Refused(e, "NOGROUP"))
            {
                await CreateGroupAsync(consumer.Group, cancellationToken);
            }
        }
    }

    /// <summary>Entries that are due again, until they hold <paramref name="receipts"/> receipts.</summary>
    public async Task<List<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        var entries = new List<ReceiptEntry>();
        var cursor = "0-0";
        do
        {
            // [next cursor, [entry, …], [id of a deleted entry, …]]. A page may be empty and still not be the last.
            RedisResult[] page;
            try
            {
                page = (await work.ExecuteAsync(
                    "XAUTOCLAIM", [keys.Stream, consumer.Group, consumer.Name, visibility, cursor, "COUNT", Math.Min(receipts, ReclaimChunk)], cancellationToken)).Elements();
            }
            catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "NOGROUP"))
            {
                // The next read makes the group.
                return entries;
            }

            cursor = (string)page[0]!;
            var claimed = RedisEntry.ReadAll(page[1]);
            var deliveries = await Task.WhenAll(claimed.Select(entry => DeliveriesAsync(consumer.Group, entry.Id, cancellationToken)));
            foreach (var (entry, delivered) in claimed.Zip(deliveries))
            {
                entries.Add(entry.Deliver(number, delivered));
                receipts -= entries[^1].Receipts?.Count ?? 1;
            }
        }
        while (receipts > 0 && cursor != "0-0");

        return entries;
    }

    public Task AcknowledgeAsync(string group, IEnumerable<RedisId> ids, CancellationToken cancellationToken) =>
        work.ExecuteAsync("XACK", [keys.Stream, group, .. ids.Select(id => id.ToString())], cancellationToken);

    public Task ReturnAsync(ReceiptConsumer consumer, IEnumerable<(RedisId Id, ReturnedEntry Entry)> entries, CancellationToken cancellationToken) => Task.WhenAll(
        // An entry can be reclaimed once it has been idle for the visibility time: it is made to look as idle as makes
        // the delay come out. JUSTID leaves the delivery count to RETRYCOUNT.
        entries.Select(returned => work.ExecuteAsync(
            "XCLAIM",
            [
                keys.Stream, consumer.Group, consumer.Name, 0, returned.Id.ToString(),
                "IDLE", Math.Max(0, visibility - (long)returned.Entry.Delay.TotalMilliseconds), "RETRYCOUNT", returned.Entry.Deliveries, "JUSTID",
            ],
            cancellationToken)));

    public async Task LeaveAsync(ReceiptConsumer consumer, CancellationToken cancellationToken)
    {
        try
        {
            // Deleting a consumer forgets what it has, unacknowledged: so it stays while it has something.
            var pending = await work.ExecuteAsync("XPENDING", [keys.Stream, consumer.Group, "-", "+", 1, consumer.Name], cancellationToken);
            if (pending.Elements() is [])
            {
                await work.ExecuteAsync("XGROUP", ["DELCONSUMER", keys.Stream, consumer.Group, consumer.Name], cancellationToken);
            }
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "NOGROUP"))
        {
            // Gone with its group.
        }
    }

    private async Task CreateGroupAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            // From the beginning: what came before the first worker is work, too.
            await work.ExecuteAsync("XGROUP", ["CREATE", keys.Stream, group, "0", "MKSTREAM"], cancellationToken);
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "BUSYGROUP"))
        {
            // Another worker was faster.
        }
    }

    /// <summary>XAUTOCLAIM does not say; XPENDING does: <c>[[id, consumer, idle ms, deliveries]]</c>.</summary>
    private async Task<int> DeliveriesAsync(string group, string id, CancellationToken cancellationToken)
    {
        var pending = await work.ExecuteAsync("XPENDING", [keys.Stream, group, id, id, 1], cancellationToken);
        return pending.Elements() is [var row] && row.Elements() is [_, _, _, var deliveries] ? (int)deliveries : 1;
    }

    private static IEnumerable<object> Fields(DateTimeOffset arrivedAt, TraceContext? trace, byte[] body)
    {
        yield return RedisKeys.At;
        yield return arrivedAt.ToUnixTimeMilliseconds();
        if (trace is not null)
        {
            yield return RedisKeys.Parent;
            yield return trace.Parent;
            if (trace.State is not null)
            {
                yield return RedisKeys.State;
                yield return trace.State;
            }
        }

        yield return RedisKeys.Body;
        yield return body;
    }
}
