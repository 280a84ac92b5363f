using System.Globalization;
using StackExchange.Redis;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// The fields of an entry and of a dead letter. Times are Unix milliseconds.
/// <code>
/// 1795338000123-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}, …]
/// 1795338042007-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}] reason … deliveries 5 died 1795338042000
/// </code>
/// <c>parent</c> and <c>state</c> are left out where there is no trace.
/// </summary>
internal static class RedisEntry
{
    private const string At = "at";
    private const string Parent = "parent";
    private const string State = "state";
    private const string Body = "body";
    private const string Reason = "reason";
    private const string Deliveries = "deliveries";
    private const string Died = "died";

    public static NameValueEntry[] Fields(DateTimeOffset arrivedAt, TraceContext? trace, ReadOnlyMemory<byte> body) =>
    [
        new(At, arrivedAt.ToUnixTimeMilliseconds()),
        .. trace is null ? (NameValueEntry[])[] : [new(Parent, trace.Parent)],
        .. trace?.State is { } state ? (NameValueEntry[])[new(State, state)] : [],
        new(Body, body),
    ];

    public static NameValueEntry[] DeadFields(
        DateTimeOffset arrivedAt, TraceContext? trace, ReadOnlyMemory<byte> body, string reason, int deliveries, DateTimeOffset diedAt) =>
    [
        .. Fields(arrivedAt, trace, body),
        new(Reason, reason),
        new(Deliveries, deliveries),
        new(Died, diedAt.ToUnixTimeMilliseconds()),
    ];

    /// <summary>The fields of a dead letter as it goes back into the stream.</summary>
    public static NameValueEntry[] ReplayFields(this StreamEntry dead) => Fields(dead.ReadTime(At), dead.ReadTrace(), dead.ReadBody());

    public static ReceiptEntry ToReceiptEntry(this StreamEntry entry, RedisPartition partition, int deliveries)
    {
        var body = entry.ReadBody();
        return new ReceiptEntry
        {
            Id = entry.PartitionedId(partition),
            Deliveries = deliveries,
            Receipts = ReceiptFormat.Read(body),
            Body = body,
            ArrivedAt = entry.ReadTime(At),
            Trace = entry.ReadTrace(),
        };
    }

    public static DeadReceipt ToDeadReceipt(this StreamEntry dead, RedisPartition partition) => DeadReceipt.Of(
        dead.PartitionedId(partition),
        dead.ReadBody(),
        (string?)dead[Reason] ?? "",
        (int)(dead.ReadNumber(Deliveries) ?? 1),
        dead.ReadTime(At),
        dead.ReadTime(Died));

    /// <summary>Of a dead letter: it never was an entry.</summary>
    public static bool IsRejected(this StreamEntry dead) => dead[Deliveries] == "0";

    private static string PartitionedId(this StreamEntry entry, RedisPartition partition) =>
        new PartitionedId(partition.Number, entry.ReadId()).ToString();

    private static RedisId ReadId(this StreamEntry entry) => RedisId.Parse(entry.Id.ToString());

    private static byte[] ReadBody(this StreamEntry entry) => (byte[]?)entry[Body] ?? [];

    private static TraceContext? ReadTrace(this StreamEntry entry) =>
        (string?)entry[Parent] is { } parent ? new TraceContext(parent, entry[State]) : null;

    /// <summary>Without the field, the time at which Redis stored the entry, which is the first half of its id.</summary>
    private static DateTimeOffset ReadTime(this StreamEntry entry, string field) => DateTimeOffset.FromUnixTimeMilliseconds(
        entry.ReadNumber(field) ?? (long)entry.ReadId().Milliseconds);

    private static long? ReadNumber(this StreamEntry entry, string field) =>
        long.TryParse((string?)entry[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
