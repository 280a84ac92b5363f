using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Http;
using XenoCrm.Api.Vendor;
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
            .WithSummary("The campaigns, newest first.");
        campaigns.MapGet("/{id}", FindAsync)
            .RequirePermission(Permission.Read)
            .WithName("GetCampaign")
            .WithSummary("One campaign with its counts.");
        campaigns.MapGet("/{id}/logs", ListLogAsync)
            .RequirePermission(Permission.Read)
            .WithName("ListLogs")
            .WithSummary("The delivery log, one row a recipient; ?status= PENDING, SKIPPED, FAILED or SENT.");
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
        campaigns.MapCampaignEvents();
        routes.MapLogExport();
        return routes;
    }

    private static async Task<Results<Ok<CampaignResponse[]>, ValidationProblem>> ListAsync(
        HttpContext http, ICampaignStore campaigns, VendorGate gate, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        var outage = gate.Outage;
        return Paging.Answer(http, await campaigns.ListAsync(page, cancellationToken), campaign => CampaignResponse.Of(campaign, outage));
    }

    private static async Task<Results<Ok<CampaignResponse>, ProblemHttpResult>> FindAsync(
        string id, ICampaignStore campaigns, VendorGate gate, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? TypedResults.Ok(CampaignResponse.Of(campaign, gate.Outage))
            : Problems.NotFound("campaign");

    private static async Task<Results<Ok<LogEntryResponse[]>, ValidationProblem, ProblemHttpResult>> ListLogAsync(
        string id, HttpContext http, ICampaignStore campaigns, string? status, int? limit, string? cursor,
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

        return await campaigns.ListLogAsync(id, only, page, cancellationToken) is { } log
            ? Paging.Answer(http, log, LogEntryResponse.Of)
            : Problems.NotFound("campaign");
    }

    internal static ValidationProblem? StatusFault(string? status, out DeliveryStatus? only)
    {
        only = null;
        if (string.IsNullOrEmpty(status))
        {
            return null;
        }

        foreach (var known in DeliveryStatusOrder.All)
        {
            if (status.Equals(LogEntryResponse.Word(known), StringComparison.OrdinalIgnoreCase))
            {
                only = known;
                return null;
            }
        }

        return Problems.Invalid("status", $"status is one of {string.Join(", ", DeliveryStatusOrder.All.Select(LogEntryResponse.Word))}.");
    }

    private static Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> PauseAsync(
        string id, ClaimsPrincipal person, ICampaignStore campaigns, VendorGate gate, SenderSignal signal, AuditLog audit,
        TimeProvider time, CancellationToken cancellationToken) =>
        StepAsync(
            id, new CampaignStep.Pause($"Paused by {person.Identity?.Name}."), AuditAction.CampaignPaused,
            person, campaigns, gate, signal, audit, time, cancellationToken);

    private static Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> ResumeAsync(
        string id, ClaimsPrincipal person, ICampaignStore campaigns, VendorGate gate, SenderSignal signal, AuditLog audit,
        TimeProvider time, CancellationToken cancellationToken) =>
        StepAsync(
            id, new CampaignStep.Resume(), AuditAction.CampaignResumed, person, campaigns, gate, signal, audit, time, cancellationToken);

    private static Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal person, ICampaignStore campaigns, VendorGate gate, SenderSignal signal, AuditLog audit,
        TimeProvider time, CancellationToken cancellationToken) =>
        StepAsync(
            id, new CampaignStep.Cancel(), AuditAction.CampaignCancelled, person, campaigns, gate, signal, audit, time, cancellationToken);

    private static Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> RetryAsync(
        string id, ClaimsPrincipal person, ICampaignStore campaigns, VendorGate gate, SenderSignal signal, AuditLog audit,
        TimeProvider time, CancellationToken cancellationToken) =>
        StepAsync(
            id, new CampaignStep.Retry(), AuditAction.CampaignRetried, person, campaigns, gate, signal, audit, time, cancellationToken);

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> StepAsync(
        string id, CampaignStep step, string action, ClaimsPrincipal person, ICampaignStore campaigns, VendorGate gate, SenderSignal signal,
        AuditLog audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var outcome = await campaigns.StepAsync(id, step, time.GetUtcNow(), cancellationToken);
        if (outcome.Status is not { } found)
        {
            return Problems.NotFound("campaign");
        }

        if (!outcome.Taken)
        {
            return Problems.Conflict(Refusal(step.Transition, found));
        }

        signal.Wake();
        await audit.WriteAsync(person, action, id);
        var campaign = await campaigns.FindAsync(id, cancellationToken);
        return TypedResults.Accepted($"/campaigns/{id}", CampaignResponse.Of(campaign!, gate.Outage));
    }

    private static string Refusal(CampaignTransition step, CampaignStatus found) => step.Allows(found)
        ? "Nothing of this campaign failed; there is nothing to send again."
        : $"Only a {string.Join(" or ", step.From.Select(CampaignResponse.Word))} campaign can be {step.Done}; "
            + $"this one is {CampaignResponse.Word(found)}.";
}
