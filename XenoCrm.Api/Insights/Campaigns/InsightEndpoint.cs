using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Insights.Campaigns;

internal static class InsightEndpoint
{
    public static IEndpointRouteBuilder MapInsight(this IEndpointRouteBuilder routes)
    {
        // For all who may read, though a model may be asked: its answer is kept for everybody, and each user has so many questions a
        // minute.
        routes.MapGet("/campaigns/{id}/insight", TellAsync).RequirePermission(Permission.Read).WithTags("Insights").WithName("GetInsight")
            .WithSummary("How a campaign went: a paragraph, and the numbers under it.");
        return routes;
    }

    private static async Task<Results<Ok<InsightResponse>, ProblemHttpResult>> TellAsync(
        string id, ClaimsPrincipal person, InsightService insight, CancellationToken cancellationToken) =>
        await insight.TellAsync(id, person, cancellationToken) is { } told ? TypedResults.Ok(told) : Problems.NotFound("campaign");
}

/// <param name="Status">The campaign's: only of a <c>completed</c> one groups and campaigns are compared.</param>
/// <param name="Text">A few sentences over the numbers. Each number in it was looked up in them before it went out.</param>
/// <param name="Source">Who worded it: <c>openai</c>, or <c>grammar</c>, the built-in engine.</param>
/// <param name="Warnings">Why the language model was not used where it was meant to be.</param>
public sealed record InsightResponse(
    string CampaignId, string Status, string Text, string Source, IReadOnlyList<string> Warnings, CampaignNumbers Numbers);
