using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.AspNetCore.Http.Metadata;

namespace XenoCrm.Api.Http;

/// <summary>On a route that takes its body as <c>Content-Encoding: gzip</c> too. Its limit holds for what that unpacks to.</summary>
internal sealed class TakesGzip;

/// <summary>Unpacks a compressed body where the route takes one, as it is read, and refuses it elsewhere.</summary>
internal static class BodyEncoding
{
    /// <exception cref="RefusedRequestException">415: this encoding, or any, is not taken here.</exception>
    public static void Unpack(HttpContext http, Endpoint endpoint)
    {
        string[] encodings =
        [
            .. http.Request.Headers.GetCommaSeparatedValues("Content-Encoding")
                .Where(name => !name.Equals("identity", StringComparison.OrdinalIgnoreCase)),
        ];
        if (encodings.Length == 0)
        {
            return;
        }

        if (endpoint.Metadata.GetMetadata<TakesGzip>() is null)
        {
            throw new RefusedRequestException(
                "The body has a Content-Encoding, which this route does not take. Send it uncompressed.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        if (encodings is not [var encoding] || encoding.ToUpperInvariant() is not ("GZIP" or "X-GZIP"))
        {
            throw new RefusedRequestException(
                "The body has a Content-Encoding that this route does not take. Send it with gzip, once, or uncompressed.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        var packed = new PackedStream(http.Request.Body);
        var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        http.Response.RegisterForDisposeAsync(unpacked);
        var limit = endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? HttpConventions.MaxBodyBytes;
        http.Request.Body = new BodyLimit.LimitedStream(new UnpackedStream(unpacked, packed), limit, "unpacked ");
        http.Request.Headers.ContentEncoding = default;
        http.Request.ContentLength = null;
    }

    /// <summary>Keeps the last four bytes that went through: in gzip, how long the whole is (RFC 1952, 2.3.1).</summary>
    private sealed class PackedStream(Stream body) : ForwardStream
    {
        private const int TrailerBytes = sizeof(uint);

        private readonly byte[] last = new byte[TrailerBytes];

        public uint SaidLength => BinaryPrimitives.ReadUInt32LittleEndian(last);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await body.ReadAsync(buffer, cancellationToken);
            var kept = Math.Max(0, TrailerBytes - count);
            last.AsSpan(TrailerBytes - kept).CopyTo(last);
            buffer.Span[Math.Max(0, count - TrailerBytes)..count].CopyTo(last.AsSpan(kept));
            return count;
        }
    }

    // The framework's stream ends in silence where the packed one is cut off, so the length is compared.
    private sealed class UnpackedStream(GZipStream gzip, PackedStream packed) : ForwardStream
    {
        private long length;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var count = await gzip.ReadAsync(buffer, cancellationToken);
                length += count;
                return count > 0 || buffer.Length == 0 || packed.SaidLength == (uint)length ? count : throw new InvalidDataException();
            }
            catch (InvalidDataException)
            {
                throw RefusedRequestException.Invalid(
                    "Content-Encoding",
                    "The body is not the gzip that this header says: it is something else, broken, in several members, or ends too soon.");
            }
        }
    }
}
