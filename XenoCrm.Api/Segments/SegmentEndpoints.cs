using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Auth;
using XenoCrm.Api.Http;
using XenoCrm.Data.Segments;

namespace XenoCrm.Api.Segments;

internal static class SegmentEndpoints
{
    private const int SampleSize = 5;

    public static IEndpointRouteBuilder MapSegments(this IEndpointRouteBuilder routes)
    {
        var segments = routes.MapGroup("/segments").RequirePermission(Permission.Read).WithTags("Segments");
        segments.MapPost("/preview", PreviewAsync)
            .WithName("PreviewSegment").WithSummary("Whom a rule selects: how many, how many a message can reach, and the first five.");
        segments.MapGet("", ListAsync)
            .WithName("ListSegments").WithSummary("The segments, newest first.");
        segments.MapGet("/{id}", GetAsync)
            .WithName("GetSegment").WithSummary("One segment.");
        return routes;
    }

    private static async Task<Ok<PreviewResponse>> PreviewAsync(PreviewRequest request, ISegmentStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var count = await store.CountAudienceAsync(request.Rule!, now, cancellationToken);
        var sample = await store.SampleAudienceAsync(request.Rule!, now, SampleSize, cancellationToken);
        return TypedResults.Ok(PreviewResponse.Of(count, sample));
    }

    private static async Task<Results<Ok<SegmentResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, ISegmentStore store, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await store.ListAsync(page, cancellationToken), SegmentResponse.Of)
            : problem!;

    private static async Task<Results<Ok<SegmentResponse>, ProblemHttpResult>> GetAsync(string id, ISegmentStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } segment
            ? TypedResults.Ok(SegmentResponse.Of(segment))
            : Problems.NotFound("segment");
}
