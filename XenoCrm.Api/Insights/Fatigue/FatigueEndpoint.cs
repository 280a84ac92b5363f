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
        int? days, FatigueService fatigue, CancellationToken cancellationToken) =>
        Problems.OutOfRange("days", days, FatigueService.MostDays) is { } problem
            ? problem
            : TypedResults.Ok(await fatigue.CountAsync(days ?? FatigueService.DefaultDays, cancellationToken));
}
