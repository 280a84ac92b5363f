using System.Text.Json;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core.Imports;

namespace XenoCrm.Api.Imports;

/// <summary>The import has begun; <c>GET /imports/{importId}</c> tells how far it is.</summary>
/// <param name="DryRun">Whether the rows are only judged, and nothing is stored.</param>
/// <param name="Encoding">In which the file is: <c>UTF-8</c>, <c>UTF-16LE</c>, <c>UTF-16BE</c> or <c>Windows-1252</c>.</param>
/// <param name="Separator">What stands between its columns.</param>
/// <param name="Dates"><c>dmy</c> or <c>mdy</c>, if the upload said so.</param>
/// <param name="Columns">What each of its columns was taken for; null: passed over.</param>
public sealed record ImportStarted(
    string ImportId, bool DryRun, string? Encoding, string? Separator, string? Dates, IReadOnlyDictionary<string, string?> Columns)
{
    internal static ImportStarted Of(Import import) => new(
        import.Id,
        import.IsDryRun,
        import.Form?.Encoding,
        import.Form?.Separator.ToString(),
        import.Form?.Dates,
        ColumnsOf(import));

    internal static IReadOnlyDictionary<string, string?> ColumnsOf(Import import)
    {
        var columns = new Dictionary<string, string?>();
        foreach (var column in import.Form?.Columns ?? [])
        {
            // Columns without a name, at the end of a spreadsheet's rows, are nothing to tell.
            if (column.Name.Length > 0 && (column.Field is not null || !columns.ContainsKey(column.Name)))
            {
                columns[column.Name] = column.Field is CsvLayout.FirstName or CsvLayout.LastName ? "name" : column.Field;
            }
        }

        return columns;
    }
}

/// <param name="Kind"><c>customers</c> or <c>orders</c>.</param>
/// <param name="Status"><c>running</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="Rows">The data rows read so far.</param>
/// <param name="Rejected">All rows that stayed out; <paramref name="Errors"/> tells the first 100 errors,
/// <c>GET /imports/{id}/rejected.csv</c> all.</param>
/// <param name="Message">Where and why it failed; the rows before are in.</param>
/// <param name="DryRun">Whether the rows are only judged: <c>accepted</c> is what would go in.</param>
/// <param name="Encoding">In which the file is; null for an import from before that was noted, as the next three.</param>
public sealed record ImportResponse(
    string Id,
    string Kind,
    string Status,
    long Rows,
    long Accepted,
    long Rejected,
    IReadOnlyList<ImportError> Errors,
    string? Message,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    bool DryRun,
    string? Encoding,
    string? Separator,
    string? Dates,
    IReadOnlyDictionary<string, string?> Columns)
{
    /// <summary>How many rows its file has, for the page; null where that was not counted.</summary>
    internal long? RowsInFile { get; init; }

    internal static ImportResponse Of(Import import) => new(
        import.Id,
        JsonNamingPolicy.CamelCase.ConvertName(import.Kind.ToString()),
        JsonNamingPolicy.CamelCase.ConvertName(import.Status.ToString()),
        import.Tally.Rows,
        import.Tally.Accepted,
        import.Tally.Rejected,
        [.. import.Tally.Errors.Select(error => new ImportError(error.Row, error.Field, error.Message))],
        import.Message,
        import.CreatedAt,
        import.CompletedAt,
        import.IsDryRun,
        import.Form?.Encoding,
        import.Form?.Separator.ToString(),
        import.Form?.Dates,
        ImportStarted.ColumnsOf(import))
    {
        RowsInFile = import.Form?.Rows,
    };
}

/// <summary>An import in the list of all; see <see cref="ImportResponse"/>.</summary>
public sealed record ImportSummary(
    string Id, string Kind, string Status, long Rows, long Accepted, long Rejected, string? Message, DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt, bool DryRun)
{
    internal static ImportSummary Of(Import import) => new(
        import.Id,
        JsonNamingPolicy.CamelCase.ConvertName(import.Kind.ToString()),
        JsonNamingPolicy.CamelCase.ConvertName(import.Status.ToString()),
        import.Tally.Rows,
        import.Tally.Accepted,
        import.Tally.Rejected,
        import.Message,
        import.CreatedAt,
        import.CompletedAt,
        import.IsDryRun);
}

/// <param name="Line">Where the row begins in the file, from 1, the header and the line breaks inside quotes included.</param>
/// <param name="Field">The column, or <c>row</c> for the row as a whole.</param>
public sealed record ImportError(long Line, string Field, string Message);
