using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns;

internal static class CampaignEndpoints
{
    public static IEndpointRouteBuilder MapCampaigns(this IEndpointRouteBuilder routes)
    {
        var campaigns = routes.MapGroup("/campaigns").WithTags("Campaigns");
        campaigns.MapGet("/", ListAsync)
            .RequirePermission(Permission.Read)
            .WithName("ListCampaigns")
            .WithSummary("The campaigns, newest first; ?status= how they are, ?tag= a tag of theirs, "
                + "?series= the runs of one that recurs.");
        campaigns.MapGet("/{id}", FindAsync)
            .RequirePermission(Permission.Read)
            .WithName("GetCampaign")
            .WithSummary("One campaign with its counts.");
        campaigns.MapGet("/{id}/logs", ListLogAsync)
            .RequirePermission(Permission.Read)
            .WithName("ListLogs")
            .WithSummary("The delivery log, one row a recipient; ?status= PENDING, SKIPPED, FAILED or SENT, ?reason= why, "
                + "?q= part of a customer's name or e-mail address.");
        campaigns.MapPost("/{id}/pause", PauseAsync)
            .RequirePermission(Permission.Send)
            .WithName("PauseCampaign")
            .WithSummary(CampaignTransition.Pause.Effect);
        campaigns.MapPost("/{id}/resume", ResumeAsync)
            .RequirePermission(Permission.Send)
            .WithName("ResumeCampaign")
            .WithSummary(CampaignTransition.Resume.Effect);
        campaigns.MapPost("/{id}/cancel", CancelAsync)
            .RequirePermission(Permission.Send)
            .WithName("CancelCampaign")
            .WithSummary(CampaignTransition.Cancel.Effect);
        campaigns.MapPost("/{id}/retry", RetryAsync)
            .RequirePermission(Permission.Send)
            .WithName("RetryCampaign")
            .WithSummary(CampaignTransition.Retry.Effect);
        campaigns.MapDrafts();
        campaigns.MapOverlap();
        campaigns.MapCampaignEvents();
        routes.MapLogExport();
        return routes;
    }

    private static async Task<Results<Ok<CampaignResponse[]>, ValidationProblem>> ListAsync(
        HttpContext http, CampaignService campaigns, string? status, string? tag, string? series, int? limit, string? cursor,
        CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        return StatusFault(status, CampaignResponse.Statuses, CampaignResponse.Word, out var only)
            ?? (Results<Ok<CampaignResponse[]>, ValidationProblem>)Paging.Answer(
                http, await campaigns.ListAsync(new CampaignFilter(only, tag, Series: series), page, cancellationToken));
    }

    private static async Task<Results<Ok<CampaignResponse>, ProblemHttpResult>> FindAsync(
        string id, CampaignService campaigns, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? TypedResults.Ok(campaign)
            : Problems.NotFound("campaign");

    private static async Task<Results<Ok<LogEntryResponse[]>, ValidationProblem, ProblemHttpResult>> ListLogAsync(
        string id, HttpContext http, CampaignService campaigns, string? status, string? reason, string? q, int? limit, string? cursor,
        CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        if (StatusFault(status, out var only) is { } fault)
        {
            return fault;
        }

        return await campaigns.ListLogAsync(id, new LogSearch(only, reason, q), page, cancellationToken) is { } log
            ? Paging.Answer(http, log)
            : Problems.NotFound("campaign");
    }

    internal static ValidationProblem? StatusFault(string? status, out DeliveryStatus? only) =>
        StatusFault(status, DeliveryStatusOrder.All, LogEntryResponse.Word, out only);

    /// <summary>What is wrong with <c>?status=</c>; null if it is one of those, or left out.</summary>
    internal static ValidationProblem? StatusFault<T>(string? status, IReadOnlyList<T> all, Func<T, string> word, out T? only)
        where T : struct
    {
        only = null;
        if (string.IsNullOrEmpty(status))
        {
            return null;
        }

        foreach (var known in all)
        {
            if (status.Equals(word(known), StringComparison.OrdinalIgnoreCase))
            {
                only = known;
                return null;
            }
        }

        return Problems.Invalid("status", $"status is one of {string.Join(", ", all.Select(word))}.");
    }

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> PauseAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Accepted(await campaigns.PauseAsync(id, person, cancellationToken));

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> ResumeAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Accepted(await campaigns.ResumeAsync(id, person, cancellationToken));

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Accepted(await campaigns.CancelAsync(id, person, cancellationToken));

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> RetryAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Accepted(await campaigns.RetryAsync(id, person, cancellationToken));

    internal static Results<Accepted<CampaignResponse>, ProblemHttpResult> Accepted(CampaignResponse? campaign) => campaign is null
        ? Problems.NotFound("campaign")
        : TypedResults.Accepted($"/campaigns/{campaign.Id}", campaign);
}
