using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Segments;

internal static class SegmentEndpoints
{
    private const int SampleSize = 5;

    // A preview does not wait for more: the launch counts them all.
    private const int MostRead = 100_000;

    public static IEndpointRouteBuilder MapSegments(this IEndpointRouteBuilder routes)
    {
        var segments = routes.MapGroup("/segments").RequirePermission(Permission.Read).WithTags("Segments");
        segments.MapPost("/preview", PreviewAsync)
            .WithName("PreviewSegment").WithSummary("Whom a rule selects: how many, how many a message can reach, and the first five.");
        segments.MapGet("", ListAsync)
            .WithName("ListSegments").WithSummary("The segments, newest first.");
        segments.MapGet("/{id}", GetAsync)
            .WithName("GetSegment").WithSummary("One segment.");
        segments.MapSegmentCustomers();
        return routes;
    }

    private static async Task<Results<Ok<PreviewResponse>, ValidationProblem>> PreviewAsync(
        PreviewRequest request, ISegmentStore store, IOptions<AccountOptions> account, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gaps = request.Message is null ? null : new MessageGaps(MessageTemplate.Parse(request.Message), account.Value);
        var count = await store.CountAudienceAsync(request.Rule!, now, cancellationToken);
        var sample = await store.SampleAudienceAsync(request.Rule!, now, SampleSize, cancellationToken);
        var warnings = gaps is null ? null : await WarningsAsync(gaps, store.StreamAudienceAsync(request.Rule!, now, cancellationToken));
        return TypedResults.Ok(PreviewResponse.Of(count, sample, warnings));
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(MessageGaps gaps, IAsyncEnumerable<Customer> audience)
    {
        if (!gaps.IsNeeded)
        {
            return [];
        }

        await foreach (var customer in audience)
        {
            if (gaps.People == MostRead)
            {
                return gaps.Warnings(", the first by id,");
            }

            gaps.Render(customer);
        }

        return gaps.Warnings();
    }

    private static async Task<Results<Ok<SegmentResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, ISegmentStore store, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await store.ListAsync(page, cancellationToken), SegmentResponse.Of)
            : problem!;

    private static async Task<Results<Ok<SegmentResponse>, ProblemHttpResult>> GetAsync(
        string id, ISegmentStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } segment
            ? TypedResults.Ok(SegmentResponse.Of(segment))
            : Problems.NotFound("segment");
}
