using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;

namespace XenoCrm.Api.Segments;

internal static class SegmentEndpoints
{
    public static IServiceCollection AddSegments(this IServiceCollection services) => services.AddSingleton<SegmentService>();

    public static IEndpointRouteBuilder MapSegments(this IEndpointRouteBuilder routes)
    {
        var segments = routes.MapGroup("/segments").RequirePermission(Permission.Read).WithTags("Segments");
        segments.MapPost("/preview", PreviewAsync)
            .WithName("PreviewSegment").WithSummary("Whom a rule selects: how many, how many a message can reach, and the first five.");
        segments.MapGet("", ListAsync)
            .WithName("ListSegments").WithSummary("The segments, newest first; with ?archived=true those that are put away.");
        segments.MapGet("/{id}", GetAsync)
            .WithName("GetSegment").WithSummary("One segment.");
        routes.MapPatch("/segments/{id}", ChangeAsync).RequirePermission(Permission.Send).WithTags("Segments")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("ChangeSegment").WithSummary("Gives a segment another name, puts it away or takes it out again.");
        segments.MapSegmentCustomers();
        return routes;
    }

    private static async Task<Results<Ok<PreviewResponse>, ValidationProblem>> PreviewAsync(
        PreviewRequest request, SegmentService segments, CancellationToken cancellationToken) =>
        TypedResults.Ok(await segments.PreviewAsync(request.Rule!, request.Message, cancellationToken));

    private static async Task<Results<Ok<SegmentResponse[]>, ValidationProblem>> ListAsync(
        bool? archived, int? limit, string? cursor, HttpContext http, SegmentService segments, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await segments.ListAsync(archived == true, page, cancellationToken))
            : problem!;

    private static async Task<Results<Ok<SegmentResponse>, ProblemHttpResult>> GetAsync(
        string id, SegmentService segments, CancellationToken cancellationToken) =>
        await segments.FindAsync(id, cancellationToken) is { } segment
            ? TypedResults.Ok(segment)
            : Problems.NotFound("segment");

    private static async Task<Results<Ok<SegmentResponse>, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        string id, SegmentChange change, ClaimsPrincipal person, SegmentService segments, CancellationToken cancellationToken) =>
        await segments.ChangeAsync(id, change, person, cancellationToken) is { } segment
            ? TypedResults.Ok(segment)
            : Problems.NotFound("segment");
}
