using System.Globalization;
using StackExchange.Redis;

namespace XenoCrm.Data.Redis;

/// <summary>
/// One partition of the receipt stream: a Redis stream with its groups, and the dead letters of its entries. Its two keys
/// have one hash tag, so that a cluster keeps them on one node; the tags differ in their ends, which is what spreads them
/// over the slots. The first one's is that of a stream without partitions. See <see cref="RedisEntry"/> for what is in them.
/// <code>
/// xenocrm:{receipts}:stream     entries
/// xenocrm:{receipts}:dead       dead letters
/// xenocrm:{receipts-1}:stream   and so on
/// xenocrm:{receipts}:partitions a set: 0 1 2 3, every partition that anybody has been configured to append to
/// </code>
/// </summary>
internal sealed record RedisPartition(int Number, RedisKey Stream, RedisKey Dead)
{
    public static RedisPartition Of(string prefix, int number) => new(number, Key(prefix, number, "stream"), Key(prefix, number, "dead"));

    public static RedisKey Numbers(string prefix) => Key(prefix, number: 0, "partitions");

    private static RedisKey Key(string prefix, int number, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{receipts{(number == 0 ? "" : $"-{number}")}}}:{name}");
}
