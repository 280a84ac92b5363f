using System.Buffers;
using System.Text.Json;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Rows;

/// <summary>The JSON of one row.</summary>
internal static class RowJson
{
    /// <summary>The longest row, in bytes, of a request or a file.</summary>
    public const int MaxBytes = 1024 * 1024;

    public const int MaxDepth = 32;

    public static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <exception cref="JsonFaultException">It is not JSON, not UTF-8 or nested too deeply.</exception>
    public static JsonDocument Parse(ReadOnlySequence<byte> row)
    {
        var bytes = row.IsSingleSegment ? row.First : row.ToArray();
        try
        {
            return JsonText.Parse(bytes, MaxDepth);
        }
        catch (JsonFaultException e)
        {
            // A row that is not JSON has no members to name.
            throw new JsonFaultException(e.Message, null, e.LineNumber, e.BytePositionInLine);
        }
    }

    /// <summary>The body of a request that is one row.</summary>
    /// <inheritdoc cref="Parse"/>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var row = JsonText.WithoutMark(read.Buffer.ToArray());
                body.AdvanceTo(read.Buffer.End);
                return Parse(new ReadOnlySequence<byte>(row));
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
