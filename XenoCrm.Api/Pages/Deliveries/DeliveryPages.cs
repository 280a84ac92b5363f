using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Overview;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Receipts;
using XenoCrm.Core;

namespace XenoCrm.Api.Pages.Deliveries;

internal static class DeliveryPages
{
    public const string Path = "/app/deliveries";

    private const int Rows = 25;

    public static void MapDeliveryPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/stream", ShowStreamAsync).RequirePermission(Permission.Read);

        // One letter, or all that can be replayed; one, or all that cannot.
        pages.MapPost($"{Path}/{{id}}/replay", ReplayAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/replay", ReplayAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/discard", DiscardAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/discard", DiscardAsync).RequirePermission(Permission.Send);
    }

    private static async Task<RazorComponentResult> ShowAsync(
        [AsParameters] PagePlace place, int? replayed, int? discarded, ClaimsPrincipal person, DeadLetterService letters,
        CancellationToken cancellationToken)
    {
        var page = await letters.ListAsync(place.Request(Rows), cancellationToken);
        return Show.Page<DeliveriesPage, DeliveriesModel>(new DeliveriesModel(
            await letters.BacklogAsync(cancellationToken),
            page.Items,
            place.In(Path, page.NextCursor),
            replayed,
            discarded,
            new Viewer(person)));
    }

    private static async Task<RazorComponentResult> ShowStreamAsync(
        OverviewService overview, CancellationToken cancellationToken) =>
        Show.Page<StreamFigures, StreamModel>(new StreamModel(await overview.BacklogAsync(cancellationToken)));

    private static async Task<RedirectHttpResult> ReplayAsync(
        string? id, ClaimsPrincipal person, DeadLetterService letters, CancellationToken cancellationToken) =>
        Back("replayed", await letters.ReplayAsync(id is null ? null : [id], person, cancellationToken));

    private static async Task<RedirectHttpResult> DiscardAsync(
        string? id, ClaimsPrincipal person, DeadLetterService letters, CancellationToken cancellationToken) =>
        Back("discarded", await letters.DiscardAsync(id is null ? null : [id], person, cancellationToken));

    private static RedirectHttpResult Back(string what, int count) =>
        TypedResults.LocalRedirect(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}?{what}={count}"));
}

/// <param name="Letters">A page of them, newest first.</param>
/// <param name="Replayed">How many the last form put back; null if it was none.</param>
/// <param name="Discarded">How many the last form dropped; null if it was none.</param>
public sealed record DeliveriesModel(
    BacklogResponse Backlog, IReadOnlyList<DeadReceiptResponse> Letters, PageTrail Trail, int? Replayed, int? Discarded, Viewer Viewer);

/// <param name="Backlog">Null while the stream cannot be reached.</param>
public sealed record StreamModel(BacklogResponse? Backlog);
