using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Core;
using XenoCrm.Core.Audit;

namespace XenoCrm.Api.Pages.Settings;

internal static class AuditPages
{
    private const int LongestActor = 254;

    public static void MapAuditPages(this IEndpointRouteBuilder settings) => settings.MapGet(SettingsPages.Audit, ShowAsync);

    private static async Task<RazorComponentResult> ShowAsync(
        string? action, string? actor, [AsParameters] PagePlace place, AuditService audit, CancellationToken cancellationToken)
    {
        var who = actor?.Trim() is { Length: > 0 and <= LongestActor } named ? named : null;
        var filter = new AuditFilter(AuditAction.All.Contains(action) ? action : null, who);
        var page = await audit.ListAsync(filter, place.Request(), cancellationToken);
        var query = new Dictionary<string, string?> { ["action"] = filter.Action, ["actor"] = filter.Actor };
        return Show.Page<AuditPage, AuditModel>(
            new AuditModel(page.Items, filter, place.In(SettingsPages.Audit, page.NextCursor, query)));
    }
}

/// <param name="Entries">A page of them, newest first.</param>
public sealed record AuditModel(IReadOnlyList<AuditResponse> Entries, AuditFilter Filter, PageTrail Trail);
