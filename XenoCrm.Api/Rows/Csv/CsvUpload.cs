using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>Finds the file in a request: the body itself, or the one file part of a form.</summary>
internal static class CsvUpload
{
    public const string CsvType = "text/csv";
    public const string MultipartType = "multipart/form-data";

    private const int MaxBoundaryLength = 128;

    // A browser's form has a handful of fields beside its file.
    private const int MaxPartsBeforeFile = 32;
    private const int MaxFieldBytes = 64 * 1024;

    /// <returns>The file, whose end is only reached where the form has no second one, and the encoding that it is said to have.</returns>
    /// <exception cref="CsvRefusedException">There is no file in it, or it is said to be in an encoding that is not read.</exception>
    public static async Task<(Stream File, string Encoding)> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // RequestCheck has seen that it is one of ours.
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        if (type.MediaType.Equals(CsvType, StringComparison.OrdinalIgnoreCase))
        {
            return (request.Body, EncodingOf(type));
        }

        return await FileOfAsync(FormOf(type, request), null, cancellationToken);
    }

    /// <summary>The file of a browser's form, with the fields that stand before it.</summary>
    /// <exception cref="CsvRefusedException">There is no file in it, or it cannot be read.</exception>
    public static async Task<(Stream File, string Encoding)> OpenFormAsync(
        HttpRequest request, IDictionary<string, string> fields, CancellationToken cancellationToken) =>
        await FileOfAsync(FormOf(MediaTypeHeaderValue.Parse(request.ContentType), request), fields, cancellationToken);

    private static MultipartReader FormOf(MediaTypeHeaderValue type, HttpRequest request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length is 0 or > MaxBoundaryLength
            ? throw new CsvRefusedException(
                null, null, "The Content-Type names no boundary, so the parts of the form cannot be told apart.")
            : new MultipartReader(boundary.Value!, request.Body);
    }

    private static async Task<(Stream File, string Encoding)> FileOfAsync(
        MultipartReader form, IDictionary<string, string>? fields, CancellationToken cancellationToken)
    {
        for (var parts = 0; await NextAsync(form, cancellationToken) is { } part; parts++)
        {
            if (parts == MaxPartsBeforeFile)
            {
                throw new CsvRefusedException(
                    null,
                    null,
                    $"The form's first {MaxPartsBeforeFile} parts are no file. Send the file first, or alone: curl -F file=@customers.csv");
            }

            var disposition = part.GetContentDispositionHeader();
            if (disposition?.IsFileDisposition() == true)
            {
                var encoding = MediaTypeHeaderValue.TryParse(part.ContentType, out var partType) ? EncodingOf(partType) : CsvEncodings.Utf8;
                return (new OnlyFile(part.Body, form), encoding);
            }

            if (fields is not null && HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value is { Length: > 0 } name)
            {
                fields[name] = await FieldAsync(part.Body, cancellationToken);
            }
        }

        throw new CsvRefusedException(null, null, "The form has no file part. With curl: -F file=@customers.csv");
    }

    private static async Task<string> FieldAsync(Stream field, CancellationToken cancellationToken)
    {
        var text = new byte[MaxFieldBytes + 1];
        var length = await field.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxFieldBytes
            ? Encoding.UTF8.GetString(text, 0, length)
            : throw new CsvRefusedException(null, null, $"A field of the form has more than {MaxFieldBytes / 1024} KiB.");
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

    private static string EncodingOf(MediaTypeHeaderValue type) =>
        CsvEncodings.Named(HeaderUtilities.RemoveQuotes(type.Charset).Value)
            ?? throw new CsvRefusedException(
                null, null, "The Content-Type names a charset that is not read. Save the file as UTF-8; UTF-16 and Windows-1252 are read "
                    + "too.");

    /// <summary>A file part, which ends well only if no other file follows it.</summary>
    private sealed class OnlyFile(Stream file, MultipartReader form) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await file.ReadAsync(buffer, cancellationToken);
            while (count == 0 && buffer.Length > 0 && await NextAsync(form, cancellationToken) is { } part)
            {
                if (part.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    throw new CsvRefusedException(null, null, "The form has more than one file. Send one at a time.");
                }
            }

            return count;
        }
    }
}
