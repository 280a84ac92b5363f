using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Imports.Csv;

/// <summary>Finds the file in a request: the body itself, or the first file part of a form.</summary>
internal static class CsvUpload
{
    public const string CsvType = "text/csv";
    public const string MultipartType = "multipart/form-data";

    private const int MaxBoundaryLength = 128;

    // A browser's form has a handful of fields beside its file.
    private const int MaxPartsBeforeFile = 32;

    /// <exception cref="CsvRefusedException">There is no file in it, or it says that it is not UTF-8.</exception>
    /// <exception cref="BadHttpRequestException">415: it is compressed.</exception>
    public static async Task<Stream> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RequestEncoding.RefuseCompressed(request);
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        if (type.MediaType.Equals(CsvType, StringComparison.OrdinalIgnoreCase))
        {
            RefuseOtherCharset(type);
            return request.Body;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new CsvRefusedException(null, null, "The Content-Type names no boundary, so the parts of the form cannot be told apart.");
        }

        var form = new MultipartReader(boundary.Value!, request.Body);
        for (var parts = 0; await NextAsync(form, cancellationToken) is { } part; parts++)
        {
            if (parts == MaxPartsBeforeFile)
            {
                throw new CsvRefusedException(null, null, $"The form's first {MaxPartsBeforeFile} parts are no file. Send the file first, or alone: curl -F file=@customers.csv");
            }

            if (part.GetContentDispositionHeader()?.IsFileDisposition() == true)
            {
                if (MediaTypeHeaderValue.TryParse(part.ContentType, out var partType))
                {
                    RefuseOtherCharset(partType);
                }

                return part.Body;
            }
        }

        throw new CsvRefusedException(null, null, "The form has no file part. With curl: -F file=@customers.csv");
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader form, CancellationToken cancellationToken)
    {
        try
        {
            return await form.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new CsvRefusedException(null, null, "The form cannot be read: it ends too soon, or a part's headers are not in order.");
        }
    }

    private static void RefuseOtherCharset(MediaTypeHeaderValue type)
    {
        if (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase))
        {
            throw new CsvRefusedException(null, null, "The Content-Type names a charset that is not UTF-8. Save the file as UTF-8.");
        }
    }
}
