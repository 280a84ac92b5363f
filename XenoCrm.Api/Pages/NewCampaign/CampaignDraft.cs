using System.Globalization;
using System.Security.Claims;
using XenoCrm.Api.Account;
using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Api.Insights.BestTime;
using XenoCrm.Api.Insights.Lookalikes;
using XenoCrm.Api.Pages.Shell;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Segments.Sentences;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Pages.NewCampaign;

/// <summary>What a new campaign is made with.</summary>
internal sealed record CampaignDesk(
    SegmentService Segments,
    CampaignService Campaigns,
    DraftService Drafts,
    CampaignAudience Audience,
    RecentMessages Recent,
    SendingWays Ways,
    SentenceService Sentences,
    MessageService Messages,
    BestTimeService Times,
    LookalikeService Lookalikes,
    UnsubscribeLinks Links,
    AccountSettings Account,
    TimeProvider Time);

/// <summary>Reads a form step by step, and keeps what is wrong with it at its field.</summary>
internal sealed class CampaignDraft(NewCampaignForm form, CampaignDesk desk, ClaimsPrincipal person)
{
    private const int StartsOnOffer = 25;

    private readonly Dictionary<string, string> faults = [];
    private readonly List<string> notes = [];
    private Rule? rule;
    private PreviewResponse? audience;
    private long? recipients;
    private string? segmentId;
    private Rule[] withoutRules = [];
    private CampaignPlan times = new();
    private MessageTemplate? message;
    private IReadOnlyList<string> suggestions = [];
    private bool hasAll;
    private bool hasOldConditions;

    public NewCampaignForm Form => form;

    /// <summary>Once all of it was read without a fault.</summary>
    public LaunchRequest Request => new(
        string.IsNullOrWhiteSpace(form.SegmentName) ? form.Name! : form.SegmentName,
        rule,
        form.Message,
        form.Name,
        string.IsNullOrWhiteSpace(form.Prompt) ? null : form.Prompt.Trim());

    /// <summary>The same as a campaign with a plan.</summary>
    public CampaignRequest Plan => new(
        form.Name?.Trim() ?? "",
        segmentId,
        segmentId is null ? rule : null,
        form.SegmentName,
        form.Prompt,
        form.Message,
        new ExcludeRequest(form.WithoutSegments, withoutRules, form.WithoutCampaigns),
        CampaignTimes.ScheduleOf(form),
        Throttle,
        form.Transactional,
        PagePlace.OrNull(form.Channel),
        PagePlace.OrNull(form.QuietFrom) is null && PagePlace.OrNull(form.QuietTo) is null
            ? null
            : new QuietHoursBody(form.QuietFrom ?? "", form.QuietTo ?? ""));

    /// <summary>Whether more is asked for than to send it to all at once.</summary>
    public bool HasPlan => form.Transactional || LeavesOut || Throttle is not null
        || new[] { form.Draft, form.At, form.Repeat, form.Channel, form.QuietFrom, form.QuietTo }
            .Any(text => PagePlace.OrNull(text) is not null);

    private bool LeavesOut => form.WithoutSegments.Length + form.WithoutCampaigns.Length + form.WithoutRules.Length > 0;

    // Whom it is for, and whom it leaves out.
    private CampaignPlan Choice => new()
    {
        Rule = rule,
        Exclude = new Exclusions { Segments = form.WithoutSegments, Rules = withoutRules, Campaigns = form.WithoutCampaigns },
        Channel = CampaignChannel.Read(PagePlace.OrNull(form.Channel)),
    };

    private int? Throttle => Number(form.Throttle) is { } most and > 0 and <= int.MaxValue ? (int)most : null;

    public bool HasFaults => faults.Count > 0;

    public void Note(string note) => notes.Add(note);

    public void Fault(string field, string fault) => faults.TryAdd(field, fault);

    /// <summary>The rule where there is one, else the sentence.</summary>
    public async Task ReadRuleAsync(bool isNeeded, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(form.Rule))
        {
            try
            {
                rule = RuleJson.Parse(form.Rule);
            }
            catch (RuleException e)
            {
                Fault("rule", $"{e.Path}: {e.Message}");
            }
        }
        else if (isNeeded || !string.IsNullOrWhiteSpace(form.Prompt))
        {
            await ReadSentenceAsync(cancellationToken);
        }

        if (rule is not null)
        {
            audience = await desk.Segments.PreviewAsync(rule, null, cancellationToken);
        }
    }

    /// <summary>The sentence, instead of the rule that there is; where it cannot be read, the rule stays.</summary>
    public async Task ReadAnewAsync(CancellationToken cancellationToken)
    {
        var before = form.Rule;
        form.Rule = null;
        await ReadRuleAsync(isNeeded: true, cancellationToken);
        if (rule is null && !string.IsNullOrWhiteSpace(before))
        {
            form.Rule = before;
            await ReadRuleAsync(isNeeded: false, cancellationToken);
            hasOldConditions = rule is not null;
        }
    }

    /// <summary>How many have had another message lately; null where the form cannot be read.</summary>
    public async Task<RecentCount?> ReadRecentAsync(CancellationToken cancellationToken)
    {
        try
        {
            rule = string.IsNullOrWhiteSpace(form.Rule) ? null : RuleJson.Parse(form.Rule);
        }
        catch (RuleException)
        {
            // The conditions say so themselves.
            return null;
        }

        ReadWithoutRules();
        return rule is null ? null : await CountRecentAsync(cancellationToken);
    }

    private async Task<RecentCount?> CountRecentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await desk.Recent.OfAsync(await desk.Audience.OfAsync(Choice, cancellationToken), cancellationToken);
        }
        catch (RefusedRequestException)
        {
            // What is wrong with it is told where it is counted.
            return null;
        }
    }

    /// <summary>Leaves out whoever got a campaign of the last days.</summary>
    public async Task LeaveOutRecentAsync(CancellationToken cancellationToken) => form.WithoutCampaigns =
        [.. form.WithoutCampaigns.Union((await desk.Recent.CampaignsAsync(cancellationToken)).Select(campaign => campaign.Id))];

    /// <summary>Three messages for what the campaign is to achieve.</summary>
    public async Task SuggestAsync(CancellationToken cancellationToken)
    {
        var request = new MessageRequest(form.Objective ?? "", null, rule, form.Tone);
        if (FormCheck.Faults(request) is [var fault, ..])
        {
            Fault("objective", fault.ErrorMessage!);
            return;
        }

        var answer = await desk.Messages.SuggestAsync(request, person, cancellationToken);
        suggestions = answer.Messages;
        notes.AddRange(answer.Warnings);
    }

    /// <summary>All that a campaign needs.</summary>
    public async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        hasAll = true;
        await ReadRuleAsync(isNeeded: true, cancellationToken);
        if (!string.IsNullOrWhiteSpace(form.Throttle) && Throttle is null)
        {
            Fault("throttle", "Give a number of messages a minute, or nothing for as fast as possible.");
        }

        ReadTime();
        ReadWithoutRules();
        segmentId = !string.IsNullOrEmpty(form.Audience)
            && (await desk.Segments.FindAsync(form.Audience, cancellationToken))?.Rule == rule ? form.Audience : null;
        recipients = audience?.Reachable;
        if (rule is not null && (LeavesOut || PagePlace.OrNull(form.Channel) is not null))
        {
            await CountWithoutAsync(cancellationToken);
        }

        if (string.IsNullOrWhiteSpace(form.Name))
        {
            Fault("name", "Give the campaign a name, so that you find it again.");
        }

        Limit("prompt", form.Prompt, LaunchRequest.MaxPromptLength);
        Limit("name", form.Name, LaunchRequest.MaxNameLength);
        Limit("segmentName", form.SegmentName, LaunchRequest.MaxNameLength);
        try
        {
            message = desk.Links.Parse(form.Message ?? "");
        }
        catch (MessageTemplateException e)
        {
            Fault("message", string.IsNullOrWhiteSpace(form.Message) ? "Write what they are to read." : e.Message);
        }
    }

    /// <summary>Somebody must be left to send to.</summary>
    public void CheckPeople()
    {
        if (recipients == 0)
        {
            Fault(
                "rule",
                audience!.Count == 0 ? "Nobody matches."
                    : audience.Reachable == 0 ? "None of them can be reached."
                    : "Nobody is left: everybody who can be reached is left out.");
        }
    }

    /// <summary>Whether the number that was shown is still true, and typed where it is large.</summary>
    public bool IsConfirmed()
    {
        if (faults.Count > 0 || recipients is not { } people)
        {
            return false;
        }

        // Customers come and go while one looks; a hundredth is not another audience.
        if (Number(form.People) is not { } shown || Math.Abs(people - shown) * 100 > shown)
        {
            if (form.People is { Length: > 0 })
            {
                Fault("people", "The number of people has changed since it was shown. Check it again.");
            }

            return false;
        }

        if (people > NewCampaignModel.ManyPeople && Number(form.Typed) != shown)
        {
            Fault("typed", string.Create(CultureInfo.InvariantCulture, $"Type the number of people, {shown:N0}, to send to so many."));
            return false;
        }

        return true;
    }

    public async Task<NewCampaignModel> ShowAsync(bool isFresh, CancellationToken cancellationToken)
    {
        // Read through for who looks at it, and not for who sends.
        var isLastLook = hasAll && rule is not null;
        var preview = isLastLook && message is not null
            ? await desk.Messages.PreviewAsync(rule!, message.Text, cancellationToken)
            : null;
        var asksToSend = preview is not null && !faults.Keys.Except(["people", "typed", ""]).Any();
        var (capped, later) = asksToSend ? await CountHeldBackAsync(cancellationToken) : (0, 0);
        form.People = asksToSend ? recipients!.Value.ToString(CultureInfo.InvariantCulture) : null;
        return new NewCampaignModel(form)
        {
            Faults = faults,
            Notes = notes,
            Explanation = rule is null ? null : RuleExplainer.Explain(rule),
            Audience = audience,
            Recipients = recipients ?? audience?.Reachable,
            Message = preview,
            Suggestions = suggestions,
            Time = isLastLook ? await desk.Times.FindAsync(new BestTimeRequest(rule, null, null), cancellationToken) : null,
            AsksToSend = asksToSend,
            IsFresh = isFresh,
            Capped = capped,
            Later = later,
            Recent = asksToSend ? await CountRecentAsync(cancellationToken) : null,
            HasOldConditions = hasOldConditions,
            Ways = new Dictionary<string, SendingWay>
            {
                [""] = desk.Ways.Of(null),
                ["email"] = desk.Ways.Of(AddressKind.Email),
                ["phone"] = desk.Ways.Of(AddressKind.Phone),
            },
            Segments = await SegmentsAsync(cancellationToken),
            Campaigns = await CampaignsAsync(cancellationToken),
            HasCaps = desk.Account.Current.FrequencyCaps.Count > 0,
            Quiet = desk.Account.Current.QuietHours,
            Zone = desk.Account.Current.TimeZone,
            Currency = desk.Account.Current.Currency,
            Person = person.Identity?.Name ?? "",
        };
    }

    // What has begun: who may have got it. A recurring one stands for its runs.
    private async Task<IReadOnlyList<CampaignResponse>> CampaignsAsync(CancellationToken cancellationToken)
    {
        var page = await desk.Campaigns.ListAsync(
            new CampaignFilter(WithoutRuns: true), new PageRequest(StartsOnOffer, null), cancellationToken);
        var offered = page.Items.Where(campaign => campaign.Stats.Audience > 0
            || campaign is { Plan.IsRecurring: true, Status: not "draft" } || form.WithoutCampaigns.Contains(campaign.Id));
        return await WithTickedAsync(
            offered, campaign => campaign.Id, form.WithoutCampaigns, id => desk.Campaigns.FindAsync(id, cancellationToken));
    }

    private async Task<IReadOnlyList<SegmentResponse>> SegmentsAsync(CancellationToken cancellationToken)
    {
        var page = await desk.Segments.ListAsync(archived: false, new PageRequest(StartsOnOffer, null), cancellationToken);
        return await WithTickedAsync(
            page.Items, segment => segment.Id, form.WithoutSegments, id => desk.Segments.FindAsync(id, cancellationToken));
    }

    // What is ticked stays so, wherever it is: an older one, or a single run that the API's draft names.
    private static async Task<IReadOnlyList<T>> WithTickedAsync<T>(
        IEnumerable<T> offered, Func<T, string> idOf, IReadOnlyList<string> ticked, Func<string, Task<T?>> find)
        where T : class
    {
        var all = offered.ToList();
        foreach (var id in ticked.Except(all.Select(idOf)).ToList())
        {
            if (await find(id) is { } one)
            {
                all.Add(one);
            }
        }

        return all;
    }

    /// <summary>How many of its people would be skipped, and how many would have to wait for their hour.</summary>
    private async Task<(long Capped, long Later)> CountHeldBackAsync(CancellationToken cancellationToken)
    {
        var (now, current) = (desk.Time.GetUtcNow(), desk.Account.Current);
        var isCapped = current.FrequencyCaps.Count > 0 && !form.Transactional;
        var hours = SendingHours.Of(times.Hours, form.Transactional, current, times.StartFrom(now) ?? now);
        if (!isCapped && hours is null)
        {
            return (0, 0);
        }

        var choice = await desk.Audience.OfAsync(Choice, cancellationToken);
        var count = await desk.Audience.CountAsync(choice, now, isCapped, hours, cancellationToken);
        return (count.Capped, count.Later);
    }

    /// <summary>What a plan was refused for, at its field of the form.</summary>
    public void Fault(RefusedRequestException refused) => Fault(
        refused.Field switch
        {
            "schedule.at" or "schedule.zone" => "at",
            "schedule.cron" => "repeat",
            "schedule.againAfterDays" => "again",
            "quietHours" or "quietHours.from" or "quietHours.to" => "quietFrom",
            "channel" or "throttle" or "name" => refused.Field,
            _ => "",
        },
        refused.Message);

    private void ReadTime()
    {
        if (CampaignTimes.NeedsFirst(form) && string.IsNullOrWhiteSpace(form.At))
        {
            Fault("at", "Say when it is sent for the first time.");
        }

        try
        {
            times = ScheduleReader.Read(Plan, new CampaignPlan(), desk.Account.Current);
            if (ScheduleReader.EndOf(times, desk.Account.Current) <= desk.Time.GetUtcNow())
            {
                Fault("at", "This time is over. Give a later one, or none to start at once.");
            }
        }
        catch (RefusedRequestException e)
        {
            Fault(e);
        }
    }

    private void ReadWithoutRules()
    {
        try
        {
            withoutRules = [.. form.WithoutRules.Select(RuleJson.Parse)];
        }
        catch (RuleException e)
        {
            Fault("", $"A rule that is to be left out cannot be read: {e.Path}: {e.Message}");
        }
    }

    private async Task CountWithoutAsync(CancellationToken cancellationToken)
    {
        try
        {
            var choice = await desk.Audience.OfAsync(Choice, cancellationToken);
            recipients = (await desk.Audience.CountAsync(
                choice, desk.Time.GetUtcNow(), isCapped: false, hours: null, cancellationToken)).Audience;
        }
        catch (RefusedRequestException e) when (e.StatusCode == StatusCodes.Status400BadRequest)
        {
            Fault(e);
        }
        catch (RefusedRequestException)
        {
            Fault("", "A segment that was to be left out is not there any more. Check whom you leave out.");
            form.WithoutSegments = [];
        }
    }

    private async Task ReadSentenceAsync(CancellationToken cancellationToken)
    {
        var request = new SentenceRequest(form.Prompt ?? "");
        if (FormCheck.Faults(request) is [var fault, ..])
        {
            Fault("prompt", fault.ErrorMessage!);
            return;
        }

        var outcome = await desk.Sentences.ReadAsync(request, person, cancellationToken);
        if (outcome.Understood is not { } understood)
        {
            Fault("prompt", outcome.Refusal!);
            return;
        }

        rule = understood.Rule;
        form.Rule = RuleJson.Print(understood.Rule);
        notes.AddRange(understood.Warnings);
    }

    private void Limit(string field, string? text, int most)
    {
        if (text?.Length > most)
        {
            Fault(field, string.Create(
                CultureInfo.InvariantCulture, $"This has {text.Length:N0} characters; {most:N0} is the most. Shorten it."));
        }
    }

    // As it is shown and as it is typed: 11,902 and 11902, with the separators of any language.
    private static long? Number(string? text) =>
        long.TryParse(string.Concat((text ?? "").Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out var number) ? number : null;
}
