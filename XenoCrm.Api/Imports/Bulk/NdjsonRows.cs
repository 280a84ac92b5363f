using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using XenoCrm.Api.Rows;

namespace XenoCrm.Api.Imports.Bulk;

/// <summary>The lines of NDJSON that are not empty. A line beyond the longest row is passed over in bounded memory.</summary>
internal static class NdjsonRows
{
    public static async IAsyncEnumerable<BulkRow> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var skipping = false;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TakeLine(ref rest, read.IsCompleted, out var line))
            {
                if (skipping)
                {
                    skipping = false;
                }
                else if (line.Length > RowJson.MaxBytes)
                {
                    yield return TooLong;
                }
                else if (!IsBlank(line))
                {
                    yield return new BulkRow(line);
                }
            }

            if (read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.End);
                yield break;
            }

            if (!skipping && rest.Length > RowJson.MaxBytes)
            {
                skipping = true;
                yield return TooLong;
            }

            body.AdvanceTo(skipping ? read.Buffer.End : rest.Start, read.Buffer.End);
        }
    }

    private static BulkRow TooLong => new(default, $"The line is longer than {RowJson.MaxBytes / 1024} KiB.");

    private static bool TakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        if (!isLast || rest.IsEmpty)
        {
            return false;
        }

        rest = rest.Slice(rest.End);
        return true;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
