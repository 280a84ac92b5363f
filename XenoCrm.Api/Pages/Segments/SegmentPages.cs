using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Core;

namespace XenoCrm.Api.Pages.Segments;

internal static class SegmentPages
{
    private const string Path = "/app/segments";

    private const int PerPage = 25;

    // A page's first byte comes within a tenth of a second; to count a million may take longer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    public static void MapSegmentPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/words", ListWordsAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}", ShowAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}/now", ShowNowAsync).RequirePermission(Permission.Read);
    }

    /// <summary>The part of a segment's page that takes as long as it takes to count.</summary>
    public static string NowOf(string id) => $"{Path}/{Uri.EscapeDataString(id)}/now";

    private static async Task<RazorComponentResult> ListAsync(
        [AsParameters] PagePlace place, SegmentService segments, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var page = await segments.ListAsync(archived: false, place.Request(PerPage), cancellationToken);
        var campaigns = await segments.ListCampaignsAsync([.. page.Items.Select(segment => segment.Id)], cancellationToken);
        var uses = campaigns.ToLookup(campaign => campaign.SegmentId);
        return Show.Page<SegmentListPage, SegmentListModel>(new SegmentListModel(
            [.. page.Items.Select(segment => new SegmentUse(segment, uses[segment.Id].FirstOrDefault()))],
            place.In(Path, page.NextCursor),
            new Viewer(person).MaySend));
    }

    /// <param name="wait">For whoever has no scripts: the page comes once all is counted.</param>
    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> ShowAsync(
        string id, bool? wait, SegmentService segments, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await FindAsync(id, wait == true ? null : Patience, segments, person, cancellationToken) is { } model
            ? Show.Page<SegmentPage, SegmentModel>(model)
            : Problems.NotFound("segment");

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> ShowNowAsync(
        string id, SegmentService segments, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await FindAsync(id, null, segments, person, cancellationToken) is { } model
            ? Show.Page<SegmentNow, SegmentModel>(model)
            : Problems.NotFound("segment");

    private static async Task<SegmentModel?> FindAsync(
        string id, TimeSpan? patience, SegmentService segments, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await segments.FindAsync(id, cancellationToken) is not { } segment)
        {
            return null;
        }

        var campaigns = await segments.ListCampaignsAsync([id], cancellationToken);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        hurry.CancelAfter(patience ?? Timeout.InfiniteTimeSpan);
        PreviewResponse? now = null;
        try
        {
            now = await segments.PreviewAsync(segment.Rule, null, hurry.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The page comes without it, and asks for it.
        }

        return new SegmentModel(segment, now, campaigns, new Viewer(person).MaySend);
    }

    // What the rule builder suggests while one types.
    private static async Task<Ok<WordsResponse>> ListWordsAsync(AccountWords words, CancellationToken cancellationToken)
    {
        var known = await words.GetAsync(cancellationToken);
        return TypedResults.Ok(new WordsResponse(
            [.. known.Cities.Select(word => word.Text)],
            [.. known.Countries.Select(word => word.Text)],
            [.. known.Tags.Select(word => word.Text)],
            [.. known.AttributeKeys.Select(word => word.Text)]));
    }
}

/// <summary>The words that the account's customers have, the most frequent first.</summary>
public sealed record WordsResponse(
    IReadOnlyList<string> Cities, IReadOnlyList<string> Countries, IReadOnlyList<string> Tags, IReadOnlyList<string> AttributeKeys);

public sealed record SegmentListModel(IReadOnlyList<SegmentUse> Segments, PageTrail Trail, bool MaySend);

/// <param name="Last">The campaign that was sent to it last; null where none is known.</param>
public sealed record SegmentUse(SegmentResponse Segment, CampaignResponse? Last);

/// <param name="Now">Whom its rule selects now; null while they are counted.</param>
/// <param name="Campaigns">Newest first.</param>
public sealed record SegmentModel(
    SegmentResponse Segment, PreviewResponse? Now, IReadOnlyList<CampaignResponse> Campaigns, bool MaySend);
