using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Segments;

/// <summary>
/// All whom a segment's rule selects now, page by page and as a file. A campaign's audience is another: it was fixed when the campaign
/// began.
/// </summary>
internal static class SegmentCustomers
{
    public static void MapSegmentCustomers(this IEndpointRouteBuilder segments)
    {
        segments.MapGet("/{id}/customers", ListAsync).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("ListCustomersOfSegment").WithSummary(
                "All whom the segment's rule selects now; ?q= and ?sort= as in the list of customers.");
        segments.MapGet("/{id}/customers.csv", ExportAsync).ProducesProblem(StatusCodes.Status404NotFound)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithName("ExportCustomersOfSegment").WithSummary(
                "All whom the segment's rule selects now, as a CSV file that can be imported again.");
    }

    private static async Task<Results<Ok<CustomerResponse[]>, ValidationProblem, ProblemHttpResult>> ListAsync(
        string id, [AsParameters] Selection selection, int? limit, string? cursor,
        ISegmentStore segments, ICustomerStore customers, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor, out var problem) is not { } page)
        {
            return problem!;
        }

        if (await segments.FindAsync(id, cancellationToken) is not { } segment)
        {
            return Problems.NotFound("segment");
        }

        return selection.List.Read(segment.Rule, time, out problem) is { } query
            ? Paging.Answer(http, await customers.ListAsync(query, page, cancellationToken), CustomerResponse.Of)
            : problem!;
    }

    private static async Task<Results<PushStreamHttpResult, ValidationProblem, ProblemHttpResult>> ExportAsync(
        string id, [AsParameters] Selection selection, ClaimsPrincipal person,
        ISegmentStore segments, ICustomerStore customers, AuditLog audit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await segments.FindAsync(id, cancellationToken) is not { } segment)
        {
            return Problems.NotFound("segment");
        }

        if (selection.List.Read(segment.Rule, time, out var problem) is not { } query)
        {
            return problem!;
        }

        var file = await CustomerExport.ToFileAsync(
            query, "segment", segment.Id, "segment", person, customers, audit, time, cancellationToken);
        return file.Result switch
        {
            PushStreamHttpResult stream => stream,
            var refused => (ValidationProblem)refused,
        };
    }

    internal sealed record Selection
    {
        [FromQuery(Name = "q")]
        public string? Q { get; init; }

        [FromQuery(Name = "sort")]
        public string? Sort { get; init; }

        public CustomerList List => new() { Q = Q, Sort = Sort };
    }
}
