using XenoCrm.Api.Http;
using XenoCrm.Core;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>An upload that is kept in a file as it is read. What its first bytes tell to be no text is refused at once.</summary>
internal sealed class UploadStream(Stream upload, Stream file) : ForwardStream
{
    private readonly byte[] start = new byte[FileSignature.Length];
    private int started;

    /// <exception cref="CsvRefusedException">It is no UTF-8 text, or it breaks off.</exception>
    /// <exception cref="StoreUnavailableException">The file cannot be written.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await ReceiveAsync(buffer, cancellationToken);
        Look(buffer.Span[..count]);
        try
        {
            await file.WriteAsync(buffer[..count], cancellationToken);
        }
        catch (IOException e)
        {
            // The disk is full, say; told apart from an upload that breaks off.
            throw new StoreUnavailableException("The upload cannot be kept: " + e.Message, e);
        }

        return count;
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await upload.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new CsvRefusedException(null, null, "The upload ends before the file does.");
        }
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        if (started < start.Length && !bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, start.Length - started);
            bytes[..count].CopyTo(start.AsSpan(started));
            started += count;
            if (FileSignature.Recognise(start.AsSpan(..started)) is { } fault)
            {
                throw new CsvRefusedException(1, null, fault);
            }
        }
    }
}
