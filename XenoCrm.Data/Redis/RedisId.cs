using System.Globalization;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Data.Redis;

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

    public static RedisId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a stream id.");

    public int CompareTo(RedisId other) =>
        Milliseconds == other.Milliseconds ? Sequence.CompareTo(other.Sequence) : Milliseconds.CompareTo(other.Milliseconds);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");
}

/// <summary>
/// The id of an entry or a dead letter as the rest of the application has it: <c>3:1795338000123-0</c>, the partition and
/// the id in its stream. Ordered by the streams' clocks, so that the newest are the newest of all partitions.
/// </summary>
internal readonly record struct PartitionedId(int Partition, RedisId Id) : IComparable<PartitionedId>
{
    public static bool TryParse(string text, out PartitionedId id)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0
            && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && partition < ReceiptStreamOptions.MaxPartitions
            && RedisId.TryParse(text[(colon + 1)..], out var own))
        {
            id = new PartitionedId(partition, own);
            return true;
        }

        id = default;
        return false;
    }

    public int CompareTo(PartitionedId other) =>
        Id.CompareTo(other.Id) is not 0 and var order ? order : Partition.CompareTo(other.Partition);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}:{Id}");
}
