using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Http;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Pages.Campaigns;

/// <summary>What can be done with a campaign that has not started yet. It is written on the page of a new campaign.</summary>
internal static class DraftPages
{
    private const string Path = "/app/campaigns";

    public static void MapDraftPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet($"{Path}/{{id}}/people", CountAsync).RequirePermission(Permission.Read);
        pages.MapPost($"{Path}/{{id}}/test", TestAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/unschedule", UnscheduleAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/{{id}}/delete", DeleteAsync).RequirePermission(Permission.Send);
    }

    /// <summary>Whether a campaign has that page: later it has its log.</summary>
    public static bool IsWaiting(CampaignResponse campaign) => campaign.Status is "draft" or "scheduled";

    /// <param name="campaign">One that waits.</param>
    /// <param name="desk">Where its names are looked up.</param>
    /// <param name="person">Who looks.</param>
    /// <param name="tested">How many test messages have just been sent; null for none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async Task<DraftModel> ModelAsync(
        CampaignResponse campaign, DraftDesk desk, ClaimsPrincipal person, int? tested, CancellationToken cancellationToken)
    {
        var plan = campaign.Plan!;
        var segment = plan.SegmentId is { } id ? await desk.Segments.FindAsync(id, cancellationToken) : null;
        var leftOut = new List<string>();
        foreach (var excluded in plan.Exclude.Segments)
        {
            leftOut.Add($"people in “{(await desk.Segments.FindAsync(excluded, cancellationToken))?.Name ?? excluded}”");
        }

        foreach (var excluded in plan.Exclude.Campaigns)
        {
            leftOut.Add($"people who got “{(await desk.Campaigns.FindAsync(excluded, cancellationToken))?.Name ?? excluded}”");
        }

        leftOut.AddRange(plan.Exclude.Rules.Select(rule => $"whoever fits this: {RuleExplainer.Explain(rule)}"));
        return new DraftModel(campaign, plan.Rule ?? segment?.Rule, leftOut, new Viewer(person).MaySend)
        {
            Way = desk.Ways.Of(CampaignChannel.Read(plan.Channel)).For(campaign.Name),
            Tested = tested,
        };
    }

    private static async Task<Results<RazorComponentResult, ProblemHttpResult>> CountAsync(
        string id, CampaignRehearsal rehearsal, RecentMessages recent, CancellationToken cancellationToken) =>
        await rehearsal.PreviewAsync(id, cancellationToken) is { } preview
            ? Show.Page<DraftPeople, DraftPeopleModel>(new DraftPeopleModel(preview, await recent.OfAsync(id, cancellationToken)))
            : Problems.NotFound("campaign");

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, ProblemHttpResult>> TestAsync(
        string id, [FromForm] string? addresses, CampaignRehearsal rehearsal, DraftDesk desk, ClaimsPrincipal person,
        CancellationToken cancellationToken)
    {
        string[] given =
        [
            .. (addresses ?? "").Split(['\n', '\r', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];
        var request = new CampaignTestRequest(given, null);
        if (await desk.Campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return Problems.NotFound("campaign");
        }

        string refusal;
        try
        {
            refusal = FormCheck.Faults(request) is [var fault, ..] ? fault.ErrorMessage! : "";
            if (refusal.Length == 0 && await rehearsal.TestAsync(id, request, person, cancellationToken) is { } sent)
            {
                return TypedResults.LocalRedirect($"{Path}/{id}?tested={sent.Accepted}");
            }
        }
        catch (RefusedRequestException refused)
        {
            refusal = refused.Message;
        }

        if (!IsWaiting(campaign))
        {
            throw RefusedRequestException.Conflict(refusal);
        }

        var model = await ModelAsync(campaign, desk, person, null, cancellationToken);
        return Show.Page<DraftPage, DraftModel>(
            model with { Refusal = refusal, Addresses = addresses }, StatusCodes.Status400BadRequest);
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> UnscheduleAsync(
        string id, DraftService drafts, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await drafts.UnscheduleAsync(id, person, cancellationToken) is null
            ? Problems.NotFound("campaign")
            : TypedResults.LocalRedirect($"{Path}/{id}");

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> DeleteAsync(
        string id, DraftService drafts, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await drafts.DeleteAsync(id, person, cancellationToken) ? TypedResults.LocalRedirect(Path) : Problems.NotFound("campaign");
}

/// <summary>What the page of a campaign is made with.</summary>
internal sealed record DraftDesk(
    CampaignService Campaigns, SegmentService Segments, SendingWays Ways, AccountSettings Account, TimeProvider Time)
{
    public HoursModel HoursOf(CampaignResponse campaign) => new(campaign.WaitingForHour, Account.Current.Zone, Time.GetUtcNow());
}

/// <param name="Rule">Who is wanted; null if the segment is not there any more.</param>
/// <param name="LeftOut">Who is left out, in words.</param>
/// <param name="MaySteer">Whether the viewer may go on with it.</param>
public sealed record DraftModel(CampaignResponse Campaign, Rule? Rule, IReadOnlyList<string> LeftOut, bool MaySteer)
{
    /// <summary>By which channel, from whom and with which subject it goes.</summary>
    public required string Way { get; init; }

    /// <summary>How many test messages have just been sent.</summary>
    public int? Tested { get; init; }

    /// <summary>Why none were sent.</summary>
    public string? Refusal { get; init; }

    /// <summary>As they were typed.</summary>
    public string? Addresses { get; init; }
}

/// <param name="Preview">What would become of it now.</param>
/// <param name="Recent">Who has had another message lately; null where it cannot be told.</param>
public sealed record DraftPeopleModel(CampaignPreview Preview, RecentCount? Recent);
