using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;

namespace XenoCrm.Api.Insights.BestTime;

internal static class BestTimeEndpoint
{
    public static IEndpointRouteBuilder MapBestTime(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/segments/best-time", FindAsync).RequirePermission(Permission.Read).WithTags("Insights").WithName("FindBestTime")
            .WithSummary("When to send: the day and hour in which an audience orders most, and how sure that is.");
        return routes;
    }

    private static async Task<Results<Ok<BestTimeResponse>, ValidationProblem>> FindAsync(
        BestTimeRequest request, BestTimeService times, CancellationToken cancellationToken) =>
        TypedResults.Ok(await times.FindAsync(request, cancellationToken));
}
