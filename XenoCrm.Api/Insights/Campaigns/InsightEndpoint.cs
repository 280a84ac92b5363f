using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Http;
using XenoCrm.Api.Language;
using XenoCrm.Data.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

internal static class InsightEndpoint
{
    public static IEndpointRouteBuilder MapInsight(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/campaigns/{id}/insight", TellAsync).RequirePermission(Permission.Read).WithTags("Insights").WithName("GetInsight")
            .WithSummary("How a campaign went: a paragraph, and the numbers under it.");
        return routes;
    }

    private static async Task<Results<Ok<InsightResponse>, ProblemHttpResult>> TellAsync(
        string id, ICampaignStore campaigns, CampaignInsight insight, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return Problems.NotFound("campaign");
        }

        var numbers = await insight.CountAsync(campaign, cancellationToken);
        return TypedResults.Ok(new InsightResponse(id, CampaignResponse.Word(campaign.Status), insight.Word(campaign, numbers), LanguageSource.Grammar, numbers));
    }
}

/// <param name="Status">The campaign's: only of a <c>completed</c> one groups and campaigns are compared.</param>
/// <param name="Text">A few sentences over the numbers. Each number in it was looked up in them before it went out.</param>
/// <param name="Source">Who worded it: <c>grammar</c>, the built-in engine.</param>
public sealed record InsightResponse(string CampaignId, string Status, string Text, string Source, CampaignNumbers Numbers);
