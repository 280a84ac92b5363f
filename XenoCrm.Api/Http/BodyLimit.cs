using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace XenoCrm.Api.Http;

/// <summary>
/// Answers 413 so that the client reads it. Kestrel itself closes the connection as soon as a body is over the limit, while
/// the client still sends: many see a broken pipe and no answer then. Here the answer goes out first, and Kestrel takes in
/// what follows for a few seconds before it closes, as it does with any body that nobody read.
/// </summary>
internal static class BodyLimit
{
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } limit } feature
            && !(http.Request.ContentLength <= limit))
        {
            feature.MaxRequestBodySize = null;
            http.Request.Body = new LimitedStream(http.Request.Body, limit, "", isOver: http.Request.ContentLength is not null);
        }

        return next(http);
    }

    /// <summary>For an answer of the framework's own, which gives no reason.</summary>
    public static string Sentence(HttpContext http) =>
        Sentence(http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? HttpConventions.MaxBodyBytes);

    private static string Sentence(long limit, string how = "") =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"The {how}body is larger than the {limit} bytes that this route takes. Send it in parts.");

    internal sealed class LimitedStream(Stream body, long limit, string how, bool isOver = false) : ForwardStream
    {
        private long read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!isOver)
            {
                var count = await body.ReadAsync(buffer, cancellationToken);
                read += count;
                if (read <= limit)
                {
                    return count;
                }
            }

            throw new RefusedRequestException(Sentence(limit, how), StatusCodes.Status413PayloadTooLarge);
        }
    }
}
