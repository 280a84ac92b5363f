using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Http;
using XenoCrm.Api.Insights.Campaigns;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Pages.Campaigns;

internal static class CampaignPages
{
    private const string Path = "/app/campaigns";
    private const int LogPageSize = 25;

    public static void MapCampaignPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}", ShowAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}/insight", TellAsync).RequirePermission(Permission.Read);
        pages.MapGet($"{Path}/{{id}}/hours", ShowHoursAsync).RequirePermission(Permission.Read);
        pages.MapPost($"{Path}/{{id}}/pause", PauseAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/resume", ResumeAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/cancel", CancelAsync).RequirePermission(Permission.Send);
        pages.MapGet($"{Path}/{{id}}/retry", AskToRetryAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/retry", RetryAsync).RequirePermission(Permission.Send);
        pages.MapDraftPages();
    }

    /// <summary>Where the messages of a campaign that have that status are.</summary>
    public static string RowsOf(CampaignResponse campaign, string status) => $"{Path}/{campaign.Id}?status={status}#log";

    private static async Task<RazorComponentResult> ListAsync(
        string? status, string? tag, string? series, [AsParameters] PagePlace place, ClaimsPrincipal person, CampaignService campaigns,
        CancellationToken cancellationToken)
    {
        var fault = CampaignEndpoints.StatusFault(status, CampaignResponse.Statuses, CampaignResponse.Word, out var only);
        var filter = new CampaignFilter(only, PagePlace.OrNull(tag), Series: PagePlace.OrNull(series));
        var page = fault is null ? await campaigns.ListAsync(filter, place.Request(), cancellationToken) : new([], null);
        var query = new Dictionary<string, string?>
        {
            ["status"] = only is { } one ? CampaignResponse.Word(one) : status,
            ["tag"] = filter.Tag,
            ["series"] = filter.Series,
        };
        return Show.Page<CampaignListPage, CampaignListModel>(
            new CampaignListModel(page.Items, place.In(Path, page.NextCursor, query), Words(fault), new Viewer(person).MaySend));
    }

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> ShowAsync(
        string id, string? status, string? reason, string? q, int? tested, [AsParameters] PagePlace place, ClaimsPrincipal person,
        DraftDesk desk, CancellationToken cancellationToken)
    {
        var (campaigns, segments) = (desk.Campaigns, desk.Segments);
        var fault = CampaignEndpoints.StatusFault(status, out var only);
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return Problems.NotFound("campaign");
        }

        if (DraftPages.IsWaiting(campaign))
        {
            return Show.Page<DraftPage, DraftModel>(await DraftPages.ModelAsync(campaign, desk, person, tested, cancellationToken));
        }

        var search = new LogSearch(only, PagePlace.OrNull(reason), PagePlace.OrNull(q));
        var (log, refusal) = fault is null
            ? await SearchAsync(id, search, place.Request(LogPageSize), campaigns, cancellationToken)
            : (new Page<LogLine>([], null), Words(fault));
        var query = new Dictionary<string, string?>
        {
            ["status"] = only is { } one ? LogEntryResponse.Word(one) : status,
            ["reason"] = search.Reason,
            ["q"] = search.Person,
        };
        var segment = campaign.SegmentId is { } segmentId ? await segments.FindAsync(segmentId, cancellationToken) : null;
        return Show.Page<CampaignPage, CampaignModel>(new CampaignModel(
            campaign, segment, log.Items, place.In($"{Path}/{id}", log.NextCursor, query), refusal,
            new Viewer(person).MaySend)
        {
            Hours = desk.HoursOf(campaign),
            Rounds = await campaigns.ListRoundsAsync(id, cancellationToken),
        });
    }

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> ShowHoursAsync(
        string id, DraftDesk desk, CancellationToken cancellationToken) =>
        await desk.Campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? Show.Page<HoursPart, HoursModel>(desk.HoursOf(campaign))
            : Problems.NotFound("campaign");

    private static async Task<(Page<LogLine> Log, string? Refusal)> SearchAsync(
        string id, LogSearch search, PageRequest page, CampaignService campaigns, CancellationToken cancellationToken)
    {
        try
        {
            return (await campaigns.ReadLogAsync(id, search, page, cancellationToken) ?? new Page<LogLine>([], null), null);
        }
        catch (RefusedRequestException e)
        {
            return (new Page<LogLine>([], null), e.Message);
        }
    }

    private static string? Words(ValidationProblem? fault) => fault?.ProblemDetails.Errors.Values.First()[0];

    /// <summary>A page of its own, or the part alone that the campaign's page puts into itself.</summary>
    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> TellAsync(
        string id, bool? part, ClaimsPrincipal person, CampaignService campaigns, InsightService insight,
        CancellationToken cancellationToken)
    {
        if (await insight.TellAsync(id, person, cancellationToken) is not { } told)
        {
            return Problems.NotFound("campaign");
        }

        if (part == true)
        {
            return Show.Page<InsightPart, InsightResponse>(told);
        }

        return await campaigns.FindAsync(id, cancellationToken) is { } campaign
            ? Show.Page<InsightPage, InsightModel>(new InsightModel(campaign.Name, told))
            : Problems.NotFound("campaign");
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> PauseAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Back(await campaigns.PauseAsync(id, person, cancellationToken));

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> ResumeAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Back(await campaigns.ResumeAsync(id, person, cancellationToken));

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Back(await campaigns.CancelAsync(id, person, cancellationToken));

    /// <summary>What a retry would do, before it is done.</summary>
    private static async Task<Results<RazorComponentResult, RedirectHttpResult, ProblemHttpResult>> AskToRetryAsync(
        string id, CampaignService campaigns, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is not { } campaign ? Problems.NotFound("campaign")
        : campaign is { Status: "completed", Stats.Failed: > 0 } ? Show.Page<RetryPage, RetryModel>(
            new RetryModel(campaign, await campaigns.CountFailuresAsync(id, cancellationToken)))
        : TypedResults.LocalRedirect($"{Path}/{campaign.Id}");

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> RetryAsync(
        string id, ClaimsPrincipal person, CampaignService campaigns, CancellationToken cancellationToken) =>
        Back(await campaigns.RetryAsync(id, person, cancellationToken));

    private static Results<RedirectHttpResult, ProblemHttpResult> Back(CampaignResponse? campaign) => campaign is null
        ? Problems.NotFound("campaign")
        : TypedResults.LocalRedirect($"{Path}/{campaign.Id}");
}

/// <param name="Refusal">Why they cannot be filtered so; null if they can.</param>
/// <param name="MaySend">Whether the viewer may begin one.</param>
public sealed record CampaignListModel(IReadOnlyList<CampaignResponse> Campaigns, PageTrail Trail, string? Refusal, bool MaySend)
{
    public bool IsFiltered => Trail.Query.Values.Any(value => !string.IsNullOrEmpty(value));
}

/// <param name="Segment">Whom it is for.</param>
/// <param name="Log">A page of the delivery log.</param>
/// <param name="Refusal">Why the log cannot be searched so; null if it can.</param>
/// <param name="MaySteer">Whether the viewer may pause, resume, cancel and retry.</param>
public sealed record CampaignModel(
    CampaignResponse Campaign,
    SegmentResponse? Segment,
    IReadOnlyList<LogLine> Log,
    PageTrail Trail,
    string? Refusal,
    bool MaySteer)
{
    /// <summary>Which of its messages wait for their hour.</summary>
    public required HoursModel Hours { get; init; }

    /// <summary>Those that a retry has ended.</summary>
    public required IReadOnlyList<CampaignRound> Rounds { get; init; }
}

/// <param name="Failures">Why its messages have failed.</param>
public sealed record RetryModel(CampaignResponse Campaign, IReadOnlyList<FailureCount> Failures);

/// <param name="Waiting">Null where none wait.</param>
/// <param name="Zone">On whose clocks their hour is told.</param>
public sealed record HoursModel(HourWaitResponse? Waiting, TimeZoneInfo Zone, DateTimeOffset Now);

/// <param name="Insight">How the campaign went, as the API tells it.</param>
public sealed record InsightModel(string CampaignName, InsightResponse Insight);
