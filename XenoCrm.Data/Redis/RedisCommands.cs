using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>What the client has no method for, or not all of.</summary>
internal static class RedisCommands
{
    /// <summary>
    /// Makes a pending entry look as if it had been idle for so long, and delivered so often. <c>StreamClaimAsync</c> cannot
    /// say IDLE and RETRYCOUNT; <c>StreamNegativeAcknowledgeAsync</c>, which is like it, asks for a later server than ours.
    /// </summary>
    public static Task<RedisResult> StreamReturnAsync(
        this IDatabase redis, RedisKey stream, string group, string consumer, RedisId id, TimeSpan idle, int deliveries) =>
        redis.ExecuteAsync(
            // JUSTID leaves the delivery count to RETRYCOUNT.
            "XCLAIM",
            stream, group, consumer, 0, id.ToString(), "IDLE", (long)idle.TotalMilliseconds, "RETRYCOUNT", deliveries, "JUSTID");
}
