using XenoCrm.Api.Http;
using XenoCrm.Api.Rows.Csv;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Imports;

/// <summary>What an upload says of its file, in the query and in its Content-Type.</summary>
internal sealed record ImportWishes(CsvMapping Columns, string? Dates, bool DryRun, string Encoding)
{
    private static readonly string[] Parameters = ["columns", "dates", "dryRun"];

    /// <exception cref="RefusedRequestException">400. A parameter that nobody knows is refused too: a dry run that is misspelt would be
    /// none.</exception>
    public static ImportWishes Read(HttpRequest request, CsvLayout layout, bool? dryRun, string? columns, string? dates)
    {
        if (request.Query.Keys.FirstOrDefault(name => !Parameters.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw RefusedRequestException.Invalid(unknown, KnownNames.Refusal(unknown, Parameters));
        }

        return Of(layout, dryRun == true, columns, dates);
    }

    /// <exception cref="RefusedRequestException">400.</exception>
    public static ImportWishes Of(CsvLayout layout, bool dryRun, string? columns, string? dates)
    {
        var order = string.IsNullOrWhiteSpace(dates) ? null : dates.Trim().ToLowerInvariant();
        if (order is not (null or CsvDates.DayFirst or CsvDates.MonthFirst))
        {
            throw RefusedRequestException.Invalid("dates", "dates is dmy (22/11/2026) or mdy (11/22/2026).");
        }

        return new ImportWishes(CsvMapping.Parse(columns, layout), order, dryRun, CsvEncodings.Utf8);
    }
}
