using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using XenoCrm.Api.Access;
using XenoCrm.Api.Http;
using XenoCrm.Api.Insights.Lookalikes;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Pages.NewCampaign;

/// <summary>
/// A new campaign on one page: who, how many, what, when. Without a script it is a form in two steps, a last look and then the
/// sending; with one it is counted and shown while it is typed.
/// </summary>
internal static class NewCampaignPages
{
    private const string Path = "/app/campaigns/new";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    // A second click while the first still prepares the campaign waits for it.
    private const int MostTries = 300;

    public static void MapNewCampaignPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, BeginAsync).RequirePermission(Permission.Send);
#pragma warning disable RDG003 // A form of several fields is bound at run time.
        pages.MapPost(Path, PostAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/recent", CountRecentAsync).RequirePermission(Permission.Send);
#pragma warning restore RDG003
        pages.MapPost($"{Path}/message", ShowMessageAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/words", Explain).RequirePermission(Permission.Send);
    }

    private static async Task<RazorComponentResult> BeginAsync(
        string? segment, string? lookalike, string? rule, string? prompt, [FromQuery(Name = "draft")] string? draftId,
        ClaimsPrincipal person, CampaignDesk desk, CancellationToken cancellationToken)
    {
        var form = new NewCampaignForm { Key = NewKey(), Prompt = prompt, Rule = rule };
        var draft = new CampaignDraft(form, desk, person);
        if (!string.IsNullOrEmpty(draftId))
        {
            await GoOnAsync(draftId, form, draft, desk, cancellationToken);
        }
        else
            if (!string.IsNullOrEmpty(segment) && await desk.Segments.FindAsync(segment, cancellationToken) is { } start)
            {
                form.Rule = RuleJson.Print(start.Rule);
                form.Prompt ??= start.Prompt;
                draft.Note($"It begins with the segment “{start.Name}”.");
            }
            else if (!string.IsNullOrEmpty(lookalike))
            {
                await BeginLikeAsync(lookalike, form, draft, desk, cancellationToken);
            }
            else if (!string.IsNullOrEmpty(segment))
            {
                draft.Fault("", "There is no such segment any more. Begin with a sentence or with conditions.");
            }

        await draft.ReadRuleAsync(isNeeded: false, cancellationToken);
        var isFresh = string.IsNullOrEmpty(segment ?? lookalike ?? rule ?? prompt ?? draftId);
        return Show.Page<NewCampaignPage, NewCampaignModel>(await draft.ShowAsync(isFresh, cancellationToken));
    }

    private static async Task GoOnAsync(
        string id, NewCampaignForm form, CampaignDraft draft, CampaignDesk desk, CancellationToken cancellationToken)
    {
        if (await desk.Campaigns.FindAsync(id, cancellationToken) is not { Status: "draft", Plan: { } plan } campaign)
        {
            draft.Fault("", "This campaign is no draft any more. Begin another one here, or look for it under Campaigns.");
            return;
        }

        var rule = plan.Rule ?? (await desk.Segments.FindAsync(plan.SegmentId!, cancellationToken))?.Rule;
        form.Draft = id;
        form.Rule = rule is null ? null : RuleJson.Print(rule);
        form.Prompt = plan.Prompt;
        form.Name = campaign.Name;
        form.SegmentName = plan.SegmentName;
        form.Message = campaign.MessageTemplate;
        form.WithoutSegments = [.. plan.Exclude.Segments];
        form.WithoutCampaigns = [.. plan.Exclude.Campaigns];
        form.WithoutRules = [.. plan.Exclude.Rules.Select(RuleJson.Print)];
        form.Audience = plan.SegmentId;
        form.Transactional = plan.Transactional;
        form.Throttle = plan.Throttle?.ToString(CultureInfo.InvariantCulture);
        form.Channel = plan.Channel;
        CampaignTimes.Fill(form, plan, desk.Account.Current);
    }

    private static async Task BeginLikeAsync(
        string segment, NewCampaignForm form, CampaignDraft draft, CampaignDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            var found = await desk.Lookalikes.FindAsync(new LookalikeRequest(null, segment, null), cancellationToken);
            form.Rule = RuleJson.Print(found.Rule);
            draft.Note(found.Text);
        }
        catch (RefusedRequestException refused)
        {
            draft.Fault("", refused.Message);
        }
    }

    private static async Task<Results<RazorComponentResult, RedirectHttpResult>> PostAsync(
        [FromForm] NewCampaignForm? form, ClaimsPrincipal person, CampaignDesk desk, CancellationToken cancellationToken)
    {
        // A form without any of its fields is none.
        form ??= new NewCampaignForm();
        form.Key = string.IsNullOrWhiteSpace(form.Key) ? NewKey() : form.Key;
        form.Message = (form.Use ?? form.Message)?.ReplaceLineEndings("\n");
        var draft = new CampaignDraft(form, desk, person);
        if (form.Act == "read")
        {
            await draft.ReadAnewAsync(cancellationToken);
        }
        else if (form.Act == "suggest")
        {
            await draft.ReadRuleAsync(isNeeded: false, cancellationToken);
            await draft.SuggestAsync(cancellationToken);
        }
        else if (form.Use is not null)
        {
            await draft.ReadRuleAsync(isNeeded: false, cancellationToken);
        }
        else
        {
            if (form.WithoutRecent)
            {
                form.Act = null;
                await draft.LeaveOutRecentAsync(cancellationToken);
            }

            await draft.ReadAllAsync(cancellationToken);
            if (form.Act == "draft")
            {
                if (!draft.HasFaults && await KeepAsync(draft, desk, person, cancellationToken) is { } kept)
                {
                    return TypedResults.LocalRedirect($"/app/campaigns/{kept}");
                }
            }
            else
            {
                draft.CheckPeople();
                if (form.Act == "send" && draft.IsConfirmed() && await SendAsync(draft, desk, person, cancellationToken) is { } campaign)
                {
                    return TypedResults.LocalRedirect($"/app/campaigns/{campaign}");
                }
            }
        }

        var model = await draft.ShowAsync(isFresh: false, cancellationToken);
        return Show.Page<NewCampaignPage, NewCampaignModel>(
            model, model.Faults.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    // A part of the page: who has had another message lately, before it is sent.
    private static async Task<RazorComponentResult> CountRecentAsync(
        [FromForm] NewCampaignForm? form, ClaimsPrincipal person, CampaignDesk desk, CancellationToken cancellationToken)
    {
        var draft = new CampaignDraft(form ?? new NewCampaignForm(), desk, person);
        return Show.Page<RecentPart, RecentModel>(new RecentModel(await draft.ReadRecentAsync(cancellationToken), MayLeaveOut: true));
    }

    private static async Task<string?> SendAsync(
        CampaignDraft draft, CampaignDesk desk, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (!draft.HasPlan)
        {
            return await LaunchAsync(draft, desk, person, cancellationToken);
        }

        if (await KeepAsync(draft, desk, person, cancellationToken) is not { } id)
        {
            return null;
        }

        try
        {
            return (await desk.Drafts.LaunchAsync(id, person, cancellationToken))?.Id;
        }
        catch (RefusedRequestException refused) when (refused.StatusCode == StatusCodes.Status409Conflict)
        {
            draft.Form.Draft = id;
            draft.Fault("", refused.Message);
            return null;
        }
    }

    /// <summary>Stores it as a draft, or changes the one that is gone on with.</summary>
    /// <returns>The campaign's id; null where <paramref name="draft"/> has the fault.</returns>
    private static async Task<string?> KeepAsync(
        CampaignDraft draft, CampaignDesk desk, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var form = draft.Form;
        try
        {
            return string.IsNullOrEmpty(form.Draft)
                ? (await desk.Drafts.CreateAsync(draft.Plan, form.Key, person, cancellationToken)).Id
                : (await desk.Drafts.ReplaceAsync(form.Draft, draft.Plan, person, cancellationToken))?.Id;
        }
        catch (RefusedRequestException refused) when (refused.StatusCode == StatusCodes.Status422UnprocessableEntity)
        {
            form.Key = NewKey();
            draft.Fault(
                "", "This page has made a campaign already, and it was another. It is under Campaigns. To keep this one too, go on.");
        }
        catch (RefusedRequestException refused) when (
            refused.StatusCode == StatusCodes.Status409Conflict && form.Draft is { Length: > 0 } id)
        {
            // A second click on the button that has launched it.
            if (form.Act == "send" && await desk.Campaigns.FindAsync(id, cancellationToken) is { Status: not "cancelled" })
            {
                return id;
            }

            draft.Fault("", refused.Message);
        }
        catch (RefusedRequestException refused) when (refused.StatusCode == StatusCodes.Status400BadRequest)
        {
            draft.Fault(refused);
        }

        return null;
    }

    /// <returns>The campaign's id; null where <paramref name="draft"/> has the fault.</returns>
    private static async Task<string?> LaunchAsync(
        CampaignDraft draft, CampaignDesk desk, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return (await desk.Segments.LaunchAsync(draft.Request, draft.Form.Key, person, cancellationToken)).CampaignId;
            }
            catch (RefusedRequestException refused) when (refused.StatusCode == StatusCodes.Status409Conflict && tries < MostTries)
            {
                await Task.Delay(Between, desk.Time, cancellationToken);
            }
            catch (RefusedRequestException refused) when (refused.StatusCode == StatusCodes.Status422UnprocessableEntity)
            {
                // A page that was come back to after sending, and changed.
                draft.Form.Key = NewKey();
                draft.Fault(
                    "", "This page has sent a campaign already, and it was another. It is under Campaigns. To send this one too, go on.");
                return null;
            }
        }
    }

    // A part of the page: what the message is for people of the audience, while it is typed.
    private static async Task<RazorComponentResult> ShowMessageAsync(
        [FromForm] string? rule, [FromForm] string? message, CampaignDesk desk, CancellationToken cancellationToken)
    {
        MessagePartModel model;
        try
        {
            var preview = string.IsNullOrWhiteSpace(rule) || string.IsNullOrWhiteSpace(message)
                ? null
                : await desk.Messages.PreviewAsync(RuleJson.Parse(rule), message.ReplaceLineEndings("\n"), cancellationToken);
            model = new MessagePartModel(preview);
        }
        catch (MessageTemplateException fault)
        {
            model = new MessagePartModel(null, fault.Message);
        }
        catch (RuleException)
        {
            // The conditions say so themselves.
            model = new MessagePartModel(null);
        }

        return Show.Page<MessagePart, MessagePartModel>(model);
    }

    // The rule in words, while it is edited; nothing where it is none.
    private static Ok<string> Explain([FromForm] string? rule)
    {
        try
        {
            return TypedResults.Ok(string.IsNullOrWhiteSpace(rule) ? "" : RuleExplainer.Explain(RuleJson.Parse(rule)));
        }
        catch (RuleException)
        {
            return TypedResults.Ok("");
        }
    }

    private static string NewKey() => string.Create(CultureInfo.InvariantCulture, $"page-{Guid.NewGuid():N}");
}
