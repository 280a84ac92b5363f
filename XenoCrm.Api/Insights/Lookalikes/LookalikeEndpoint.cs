using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Core.Segments;

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
        LookalikeRequest request, ISegmentStore segments, LookalikeFinder finder, CancellationToken cancellationToken)
    {
        var (rule, problem) = await AskedRule.FindAsync(request.Rule, request.SegmentId, segments, cancellationToken);
        if (rule is null)
        {
            return problem!;
        }

        return await finder.FindAsync(rule, request.Size, cancellationToken) switch
        {
            Lookalike.Found found => TypedResults.Ok(LookalikeResponse.Of(found)),
            Lookalike.Refused refused => TypedResults.Problem(refused.Reason, statusCode: StatusCodes.Status422UnprocessableEntity),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not known."),
        };
    }
}
