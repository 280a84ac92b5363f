using XenoCrm.Api.Http;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>What was read of a stream already, and then the stream.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> start, Stream rest) : ForwardStream
{
    private ReadOnlyMemory<byte> start = start;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (start.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, start.Length);
        start[..count].CopyTo(buffer);
        start = start[count..];
        return ValueTask.FromResult(count);
    }
}
