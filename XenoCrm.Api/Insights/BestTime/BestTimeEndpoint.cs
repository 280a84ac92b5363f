using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.BestTime;

internal static class BestTimeEndpoint
{
    /// <summary>More would not change the answer.</summary>
    private const int MaxCustomers = 100_000;

    public static IEndpointRouteBuilder MapBestTime(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/segments/best-time", FindAsync).RequirePermission(Permission.Read).WithTags("Insights").WithName("FindBestTime")
            .WithSummary("When to send: the day and hour in which an audience orders most, and how sure that is.");
        return routes;
    }

    private static async Task<Results<Ok<BestTimeResponse>, ValidationProblem>> FindAsync(
        BestTimeRequest request,
        ISegmentStore segments,
        IOptions<AccountOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var id = request.TimeZone ?? options.Value.TimeZone;
        if (!ZoneId.TryFind(id, out var zone))
        {
            return Problems.Invalid("timeZone", ZoneId.Unknown(id));
        }

        var (rule, problem) = await AskedRule.FindAsync(request.Rule, request.SegmentId, segments, cancellationToken);
        if (rule is null)
        {
            return problem!;
        }

        var now = time.GetUtcNow();
        var audience = await segments.CountAudienceAsync(rule, now, cancellationToken);
        var times = await segments.CountOrderTimesAsync(rule, now, zone, MaxCustomers, cancellationToken);
        return TypedResults.Ok(BestTimeResponse.Of(times, zone, audience.Reachable > MaxCustomers, now));
    }
}
