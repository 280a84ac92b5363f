using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

/// <summary>A campaign's delivery log as a CSV file.</summary>
internal static class LogExport
{
    private static readonly string[] Columns =
    [
        "id", "campaignId", "customerId", "recipient", "message", "status", "vendorMessageId", "failureReason", "attempts", "createdAt",
        "updatedAt",
    ];

    public static void MapLogExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/campaigns/{id}/logs.csv", ExportAsync).RequirePermission(Permission.Read).WithTags("Campaigns")
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithName("ExportLogs").WithSummary("The delivery log as a CSV file; ?status=, ?reason= and ?q= as in the list.");

    private static async Task<Results<PushStreamHttpResult, ValidationProblem, ProblemHttpResult>> ExportAsync(
        string id, string? status, string? reason, string? q, ClaimsPrincipal person, CampaignService campaigns,
        CancellationToken cancellationToken)
    {
        if (CampaignEndpoints.StatusFault(status, out var only) is { } fault)
        {
            return fault;
        }

        return await campaigns.ExportLogAsync(id, new LogSearch(only, reason, q), person, cancellationToken) is { } entries
            ? CsvDownload.Of($"campaign-{id}.csv", Columns, entries.Select(Cells), cancellationToken)
            : Problems.NotFound("campaign");
    }

    private static IEnumerable<string?> Cells(LogEntry entry) =>
    [
        entry.Id,
        entry.CampaignId,
        entry.CustomerId,
        entry.Recipient,
        entry.Message,
        LogEntryResponse.Word(entry.Status),
        entry.VendorMessageId,
        entry.FailureReason,
        entry.Attempts.ToString(CultureInfo.InvariantCulture),
        UtcConverter.Format(entry.CreatedAt),
        UtcConverter.Format(entry.UpdatedAt),
    ];
}
