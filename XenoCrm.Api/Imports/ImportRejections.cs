using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rows;

namespace XenoCrm.Api.Imports;

/// <summary>
/// Every row that an import kept out, as a CSV file to repair the file by. No cell of the file is in it, so nobody's data is.
/// </summary>
internal static class ImportRejections
{
    private static readonly string[] Columns = ["line", "column", "reason"];

    public static void MapImportRejections(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/imports/{id}/rejected.csv", ExportAsync).RequirePermission(Permission.Read, Permission.Ingest)
            .Produces<string>(StatusCodes.Status200OK, "text/csv").ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("ExportRejectedRows")
            .WithSummary(
                "Every rejected row of an import as a CSV file: line, column and reason; several faults of a row are several lines.");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        string id, IImportStore imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(id, cancellationToken) is { } import
            ? CsvDownload.Of(
                $"rejected-{import.Id}.csv",
                Columns,
                Paging.AllAsync((page, token) => imports.ListRejectedAsync(id, page, token), cancellationToken)
                    .Select(error => Cells(import, error)),
                cancellationToken)
            : Problems.NotFound("import");

    private static IEnumerable<string?> Cells(Import import, RowError error) =>
        [error.Row.ToString(CultureInfo.InvariantCulture), ColumnOf(import, error.Field), error.Message];

    // As the file's own header calls it.
    private static string ColumnOf(Import import, string field)
    {
        bool Is(string? taken) => taken == field || (field == "name" && taken is CsvLayout.FirstName or CsvLayout.LastName);
        string[] names = [.. (import.Form?.Columns ?? []).Where(column => Is(column.Field)).Select(column => column.Name)];
        return names.Length == 0 ? field : string.Join(" + ", names);
    }
}
