using Microsoft.Extensions.Options;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Imports;

/// <summary>
/// Uploaded files, from their first byte until they are imported: <c>imports/{id}.csv</c> in the data folder. A file is
/// checked from end to end while it arrives, so that an import only begins with one that can be read.
/// </summary>
internal sealed partial class ImportSpool(
    string folder, IImportStore imports, IOptions<ImportOptions> options, TimeProvider time, ILogger<ImportSpool> logger)
{
    private const string Extension = ".csv";

    // The header is in there, or the file has none that can be read.
    private const int StartBytes = 64 * 1024;

    /// <summary>Keeps an upload and adds its import, once all of it is on disk.</summary>
    /// <param name="id">The import's, a UUIDv7.</param>
    /// <param name="kind">What is in it.</param>
    /// <param name="layout">What columns it may have.</param>
    /// <param name="wishes">What the uploader says of it.</param>
    /// <param name="upload">From its first byte.</param>
    /// <param name="by">Who uploads it, where that is kept.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="CsvRefusedException">The file cannot be taken; nothing of it is kept.</exception>
    /// <exception cref="RefusedRequestException">409: it is being uploaded under that id.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be kept now, for instance because the disk is full.</exception>
    public async Task<Import> ReceiveAsync(
        string id, ImportKind kind, CsvLayout layout, ImportWishes wishes, Stream upload, string? by, CancellationToken cancellationToken)
    {
        var import = new Import
        {
            Id = id,
            Kind = kind,
            Status = ImportStatus.Running,
            Replica = options.Value.Replica is { Length: > 0 } replica ? replica : null,
            By = by,
            CreatedAt = time.GetUtcNow(),
        };
        var path = PathOf(import.Id);
        var file = Create(path);
        try
        {
            // Nobody else opens it before its import is stored: see RemoveOrphansAsync.
            await using (file)
            {
                import = import with { Form = await CheckAsync(new UploadStream(upload, file), file, layout, wishes, cancellationToken) };
                Flush(file);
                await imports.AddAsync(import, cancellationToken);
                return import;
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <exception cref="IOException">It is gone, or cannot be read.</exception>
    public FileStream Open(string id) =>
        new(PathOf(id), new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });

    public void Remove(string id)
    {
        try
        {
            if (File.Exists(PathOf(id)))
            {
                File.Delete(PathOf(id));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, id, e.Message);
        }
    }

    /// <summary>Removes what is left of uploads that a killed process did not finish, and of imports that have ended.</summary>
    public async Task RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            // An upload in progress, of this process or another, holds its file until its import is stored.
            var id = Path.GetFileNameWithoutExtension(path);
            if (!IsHeld(path) && await imports.FindAsync(id, cancellationToken) is not { Status: ImportStatus.Running })
            {
                Remove(id);
            }
        }
    }

    /// <summary>How the file is written, once all of it is there and has been read.</summary>
    private static async Task<ImportForm> CheckAsync(
        UploadStream upload, FileStream file, CsvLayout layout, ImportWishes wishes, CancellationToken cancellationToken)
    {
        var start = new byte[StartBytes];
        var length = await upload.ReadAtLeastAsync(start, StartBytes, throwOnEndOfStream: false, cancellationToken);
        var form = FormOf(start.AsSpan(0, length), layout, wishes);
        try
        {
            return await ReadThroughAsync(new PrefixedStream(start.AsMemory(0, length), upload), layout, form, wishes, cancellationToken);
        }
        catch (CsvNotUtf8Exception)
        {
            await upload.CopyToAsync(Stream.Null, cancellationToken);
            file.Position = 0;
            if (!await CsvEncodings.IsWindows1252Async(file, cancellationToken))
            {
                throw;
            }

            file.Position = 0;
            form = FormOf(start.AsSpan(0, length), layout, wishes with { Encoding = CsvEncodings.Windows1252 });
            return await ReadThroughAsync(file, layout, form, wishes, cancellationToken);
        }
    }

    private static ImportForm FormOf(ReadOnlySpan<byte> start, CsvLayout layout, ImportWishes wishes)
    {
        var encoding = CsvEncodings.Guess(start, wishes.Encoding);
        var (separator, isHint) = CsvSeparators.Find(
            CsvEncodings.Of(encoding).GetString(start),
            name => wishes.Columns.TryGet(name.Trim(), out _) || layout.FieldOf(name.Trim()) is not null);
        return new ImportForm
        {
            Encoding = encoding,
            Separator = separator,
            HasHint = isHint,
            Columns = [],
            Dates = wishes.Dates,
            DryRun = wishes.DryRun,
        };
    }

    private static async Task<ImportForm> ReadThroughAsync(
        Stream stream, CsvLayout layout, ImportForm form, ImportWishes wishes, CancellationToken cancellationToken)
    {
        using var csv = await CsvFile.OpenAsync(stream, layout, form, wishes.Columns, cancellationToken);
        var rows = 0L;
        while (await csv.ReadAsync(cancellationToken))
        {
            // Reading it is the check.
            rows++;
        }

        return csv.Form with { Rows = rows };
    }

    private FileStream Create(string path)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.Asynchronous,
            });
        }
        catch (IOException) when (File.Exists(path))
        {
            throw RefusedRequestException.Conflict("This file is being uploaded already.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException("The upload cannot be kept: " + e.Message, e);
        }
    }

    private static void Flush(FileStream file)
    {
        try
        {
            file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException("The upload cannot be kept: " + e.Message, e);
        }
    }

    private static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Extension);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "The uploaded file of import {Id} could not be removed; remove it by hand. {Reason}")]
        public static partial void NotRemoved(ILogger logger, string id, string reason);
    }
}
