using System.Globalization;
using System.Text;
using StackExchange.Redis;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Keys and fields. A partition's two streams have one hash tag, so that a cluster keeps them on one node; the tags differ
/// in their ends, which is what spreads them over the slots. The first one's is that of a stream without partitions.
/// <code>
/// xenocrm:{receipts}:stream     1795338000123-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}, …]
/// xenocrm:{receipts}:dead       1795338042007-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}]
///                                                reason … deliveries 5 died 1795338042000
/// xenocrm:{receipts-1}:stream   and so on
/// xenocrm:{receipts}:partitions a set: 0 1 2 3, every partition that anybody has been configured to append to
/// </code>
/// <c>parent</c> and <c>state</c> are left out where there is no trace. Times are Unix milliseconds.
/// </summary>
internal sealed class RedisKeys(string prefix, int partition)
{
    public const string At = "at";
    public const string Parent = "parent";
    public const string State = "state";
    public const string Body = "body";
    public const string Reason = "reason";
    public const string Deliveries = "deliveries";
    public const string Died = "died";

    /// <summary>As objects, because <c>ExecuteAsync</c> takes its arguments so.</summary>
    public object Stream { get; } = (RedisKey)(Tagged(prefix, partition) + "stream");

    public object Dead { get; } = (RedisKey)(Tagged(prefix, partition) + "dead");

    public static object Partitions(string prefix) => (RedisKey)(Tagged(prefix, partition: 0) + "partitions");

    private static string Tagged(string prefix, int partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{receipts{(partition == 0 ? "" : $"-{partition}")}}}:");
}

/// <summary>An entry as Redis answers with it: <c>[id, [field, value, …]]</c>.</summary>
internal sealed record RedisEntry(string Id, IReadOnlyDictionary<string, byte[]> Fields)
{
    public DateTimeOffset ArrivedAt => Time(RedisKeys.At);

    public TraceContext? Trace => Text(RedisKeys.Parent) is { } parent ? new TraceContext(parent, Text(RedisKeys.State)) : null;

    public byte[] Body => Fields.GetValueOrDefault(RedisKeys.Body, []);

    public string? Text(string field) => Fields.TryGetValue(field, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Without the field, the time at which Redis stored the entry, which is the first half of its id.</summary>
    public DateTimeOffset Time(string field) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.TryParse(Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : (long)RedisId.Parse(Id).Milliseconds);

    public ReceiptEntry Deliver(int partition, int deliveries) => new()
    {
        Id = new PartitionedId(partition, RedisId.Parse(Id)).ToString(),
        Deliveries = deliveries,
        Receipts = ReceiptFormat.Read(Body),
        Body = Body,
        ArrivedAt = ArrivedAt,
        Trace = Trace,
    };

    /// <summary>Of a dead letter: it never was an entry.</summary>
    public bool IsRejected => Text(RedisKeys.Deliveries) == "0";

    public DeadReceipt ToDeadReceipt(int partition) => DeadReceipt.Of(
        new PartitionedId(partition, RedisId.Parse(Id)).ToString(),
        Body,
        Text(RedisKeys.Reason) ?? "",
        int.TryParse(Text(RedisKeys.Deliveries), NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries) ? deliveries : 1,
        ArrivedAt,
        Time(RedisKeys.Died));

    /// <summary>A list of entries. An entry that was deleted while it was pending is nil, or its fields are: both are left out.</summary>
    public static List<RedisEntry> ReadAll(RedisResult result)
    {
        var entries = new List<RedisEntry>();
        foreach (var element in result.Elements())
        {
            if (element.Elements() is [var id, { IsNull: false } fields])
            {
                entries.Add(new RedisEntry((string)id!, ReadFields(fields.Elements())));
            }
        }

        return entries;
    }

    private static Dictionary<string, byte[]> ReadFields(RedisResult[] pairs)
    {
        var fields = new Dictionary<string, byte[]>(pairs.Length / 2);
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            fields[(string)pairs[i]!] = (byte[])pairs[i + 1]!;
        }

        return fields;
    }
}
