using System.Buffers;
using System.Text.Unicode;
using CsvHelper;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Rows.Csv;

/// <summary>
/// A CSV file read row by row, in memory that does not grow with it: RFC 4180 with any of the usual separators, UTF-8, UTF-16 or
/// Windows-1252, lines ending in CR LF, LF or CR, or in all of them. Rows without anything in them are passed over.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private const char Nul = '\0';
    private const char Replacement = '\uFFFD';

    private static readonly CsvReaderOptions Options = new()
    {
        TrackLineNumbers = true,
        MaxRecordSize = RowJson.MaxBytes,
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Skip,
        OnMalformedRecord = row => throw new CsvRefusedException(row.LineNumber, null, MessageOf(row.Reason)),
    };

    private static readonly ImportForm Plainest = new() { Encoding = CsvEncodings.Utf8, Separator = CsvSeparators.Usual, Columns = [] };

    private readonly CsvReader reader;
    private readonly CsvColumns columns;
    private readonly bool isUtf8;
    private readonly SearchValues<byte> blanks;

    private CsvFile(CsvReader reader, ImportForm form)
    {
        this.reader = reader;
        Form = form;
        columns = new CsvColumns(form.Columns, form.Dates);
        isUtf8 = form.Encoding == CsvEncodings.Utf8;
        blanks = SearchValues.Create([(byte)form.Separator, (byte)' ', (byte)'\t', (byte)'"']);
    }

    /// <summary>How it is written.</summary>
    public ImportForm Form { get; }

    /// <summary>Where the current row begins, from 1; the header counts, and so do line breaks inside quotes.</summary>
    public long Line => reader.LineNumber;

    /// <summary>The current row, until the next one is read.</summary>
    public CsvRowSource Row => new(reader, columns);

    /// <summary>A file in the plainest form: UTF-8, commas, the columns' own names.</summary>
    /// <inheritdoc cref="OpenAsync(Stream, CsvLayout, ImportForm, CsvMapping, CancellationToken)"/>
    public static Task<CsvFile> OpenAsync(Stream stream, CsvLayout layout, CancellationToken cancellationToken) =>
        OpenAsync(stream, layout, Plainest, CsvMapping.None, cancellationToken);

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="layout">What columns there may be.</param>
    /// <param name="form">How it is written; where that names no columns, the header does.</param>
    /// <param name="mapping">What the uploader says of the columns.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="CsvRefusedException">The header is missing, or not as <paramref name="layout"/> has it.</exception>
    public static async Task<CsvFile> OpenAsync(
        Stream stream, CsvLayout layout, ImportForm form, CsvMapping mapping, CancellationToken cancellationToken)
    {
        var isUtf8 = form.Encoding == CsvEncodings.Utf8;

        // The reader passes a line that says the separator over, unless it is told the separator.
        var options = Options with
        {
            Separator = form.HasHint ? null : form.Separator,
            Encoding = isUtf8 ? null : CsvEncodings.Of(form.Encoding),
        };
        var reader = CsvReader.Create(stream, options, leaveOpen: true);
        try
        {
            await reader.ReadHeaderAsync(cancellationToken);
            var header = HeaderOf(reader, isUtf8);
            return new CsvFile(reader, form.Columns.Count > 0 ? form : form with { Columns = layout.Resolve(header, mapping) });
        }
        catch (CsvFormatException e)
        {
            reader.Dispose();
            throw TooLong(e);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Goes on to the next row; false at the end of the file.</summary>
    /// <exception cref="CsvRefusedException">From here on the file cannot be read: a broken quote, a row too long, a byte that is not of
    /// the encoding.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                if (!await reader.ReadAsync(cancellationToken))
                {
                    return false;
                }
            }
            while (!reader.RawRecord.ContainsAnyExcept(blanks));
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e);
        }

        if (isUtf8 && !Utf8.IsValid(reader.RawRecord))
        {
            throw new CsvNotUtf8Exception(Line);
        }

        return isUtf8 || reader.RawRecord.IndexOf("\uFFFD"u8) < 0
            ? true
            : throw new CsvRefusedException(Line, null, $"This row has bytes that are not {Form.Encoding}. Save the file as UTF-8.");
    }

    public void Dispose() => reader.Dispose();

    // Broken quotes come to OnMalformedRecord; what is left is a row beyond MaxRecordSize.
    private static CsvRefusedException TooLong(CsvFormatException e) =>
        new(
            e.LineNumber,
            null,
            $"This row is longer than {RowJson.MaxBytes / 1024} KiB. A quote may be missing, or the lines have no ends.");

    private static IReadOnlyList<string> HeaderOf(CsvReader reader, bool isUtf8)
    {
        var header = reader.Headers;
        if (header.Count == 0)
        {
            throw new CsvRefusedException(1, null, "The file is empty; its first line names the columns.");
        }

        if (isUtf8 && header.Any(name => name.Contains(Replacement)))
        {
            throw new CsvNotUtf8Exception(1);
        }

        return header.Any(name => name.Contains(Nul) || name.Contains(Replacement))
            ? throw new CsvRefusedException(
                1, null, "This is no text that can be read. Save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\").")
            : header;
    }

    private static string MessageOf(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "A quoted field in this row is never closed.",
        CsvMalformedReason.TextAfterClosingQuote =>
            "A quoted field in this row has text after its closing quote. A quote inside of it is written twice.",
        _ => "A field in this row has a quote but does not begin with one. Put the field in quotes and write the quote inside of it twice.",
    };
}
