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
        pages.MapPost(Path, PostAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/message", ShowMessageAsync).RequirePermission(Permission.Send);
        pages.MapPost($"{Path}/words", Explain).RequirePermission(Permission.Send);
    }

    private static async Task<RazorComponentResult<NewCampaignPage>> BeginAsync(
        string? segment, string? lookalike, string? rule, string? prompt, ClaimsPrincipal person, [AsParameters] CampaignDesk desk,
        CancellationToken cancellationToken)
    {
        var form = new NewCampaignForm { Key = NewKey(), Prompt = prompt, Rule = rule };
        var draft = new CampaignDraft(form, desk, person);
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
        var isFresh = string.IsNullOrEmpty(segment ?? lookalike ?? rule ?? prompt);
        return Show.Page<NewCampaignPage, NewCampaignModel>(await draft.ShowAsync(isFresh, cancellationToken));
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

    private static async Task<Results<RazorComponentResult<NewCampaignPage>, RedirectHttpResult>> PostAsync(
        [FromForm] NewCampaignForm form, ClaimsPrincipal person, [AsParameters] CampaignDesk desk, CancellationToken cancellationToken)
    {
        form.Key = string.IsNullOrWhiteSpace(form.Key) ? NewKey() : form.Key;
        form.Message = (form.Use ?? form.Message)?.ReplaceLineEndings("\n");
        var draft = new CampaignDraft(form, desk, person);
        if (form.Act == "read")
        {
            form.Rule = null;
            await draft.ReadRuleAsync(isNeeded: true, cancellationToken);
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
            await draft.ReadAllAsync(cancellationToken);
            if (form.Act == "send" && draft.IsConfirmed() && await LaunchAsync(draft, desk, person, cancellationToken) is { } campaign)
            {
                return TypedResults.LocalRedirect($"/app/campaigns/{campaign}");
            }
        }

        var model = await draft.ShowAsync(isFresh: false, cancellationToken);
        return Show.Page<NewCampaignPage, NewCampaignModel>(
            model, model.Faults.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
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
    private static async Task<RazorComponentResult<MessagePart>> ShowMessageAsync(
        [FromForm] string? rule, [FromForm] string? message, [AsParameters] CampaignDesk desk, CancellationToken cancellationToken)
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
