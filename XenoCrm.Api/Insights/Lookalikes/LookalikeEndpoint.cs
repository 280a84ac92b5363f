using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;

namespace XenoCrm.Api.Insights.Lookalikes;

internal static class LookalikeEndpoint
{
    public static IEndpointRouteBuilder MapLookalikes(this IEndpointRouteBuilder routes)
    {
        // It reads the customers several times over, for somebody who is about to make a segment.
        routes.MapPost("/segments/lookalike", FindAsync).RequirePermission(Permission.Send).WithTags("Insights").WithName("FindLookalikes")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("A rule that describes a segment's members by what else they have in common, and so selects others like them.");
        return routes;
    }

    private static async Task<Results<Ok<LookalikeResponse>, ValidationProblem, ProblemHttpResult>> FindAsync(
        LookalikeRequest request, LookalikeService lookalikes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await lookalikes.FindAsync(request, cancellationToken));
}
