using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Campaigns.Drafts;

internal static class OverlapEndpoint
{
    public static void MapOverlap(this IEndpointRouteBuilder campaigns)
    {
        campaigns.MapGet("/{id}/overlap", FindAsync)
            .RequirePermission(Permission.Read)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("GetOverlap")
            .WithSummary("How many of a draft's people would also get another campaign that is scheduled within ?days= (3) of it.");
        campaigns.MapPost("/overlap", CompareAsync)
            .RequirePermission(Permission.Read)
            .WithName("CompareAudiences")
            .WithSummary("How many people are in each two of 2 to 5 drafts or scheduled campaigns, and how many in any.");
    }

    private static async Task<Results<Ok<OverlapResponse>, ValidationProblem, ProblemHttpResult>> FindAsync(
        string id,
        [WholeNumber(1, CampaignOverlap.MostDays, CampaignOverlap.DefaultDays)] int? days,
        CampaignOverlap overlap,
        CancellationToken cancellationToken) =>
        await overlap.OfAsync(id, days ?? CampaignOverlap.DefaultDays, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Problems.NotFound("campaign");

    private static async Task<Results<Ok<OverlapTable>, ValidationProblem>> CompareAsync(
        OverlapRequest request, CampaignOverlap overlap, CancellationToken cancellationToken) =>
        TypedResults.Ok(await overlap.OfAsync(request.Campaigns, cancellationToken));
}
