using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Core;
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
            .WithName("ExportLogs").WithSummary("The delivery log as a CSV file; ?status= as in the list.");

    private static async Task<Results<PushStreamHttpResult, ValidationProblem, ProblemHttpResult>> ExportAsync(
        string id, string? status, ClaimsPrincipal person, ICampaignStore campaigns, AuditLog audit, CancellationToken cancellationToken)
    {
        if (CampaignEndpoints.StatusFault(status, out var only) is { } fault)
        {
            return fault;
        }

        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return Problems.NotFound("campaign");
        }

        // Before the first byte: who breaks it off keeps what came.
        await audit.WriteAsync(
            person, AuditAction.CampaignLogExported, campaign.Id, only is { } one ? "status: " + LogEntryResponse.Word(one) : "all");
        var entries = Paging.AllAsync(
            async (page, token) => await campaigns.ListLogAsync(id, only, page, token) ?? new Page<LogEntry>([], null), cancellationToken);
        return CsvDownload.Of($"campaign-{campaign.Id}.csv", Columns, entries.Select(Cells), cancellationToken);
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
