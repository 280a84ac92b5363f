using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows;

namespace XenoCrm.Api.Imports.Bulk;

/// <summary>
/// The elements of a JSON array, one by one, in memory for one of them. What is read once is not read again when more arrives.
/// </summary>
internal sealed class JsonArrayRows
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = RowJson.MaxDepth + 2 };

    private JsonReaderState state = new(Options);
    private long index;

    // Both from the beginning of what is buffered: how far it has been read, and where the element begins that it ends in.
    private long position;
    private long? start;

    private JsonArrayRows()
    {
    }

    /// <exception cref="JsonFaultException">It is not an array, or the JSON is broken; the message says where.</exception>
    public static async IAsyncEnumerable<BulkRow> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new JsonArrayRows();
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            while (rows.Next(read.Buffer, read.IsCompleted) is { } row)
            {
                yield return new BulkRow(row);
            }

            if (read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.End);
                yield break;
            }

            body.AdvanceTo(read.Buffer.GetPosition(rows.Forget()), read.Buffer.End);
        }
    }

    /// <summary>The next element that is complete, or null where more is needed.</summary>
    private ReadOnlySequence<byte>? Next(ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new Utf8JsonReader(buffer.Slice(position), isLast, state);
        var origin = position;
        var (last, depth, end) = (reader.TokenType, reader.CurrentDepth, position);
        try
        {
            while (reader.Read())
            {
                (last, depth, end) = (reader.TokenType, reader.CurrentDepth, origin + reader.BytesConsumed);
                if (reader.CurrentDepth == 0
                    && index == 0
                    && start is null
                    && reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                {
                    throw new JsonFaultException("A JSON array was expected.");
                }

                if (reader.CurrentDepth > RowJson.MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    throw Broken(JsonFaults.TooDeep(RowJson.MaxDepth), null, null);
                }

                if (reader.CurrentDepth == 1)
                {
                    start ??= origin + reader.TokenStartIndex;
                    if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                    {
                        return Take(buffer, origin, reader);
                    }
                }
            }
        }
        catch (JsonException e) when (e is not JsonFaultException)
        {
            throw Broken(JsonFaults.Describe(last, depth, Beginning(buffer.Slice(end))), e.LineNumber, e.BytePositionInLine);
        }

        Keep(origin, reader);
        return start is { } from && buffer.Length - from > RowJson.MaxBytes ? throw TooLong() : null;
    }

    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, long origin, Utf8JsonReader reader)
    {
        Keep(origin, reader);
        var element = buffer.Slice(start!.Value, position - start.Value);
        if (element.Length > RowJson.MaxBytes)
        {
            throw TooLong();
        }

        start = null;
        index++;
        return element;
    }

    private void Keep(long origin, Utf8JsonReader reader)
    {
        position = origin + reader.BytesConsumed;
        state = reader.CurrentState;
    }

    /// <summary>How much of the buffer is not needed any more.</summary>
    private long Forget()
    {
        var done = start ?? position;
        position -= done;
        start = start is null ? null : 0;
        return done;
    }

    private static byte[] Beginning(ReadOnlySequence<byte> rest) => rest.Slice(0, Math.Min(rest.Length, RowJson.MaxBytes)).ToArray();

    private JsonFaultException TooLong() => Broken($"The row is longer than {RowJson.MaxBytes / 1024} KiB.", null, null);

    private JsonFaultException Broken(string message, long? line, long? column) =>
        new(message, string.Create(CultureInfo.InvariantCulture, $"$[{index}]"), line, column);
}
