using System.Text.Unicode;
using CsvHelper;
using XenoCrm.Api.Imports.Rows;

namespace XenoCrm.Api.Imports.Csv;

/// <summary>
/// A CSV file read row by row, in memory that does not grow with it: RFC 4180 with commas, UTF-8, with or without a byte
/// order mark, lines ending in CR LF, LF or CR. Empty lines are passed over.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private const char Nul = '\0';
    private const char Replacement = '\uFFFD';

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MaxRecordSize = RowJson.MaxBytes,
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Skip,
        OnMalformedRecord = row => throw new CsvRefusedException(row.LineNumber, null, MessageOf(row.Reason)),
    };

    private readonly CsvReader reader;
    private readonly CsvColumns columns;

    private CsvFile(CsvReader reader, CsvColumns columns) => (this.reader, this.columns) = (reader, columns);

    /// <summary>Where the current row begins, from 1; the header counts, and so do line breaks inside quotes.</summary>
    public long Line => reader.LineNumber;

    /// <summary>The current row, until the next one is read.</summary>
    public CsvRowSource Row => new(reader, columns);

    /// <summary>Reads the header.</summary>
    /// <exception cref="CsvRefusedException">It is missing, or not as <paramref name="layout"/> has it.</exception>
    public static async Task<CsvFile> OpenAsync(Stream stream, CsvLayout layout, CancellationToken cancellationToken)
    {
        var reader = CsvReader.Create(stream, Options, leaveOpen: true);
        try
        {
            await reader.ReadHeaderAsync(cancellationToken);
            return new CsvFile(reader, layout.Resolve(HeaderOf(reader)));
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
    /// <exception cref="CsvRefusedException">From here on the file cannot be read: a broken quote, a row too long, a byte that is not UTF-8.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e);
        }

        return Utf8.IsValid(reader.RawRecord)
            ? true
            : throw new CsvRefusedException(Line, null, "This row has bytes that are not UTF-8. Save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\").");
    }

    public void Dispose() => reader.Dispose();

    // Broken quotes come to OnMalformedRecord; what is left is a row beyond MaxRecordSize.
    private static CsvRefusedException TooLong(CsvFormatException e) =>
        new(e.LineNumber, null, $"This row is longer than {RowJson.MaxBytes / 1024} KiB. A quote may be missing, or the lines have no ends.");

    private static IReadOnlyList<string> HeaderOf(CsvReader reader)
    {
        var header = reader.Headers;
        if (header.Count == 0)
        {
            throw new CsvRefusedException(1, null, "The file is empty; its first line names the columns.");
        }

        return header.Any(name => name.Contains(Nul) || name.Contains(Replacement))
            ? throw new CsvRefusedException(1, null, "This is not UTF-8 text. Save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\").")
            : header;
    }

    private static string MessageOf(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "A quoted field in this row is never closed.",
        CsvMalformedReason.TextAfterClosingQuote => "A quoted field in this row has text after its closing quote. A quote inside of it is written twice.",
        _ => "A field in this row has a quote but does not begin with one. Put the field in quotes and write the quote inside of it twice.",
    };
}
