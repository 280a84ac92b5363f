using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace XenoCrm.Api.Http;

/// <summary>
/// A table as a CSV file, written while it is read: RFC 4180, UTF-8 with the mark by which spreadsheets know it, no cell a formula.
/// </summary>
internal static class CsvDownload
{
    private static readonly CsvWriterOptions Options = new() { Separator = ',', NewLine = "\r\n", WriteByteOrderMark = true };

    /// <param name="fileName">As it is saved.</param>
    /// <param name="columns">The header; each row has as many cells.</param>
    /// <param name="rows">What fails in here breaks the file off, as its status has gone out.</param>
    /// <param name="cancellationToken">Ends it when nobody reads any more.</param>
    public static PushStreamHttpResult Of(
        string fileName, IReadOnlyList<string> columns, IAsyncEnumerable<IEnumerable<string?>> rows, CancellationToken cancellationToken) =>
        TypedResults.Stream(
            body => WriteAsync(body, columns, rows, cancellationToken), "text/csv; charset=utf-8; header=present", fileName);

    private static async Task WriteAsync(
        Stream body, IReadOnlyList<string> columns, IAsyncEnumerable<IEnumerable<string?>> rows, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(body, Options, leaveOpen: true);
        await WriteAsync(csv, columns, cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await WriteAsync(csv, row, cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    private static async Task WriteAsync(CsvWriter csv, IEnumerable<string?> cells, CancellationToken cancellationToken)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(CellGuard.Put(cell ?? ""));
        }

        await csv.EndRecordAsync(cancellationToken);
    }
}
