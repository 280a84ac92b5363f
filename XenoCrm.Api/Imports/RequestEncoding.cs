namespace XenoCrm.Api.Imports;

internal static class RequestEncoding
{
    /// <exception cref="BadHttpRequestException">415: the body is compressed.</exception>
    public static void RefuseCompressed(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 && !request.Headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException("The body has a Content-Encoding. Send it uncompressed.", StatusCodes.Status415UnsupportedMediaType);
        }
    }
}
