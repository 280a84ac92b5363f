using StackExchange.Redis;
using XenoCrm.Core;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>The dead letters, and what keeps the partition small.</summary>
internal sealed partial class RedisPartition
{
    private const int ReplayChunk = 256;

    /// <summary>Keeps what has died; who calls acknowledges it after that.</summary>
    public Task BuryAsync(IEnumerable<Burial> burials, CancellationToken cancellationToken) => Task.WhenAll(burials.SelectMany(burial => burial.Bodies().Select(body => work.ExecuteAsync(
        "XADD",
        [
            keys.Dead, "*", .. Fields(burial.Entry.ArrivedAt, burial.Entry.Trace, body),
            RedisKeys.Reason, burial.Reason, RedisKeys.Deliveries, burial.Entry.Deliveries, RedisKeys.Died, clock.GetUtcNow().ToUnixTimeMilliseconds(),
        ],
        cancellationToken))));

    private Task RejectAsync(ReceiptBatch batch, CancellationToken cancellationToken) => Task.WhenAll(batch.Rejected.Select(rejected =>
        ingest.ExecuteAsync(
            "XADD",
            [
                keys.Dead, "*", .. Fields(batch.ArrivedAt, batch.Trace, ReceiptFormat.Write(rejected)),
                RedisKeys.Reason, rejected.Reason, RedisKeys.Deliveries, 0, RedisKeys.Died, clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ],
            cancellationToken)));

    /// <summary>The newest <paramref name="limit"/> of the dead letters that come after <paramref name="last"/> in the list of all partitions.</summary>
    public async Task<IEnumerable<DeadReceipt>> ListDeadAsync(PartitionedId? last, int limit, CancellationToken cancellationToken)
    {
        // Of two letters with the same id the one in the higher partition comes first.
        var from = last is { } before ? (number < before.Partition ? "" : "(") + before.Id : "+";
        var entries = RedisEntry.ReadAll(await work.ExecuteAsync("XREVRANGE", [keys.Dead, from, "-", "COUNT", limit], cancellationToken));
        return entries.Select(entry => entry.ToDeadReceipt(number));
    }

    public async Task<int> ReplayDeadAsync(IEnumerable<RedisId> ids, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(ids.Distinct().Select(id => DeadRangeAsync(id.ToString(), id.ToString(), 1, cancellationToken)));
        return await ReplayAsync([.. found.SelectMany(entries => entries)], cancellationToken);
    }

    public Task<int> ReplayAllDeadAsync(CancellationToken cancellationToken) => ForAllDeadAsync(ReplayAsync, cancellationToken);

    public async Task<int> DiscardDeadAsync(IEnumerable<RedisId> ids, CancellationToken cancellationToken) =>
        (int)await work.ExecuteAsync("XDEL", [keys.Dead, .. ids.Distinct().Select(id => id.ToString())], cancellationToken);

    public Task<int> DiscardAllRejectedAsync(CancellationToken cancellationToken) => ForAllDeadAsync(
        (entries, token) => DeleteDeadAsync([.. entries.Where(entry => entry.IsRejected)], token), cancellationToken);

    public async Task<long> TrimAsync(CancellationToken cancellationToken)
    {
        RedisId? floor = null;
        foreach (var group in await GroupsAsync(cancellationToken))
        {
            var done = group.OldestPending ?? group.LastDelivered.Next;
            floor = floor is { } lowest && lowest.CompareTo(done) <= 0 ? lowest : done;
        }

        // By id, never by length: what a group has not had is not counted away. Without a group nothing is done with.
        return floor is { } id ? (long)await work.ExecuteAsync("XTRIM", [keys.Stream, "MINID", id.ToString()], cancellationToken) : 0;
    }

    public async Task<ReceiptBacklog> InfoAsync(string group, CancellationToken cancellationToken)
    {
        var length = (long)await work.ExecuteAsync("XLEN", [keys.Stream], cancellationToken);
        var dead = (long)await work.ExecuteAsync("XLEN", [keys.Dead], cancellationToken);
        var state = (await GroupsAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Name == group);
        return state is null ? new ReceiptBacklog(length, length, 0, dead) : new ReceiptBacklog(length, state.Lag, state.Pending, dead);
    }

    /// <summary>All that there are now; what dies while this goes on is left for another time. Answers the sum.</summary>
    private async Task<int> ForAllDeadAsync(Func<List<RedisEntry>, CancellationToken, Task<int>> act, CancellationToken cancellationToken)
    {
        var newest = RedisEntry.ReadAll(await work.ExecuteAsync("XREVRANGE", [keys.Dead, "+", "-", "COUNT", 1], cancellationToken));
        var done = 0;
        var from = "-";
        while (newest is [var last] && await DeadRangeAsync(from, last.Id, ReplayChunk, cancellationToken) is { Count: > 0 } entries)
        {
            done += await act(entries, cancellationToken);
            from = "(" + entries[^1].Id;
        }

        return done;
    }

    private async Task<int> ReplayAsync(List<RedisEntry> dead, CancellationToken cancellationToken)
    {
        // First back into the stream, then away from here: a crash between them leaves one twice, which changes nothing.
        var good = dead.FindAll(entry => !entry.IsRejected);
        await Task.WhenAll(good.Select(entry => work.ExecuteAsync(
            "XADD", [keys.Stream, "*", .. Fields(entry.ArrivedAt, entry.Trace, entry.Body)], cancellationToken)));
        return await DeleteDeadAsync(good, cancellationToken);
    }

    private async Task<int> DeleteDeadAsync(List<RedisEntry> dead, CancellationToken cancellationToken) =>
        dead.Count == 0 ? 0 : (int)await work.ExecuteAsync("XDEL", [keys.Dead, .. dead.Select(entry => entry.Id)], cancellationToken);

    private async Task<List<RedisEntry>> DeadRangeAsync(string from, string to, int count, CancellationToken cancellationToken) =>
        RedisEntry.ReadAll(await work.ExecuteAsync("XRANGE", [keys.Dead, from, to, "COUNT", count], cancellationToken));

    private async Task<List<GroupState>> GroupsAsync(CancellationToken cancellationToken)
    {
        RedisResult[] rows;
        try
        {
            rows = (await work.ExecuteAsync("XINFO", ["GROUPS", keys.Stream], cancellationToken)).Elements();
        }
        catch (StoreUnavailableException e) when (RedisConnection.Refused(e, "ERR no such key"))
        {
            return [];
        }

        var groups = new List<GroupState>();
        foreach (var row in rows)
        {
            // [name, …, consumers, 1, pending, 2, last-delivered-id, 1-1, entries-read, 7, lag, 0]; lag from 7.0 on, and at times nil.
            var fields = row.Elements().Chunk(2).ToDictionary(pair => (string)pair[0]!, pair => pair[1]);
            var name = (string)fields["name"]!;
            groups.Add(new GroupState(
                name,
                (long)fields["pending"],
                fields.TryGetValue("lag", out var lag) && !lag.IsNull ? (long)lag : null,
                RedisId.Parse((string)fields["last-delivered-id"]!),
                await OldestPendingAsync(name, cancellationToken)));
        }

        return groups;
    }

    /// <summary>The summary form of XPENDING: <c>[how many, lowest id, highest id, [[consumer, how many], …]]</c>.</summary>
    private async Task<RedisId?> OldestPendingAsync(string group, CancellationToken cancellationToken)
    {
        var summary = (await work.ExecuteAsync("XPENDING", [keys.Stream, group], cancellationToken)).Elements();
        return summary[1].IsNull ? null : RedisId.Parse((string)summary[1]!);
    }

    private sealed record GroupState(string Name, long Pending, long? Lag, RedisId LastDelivered, RedisId? OldestPending);
}
