using System.Text.Json;
using XenoCrm.Data.Imports;

namespace XenoCrm.Api.Imports;

/// <summary>The import has begun; <c>GET /imports/{importId}</c> tells how far it is.</summary>
public sealed record ImportStarted(string ImportId);

/// <param name="Kind"><c>customers</c> or <c>orders</c>.</param>
/// <param name="Status"><c>running</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="Rows">The data rows read so far.</param>
/// <param name="Rejected">All rows that stayed out; <paramref name="Errors"/> tells the first 100 errors.</param>
/// <param name="Message">Where and why it failed; the rows before are in.</param>
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
    DateTimeOffset? CompletedAt)
{
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
        import.CompletedAt);
}

/// <param name="Line">Where the row begins in the file, from 1, the header and the line breaks inside quotes included.</param>
/// <param name="Field">The column, or <c>row</c> for the row as a whole.</param>
public sealed record ImportError(long Line, string Field, string Message);
