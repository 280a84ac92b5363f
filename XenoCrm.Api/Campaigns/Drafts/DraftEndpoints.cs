using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Drafts;

internal static class DraftEndpoints
{
    public static void MapDrafts(this IEndpointRouteBuilder campaigns)
    {
        campaigns.MapPost("/", CreateAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithName("CreateCampaign")
            .WithSummary("Stores a campaign as a draft; nothing is sent before it is launched. Idempotency-Key as in POST /segments.");
        campaigns.MapPatch("/{id}", ChangeAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("ChangeCampaign")
            .WithSummary("Changes a draft: a member that is left out stays as it is, and one that is null is taken away.");
        campaigns.MapDelete("/{id}", DeleteAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("DeleteCampaign")
            .WithSummary("Removes a draft.");
        campaigns.MapPost("/{id}/launch", LaunchAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("LaunchCampaign")
            .WithSummary(CampaignTransition.Launch.Effect);
        campaigns.MapPost("/{id}/unschedule", UnscheduleAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("UnscheduleCampaign")
            .WithSummary(CampaignTransition.Unschedule.Effect);
        campaigns.MapPost("/preview", PreviewAsync)
            .RequirePermission(Permission.Read)
            .WithName("PreviewCampaign")
            .WithSummary("What would become of a campaign if it started now: how many get it, why the others do not, and a few texts.");
        campaigns.MapPost("/{id}/test", TestAsync)
            .RequirePermission(Permission.Send)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("TestCampaign")
            .WithSummary(
                "Sends the campaign's message to a few given addresses, as a person of its audience would get it. It counts nowhere.");
    }

    private static async Task<Results<Created<CampaignResponse>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        CampaignRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        ClaimsPrincipal person,
        DraftService drafts,
        CancellationToken cancellationToken)
    {
        var draft = await drafts.CreateAsync(request, idempotencyKey, person, cancellationToken);
        return TypedResults.Created($"/campaigns/{draft.Id}", draft);
    }

    private static async Task<Results<Ok<CampaignResponse>, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        string id, CampaignChange change, ClaimsPrincipal person, DraftService drafts, CancellationToken cancellationToken) =>
        await drafts.ChangeAsync(id, change, person, cancellationToken) is { } draft
            ? TypedResults.Ok(draft)
            : Problems.NotFound("campaign");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, ClaimsPrincipal person, DraftService drafts, CancellationToken cancellationToken) =>
        await drafts.DeleteAsync(id, person, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("campaign");

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> LaunchAsync(
        string id, ClaimsPrincipal person, DraftService drafts, CancellationToken cancellationToken) =>
        CampaignEndpoints.Accepted(await drafts.LaunchAsync(id, person, cancellationToken));

    private static async Task<Results<Accepted<CampaignResponse>, ProblemHttpResult>> UnscheduleAsync(
        string id, ClaimsPrincipal person, DraftService drafts, CancellationToken cancellationToken) =>
        CampaignEndpoints.Accepted(await drafts.UnscheduleAsync(id, person, cancellationToken));

    private static async Task<Results<Ok<CampaignPreview>, ValidationProblem>> PreviewAsync(
        CampaignRequest request, CampaignRehearsal rehearsal, CancellationToken cancellationToken) =>
        TypedResults.Ok(await rehearsal.PreviewAsync(request, cancellationToken));

    private static async Task<Results<Ok<CampaignTestResponse>, ValidationProblem, ProblemHttpResult>> TestAsync(
        string id, CampaignTestRequest request, ClaimsPrincipal person, CampaignRehearsal rehearsal,
        CancellationToken cancellationToken) =>
        await rehearsal.TestAsync(id, request, person, cancellationToken) is { } sent
            ? TypedResults.Ok(sent)
            : Problems.NotFound("campaign");
}
