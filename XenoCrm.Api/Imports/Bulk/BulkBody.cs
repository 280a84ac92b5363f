using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using XenoCrm.Api.Http;
using XenoCrm.Core;

namespace XenoCrm.Api.Imports.Bulk;

/// <summary>
/// The body of a bulk request. It is received whole, on disk if it is large, and its JSON is read through before the first
/// row is stored: a request that is answered with a 4xx has stored nothing.
/// </summary>
internal sealed class BulkBody : IAsyncDisposable
{
    /// <summary>One JSON value a line, under each of its names.</summary>
    public static readonly string[] NdjsonTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

    private const int MaxBytesInMemory = 1024 * 1024;
    private const int BufferBytes = 64 * 1024;

    private readonly FileBufferingReadStream content;
    private readonly bool isArray;
    private readonly long offset;

    private BulkBody(FileBufferingReadStream content, bool isArray, long offset) =>
        (this.content, this.isArray, this.offset) = (content, isArray, offset);

    /// <exception cref="JsonFaultException">The body is empty, or an array that is not JSON.</exception>
    /// <exception cref="RefusedRequestException">It is too large.</exception>
    public static async Task<BulkBody> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // RequestCheck has seen that it is one of ours.
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        var content = new FileBufferingReadStream(request.Body, MaxBytesInMemory);
        try
        {
            await content.DrainAsync(cancellationToken);
            var (first, offset) = await LookAsync(content, cancellationToken);
            var isArray = first == '[' && !NdjsonTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);
            var body = new BulkBody(content, isArray, offset);
            if (isArray)
            {
                await foreach (var _ in body.ReadAsync(cancellationToken))
                {
                    // Reading it through is the check.
                }
            }

            return body;
        }
        catch (IOException e) when (e is not BadHttpRequestException && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            await content.DisposeAsync();
            throw new StoreUnavailableException("The body cannot be kept: " + e.Message, e);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rows from the first one on.</summary>
    public async IAsyncEnumerable<BulkRow> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        content.Position = offset;
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        await foreach (
            var row in isArray ? JsonArrayRows.ReadAsync(reader, cancellationToken) : NdjsonRows.ReadAsync(reader, cancellationToken))
        {
            yield return row;
        }

        await reader.CompleteAsync();
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    /// <summary>The first character that is not white space, and where the text begins after a byte order mark.</summary>
    private static async Task<(char First, long Offset)> LookAsync(FileBufferingReadStream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var buffer = new byte[4096];
        long offset = 0;
        for (var at = 0L; await content.ReadAsync(buffer, cancellationToken) is var count and > 0; at += count)
        {
            var text = buffer.AsMemory(..count);
            if (at == 0 && text.Span.StartsWith(Encoding.UTF8.Preamble))
            {
                offset = Encoding.UTF8.Preamble.Length;
                text = text[(int)offset..];
            }

            if (text.Span.IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
            {
                var character = (char)text.Span[first];
                return character is '[' or '{'
                    ? (character, offset)
                    : throw new JsonFaultException("The body is neither a JSON array nor NDJSON, one object a line.");
            }
        }

        throw new JsonFaultException("The body is empty; a JSON array or NDJSON was expected.");
    }
}
