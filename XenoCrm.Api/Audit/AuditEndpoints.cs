using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Core.Audit;

namespace XenoCrm.Api.Audit;

internal static class AuditEndpoints
{
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit", ListAsync).RequirePermission(Permission.Administer).WithTags("Audit")
            .WithName("ListAudit").WithSummary("Who did what to which campaign, key, person or customer, or took data out, newest first.");
        return routes;
    }

    private static async Task<Results<Ok<AuditResponse[]>, ValidationProblem>> ListAsync(
        int? limit, string? cursor, HttpContext http, AuditService audit, CancellationToken cancellationToken) =>
        Paging.Read(limit, cursor, out var problem) is { } page
            ? Paging.Answer(http, await audit.ListAsync(AuditFilter.All, page, cancellationToken))
            : problem!;
}

/// <param name="Actor">A person's e-mail address, or <c>key:NAME</c>.</param>
/// <param name="Action">What was done, such as <c>campaign.paused</c>.</param>
/// <param name="Subject">The id of what it was done to.</param>
/// <param name="Detail">What the id does not tell.</param>
public sealed record AuditResponse(string Id, DateTimeOffset At, string Actor, string Action, string? Subject, string? Detail)
{
    internal static AuditResponse Of(AuditEntry entry) => new(entry.Id, entry.At, entry.Actor, entry.Action, entry.Subject, entry.Detail);
}
