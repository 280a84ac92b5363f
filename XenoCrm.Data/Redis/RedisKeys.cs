using System.Globalization;
using System.Text;
using StackExchange.Redis;
using XenoCrm.Data.Receipts;

namespace XenoCrm.Data.Redis;

/// <summary>
/// Keys and fields, with one hash tag so that a cluster keeps both streams on one node:
/// <code>
/// xenocrm:{receipts}:stream   1795338000123-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}, …]
/// xenocrm:{receipts}:dead     1795338042007-0  at 1795338000120 parent 00-…-01 state … body [{"vendorMessageId":…}]
///                                              reason … deliveries 5 died 1795338042000
/// </code>
/// <c>parent</c> and <c>state</c> are left out where there is no trace. Times are Unix milliseconds.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    public const string At = "at";
    public const string Parent = "parent";
    public const string State = "state";
    public const string Body = "body";
    public const string Reason = "reason";
    public const string Deliveries = "deliveries";
    public const string Died = "died";

    /// <summary>As objects, because <c>ExecuteAsync</c> takes its arguments so.</summary>
    public object Stream { get; } = (RedisKey)(prefix + ":{receipts}:stream");

    public object Dead { get; } = (RedisKey)(prefix + ":{receipts}:dead");
}

/// <summary>An entry as Redis answers with it: <c>[id, [field, value, …]]</c>.</summary>
internal sealed record RedisEntry(string Id, IReadOnlyDictionary<string, byte[]> Fields)
{
    public DateTimeOffset ArrivedAt => Time(RedisKeys.At);

    public byte[] Body => Fields.GetValueOrDefault(RedisKeys.Body, []);

    public string? Text(string field) => Fields.TryGetValue(field, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Without the field, the time at which Redis stored the entry, which is the first half of its id.</summary>
    public DateTimeOffset Time(string field) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.TryParse(Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time : (long)RedisId.Parse(Id).Milliseconds);

    public ReceiptEntry Deliver(int deliveries) => new()
    {
        Id = Id,
        Deliveries = deliveries,
        Receipts = ReceiptFormat.Read(Body),
        Body = Body,
        ArrivedAt = ArrivedAt,
        Trace = Text(RedisKeys.Parent) is { } parent ? new TraceContext(parent, Text(RedisKeys.State)) : null,
    };

    public DeadReceipt ToDeadReceipt() => new(
        Id,
        ReceiptFormat.Read(Body) is [var receipt] ? receipt : null,
        Text(RedisKeys.Reason) ?? "",
        int.TryParse(Text(RedisKeys.Deliveries), NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries) ? deliveries : 0,
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

/// <summary>A stream id, <c>milliseconds-sequence</c>.</summary>
internal readonly record struct RedisId(ulong Milliseconds, ulong Sequence) : IComparable<RedisId>
{
    public RedisId Next => Sequence == ulong.MaxValue ? new RedisId(Milliseconds + 1, 0) : new RedisId(Milliseconds, Sequence + 1);

    public static bool TryParse(string text, out RedisId id)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0
            && ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && ulong.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            id = new RedisId(milliseconds, sequence);
            return true;
        }

        id = default;
        return false;
    }

    public static RedisId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a stream id.");

    public int CompareTo(RedisId other) =>
        Milliseconds == other.Milliseconds ? Sequence.CompareTo(other.Sequence) : Milliseconds.CompareTo(other.Milliseconds);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");
}
