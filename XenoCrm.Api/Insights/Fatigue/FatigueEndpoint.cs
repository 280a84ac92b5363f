using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Insights.Fatigue;

internal static class FatigueEndpoint
{
    public static IEndpointRouteBuilder MapFatigue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/insights/fatigue", CountAsync).RequirePermission(Permission.Read).WithTags("Insights").WithName("GetFatigue")
            .WithSummary("Who has had how many messages in the last days; ?days= 1 to 90, 30 without it.");
        return routes;
    }

    private static async Task<Results<Ok<FatigueResponse>, ValidationProblem>> CountAsync(
        [WholeNumber(1, FatigueService.MostDays, FatigueService.DefaultDays)] int? days,
        FatigueService fatigue,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await fatigue.CountAsync(days ?? FatigueService.DefaultDays, cancellationToken));
}
