using System.Buffers.Binary;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// Ids for a campaign's rows: UUIDv7s that ascend. The first is random, each further one is the next number (RFC 9562, 6.2, method 2),
/// so that rows that are written together lie together in every index of ids, ours and the vendor's.
/// </summary>
public sealed class MessageIds(DateTimeOffset now)
{
    // Version, variant and the bits above the number stay as they are; there is room for 2^61 more before it would run over.
    private const ulong Room = (1UL << 61) - 1;

    private readonly byte[] bytes = First(now);

    public string Next()
    {
        var tail = bytes.AsSpan(8);
        BinaryPrimitives.WriteUInt64BigEndian(tail, BinaryPrimitives.ReadUInt64BigEndian(tail) + 1);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static byte[] First(DateTimeOffset now)
    {
        var bytes = Guid.CreateVersion7(now).ToByteArray(bigEndian: true);
        var tail = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (tail & Room) | (0b10UL << 62));
        return bytes;
    }
}
