using System.Diagnostics;
using StackExchange.Redis;

namespace XenoCrm.Benchmarks.Limits;

/// <summary>Bodies into a stream of the same Redis, as fast as it takes them: an append each, so many under way at once.</summary>
internal static class RedisLoop
{
    public static async Task<TimeSpan> AppendAsync(string redis, IReadOnlyList<byte[]> bodies, int atOnce)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        var (database, key, next) = (connection.GetDatabase(), (RedisKey)"bare", -1);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < bodies.Count; i = Interlocked.Increment(ref next))
            {
                await database.StreamAddAsync(key, "body", bodies[i]);
            }
        }));
        var took = Stopwatch.GetElapsedTime(started);
        await database.KeyDeleteAsync(key);
        return took;
    }
}
