using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using XenoCrm.Data.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// The receipt stream in Redis Streams (6.2 or later). Appends have a connection of their own: on a shared one each
/// would wait behind the large answers that workers read. How durable an append is, is the server's setting:
/// <see cref="RedisDurability"/> looks at it.
/// </summary>
internal sealed partial class RedisReceiptStream : IReceiptStream, IAsyncDisposable
{
    /// <summary>Entries asked for at a time: more than a few large ones would be too much for one answer.</summary>
    private const int Chunk = 64;

    private readonly RedisKeys keys;
    private readonly TimeProvider clock;
    private readonly long visibility;
    private readonly RedisConnection ingest;
    private readonly RedisConnection work;

    public RedisReceiptStream(string connectionString, TimeProvider clock, IOptions<ReceiptStreamOptions> options, ILogger<RedisReceiptStream> logger)
    {
        this.clock = clock;
        keys = new RedisKeys(options.Value.KeyPrefix);
        visibility = (long)options.Value.Visibility.TotalMilliseconds;
        ingest = new RedisConnection(connectionString, "ingest", logger);
        work = new RedisConnection(connectionString, "work", logger);
    }

    public Task AppendAsync(ReceiptBatch batch, CancellationToken cancellationToken) => ingest.ExecuteAsync(
        "XADD",
        [keys.Stream, "*", .. Fields(batch.ArrivedAt, batch.Trace, ReceiptFormat.Write(batch.Receipts))],
        cancellationToken);

    public async Task<IReadOnlyList<ReceiptEntry>> ReadAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
    {
        var entries = new List<ReceiptEntry>();
        while (receipts > 0)
        {
            var chunk = await ReadChunkAsync(consumer, Math.Min(receipts, Chunk), entries.Count > 0, cancellationToken);
            foreach (var entry in chunk)
            {
                entries.Add(entry.Deliver(deliveries: 1));
                receipts -= entries[^1].Receipts?.Count ?? 1;
            }

            if (chunk.Count < Chunk)
            {
                break;
            }
        }

        return entries;
    }

    public async Task<IReadOnlyList<ReceiptEntry>> ReclaimAsync(ReceiptConsumer consumer, int receipts, CancellationToken cancellationToken)
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
                    "XAUTOCLAIM", [keys.Stream, consumer.Group, consumer.Name, visibility, cursor, "COUNT", Math.Min(receipts, Chunk)], cancellationToken)).Elements();
            }
            catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "NOGROUP"))
            {
                // The next read makes the group.
                return entries;
            }

            cursor = (string)page[0]!;
            var claimed = RedisEntry.ReadAll(page[1]);
            var deliveries = await Task.WhenAll(claimed.Select(entry => DeliveriesAsync(consumer.Group, entry.Id, cancellationToken)));
            foreach (var (entry, number) in claimed.Zip(deliveries))
            {
                entries.Add(entry.Deliver(number));
                receipts -= entries[^1].Receipts?.Count ?? 1;
            }
        }
        while (receipts > 0 && cursor != "0-0");

        return entries;
    }

    public Task AcknowledgeAsync(string group, IReadOnlyCollection<string> entryIds, CancellationToken cancellationToken) =>
        entryIds.Count == 0 ? Task.CompletedTask : work.ExecuteAsync("XACK", [keys.Stream, group, .. entryIds], cancellationToken);

    public Task ReturnAsync(ReceiptConsumer consumer, IReadOnlyCollection<ReturnedEntry> entries, CancellationToken cancellationToken) => Task.WhenAll(
        // An entry can be reclaimed once it has been idle for the visibility time: it is made to look as idle as makes
        // the delay come out. JUSTID leaves the delivery count to RETRYCOUNT.
        entries.Select(entry => work.ExecuteAsync(
            "XCLAIM",
            [
                keys.Stream, consumer.Group, consumer.Name, 0, entry.EntryId,
                "IDLE", Math.Max(0, visibility - (long)entry.Delay.TotalMilliseconds), "RETRYCOUNT", entry.Deliveries, "JUSTID",
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

    public async ValueTask DisposeAsync()
    {
        await ingest.DisposeAsync();
        await work.DisposeAsync();
    }

    private async Task<List<RedisEntry>> ReadChunkAsync(ReceiptConsumer consumer, int count, bool hasGroup, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Nil, or [[key, [entry, …]]], or from RESP3 a map, which the client flattens: [key, [entry, …]].
                var answer = await work.ExecuteAsync(
                    "XREADGROUP", ["GROUP", consumer.Group, consumer.Name, "COUNT", count, "STREAMS", keys.Stream, ">"], cancellationToken);
                return answer.Elements() switch
                {
                    [] => [],
                    [var stream] => RedisEntry.ReadAll(stream.Elements()[1]),
                    var map => RedisEntry.ReadAll(map[1]),
                };
            }
            catch (StoreUnavailableException e) when (!hasGroup && RedisConnection.Refused(e, "NOGROUP"))
            {
                await CreateGroupAsync(consumer.Group, cancellationToken);
                hasGroup = true;
            }
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
