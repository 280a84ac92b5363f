using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using XenoCrm.Api.Audit;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Campaigns before they start, for the API's routes and the pages: written, changed, launched, taken back.</summary>
internal sealed class DraftService(
    IDraftStore drafts,
    ICampaignStore campaigns,
    ISegmentStore segments,
    CampaignService service,
    StartSignal signal,
    UnsubscribeLinks links,
    IOptions<AccountOptions> account,
    AuditLog audit,
    TimeProvider time)
{
    private const int MostExclusions = 50;
    private const int MostPerMinute = 1_000_000;

    /// <summary>Stores a campaign as a draft.</summary>
    /// <param name="request">The whole of it.</param>
    /// <param name="idempotencyKey">With it the same request again gives the same draft; null for none.</param>
    /// <param name="person">Who makes it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault; 409 or 422 where the key was used before.</exception>
    public async Task<CampaignResponse> CreateAsync(
        CampaignRequest request, string? idempotencyKey, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var by = person.Identity?.Name ?? "";
        var key = IdempotencyKey.Of(by, idempotencyKey);
        var now = time.GetUtcNow();
        var draft = await ReadAsync(request, now, cancellationToken) with { CreatedBy = by, CreatedAt = now };
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request)));
        var outcome = await drafts.AddAsync(new NewDraft(draft, key, hash), cancellationToken);
        IdempotencyKey.Check(outcome.Status, "campaign");
        if (outcome.Status == BeginStatus.Begun)
        {
            await CheckStillThereAsync(draft, cancellationToken);
            await audit.WriteAsync(person, AuditAction.CampaignDrafted, draft.Id);
        }

        return await FindAsync(outcome.CampaignId, cancellationToken);
    }

    /// <summary>Changes a draft; null if there is no such campaign.</summary>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault; 409 if it is no draft any more.</exception>
    public Task<CampaignResponse?> ChangeAsync(
        string id, CampaignChange change, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        ChangeAsync(id, change.Onto, person, cancellationToken);

    /// <summary>Puts another campaign in a draft's place; null if there is no such campaign.</summary>
    /// <inheritdoc cref="ChangeAsync(string, CampaignChange, ClaimsPrincipal, CancellationToken)"/>
    public Task<CampaignResponse?> ReplaceAsync(
        string id, CampaignRequest request, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        ChangeAsync(id, _ => request, person, cancellationToken);

    private async Task<CampaignResponse?> ChangeAsync(
        string id, Func<CampaignRequest, CampaignRequest> change, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        // Whoever else changes it in between has changed another member, or is overwritten as in any other order.
        while (await campaigns.FindAsync(id, cancellationToken) is { } read)
        {
            CheckDraft(read, "changed");
            var changed = await ReadAsync(change(RequestOf(read)), time.GetUtcNow(), cancellationToken, read);
            if (await drafts.ChangeAsync(read, changed, cancellationToken))
            {
                await audit.WriteAsync(person, AuditAction.CampaignChanged, id);
                return await FindAsync(id, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Removes a draft. False if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">409: it is no draft any more.</exception>
    public async Task<bool> DeleteAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (!await drafts.DeleteAsync(id, cancellationToken))
        {
            if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
            {
                return false;
            }

            CheckDraft(campaign, "deleted");
        }

        await audit.WriteAsync(person, AuditAction.CampaignDeleted, id);
        return true;
    }

    /// <summary>
    /// Starts a draft, at its time or at once; of one that was launched before only the state is told. Null if there is no such campaign.
    /// </summary>
    /// <exception cref="RefusedRequestException">409: its time is over, or it was cancelled.</exception>
    public async Task<CampaignResponse?> LaunchAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        while (await campaigns.FindAsync(id, cancellationToken) is { } campaign)
        {
            if (campaign.Status == CampaignStatus.Cancelled)
            {
                throw RefusedRequestException.Conflict("This campaign was cancelled. Make a new one.");
            }

            if (campaign.Status != CampaignStatus.Draft)
            {
                return await service.FindAsync(id, cancellationToken);
            }

            var now = time.GetUtcNow();
            if (campaign.Plan!.Schedule is { } schedule && schedule.At <= now)
            {
                throw RefusedRequestException.Conflict(
                    $"The time of this campaign, {UtcConverter.Format(schedule.At)}, is over. Give it another, or none to start at once.");
            }

            try
            {
                await CheckSegmentsAsync(campaign.Plan, cancellationToken);
            }
            catch (RefusedRequestException e)
            {
                throw RefusedRequestException.Conflict($"{e.Field}: {e.Message}");
            }

            var step = new CampaignStep.Launch(campaign.Plan.Schedule?.At ?? now, campaign.Version);
            if ((await campaigns.StepAsync(id, step, now, cancellationToken)).Taken)
            {
                signal.Wake();
                await audit.WriteAsync(person, AuditAction.CampaignLaunched, id);
                return await service.FindAsync(id, cancellationToken);
            }

            // It was changed, or launched, since it was read.
        }

        return null;
    }

    /// <summary>Makes a draft again of a campaign that waits for its time. Null if there is no such campaign.</summary>
    /// <exception cref="RefusedRequestException">409: it does not wait any more.</exception>
    public Task<CampaignResponse?> UnscheduleAsync(string id, ClaimsPrincipal person, CancellationToken cancellationToken) =>
        service.StepAsync(id, new CampaignStep.Unschedule(), AuditAction.CampaignUnscheduled, person, cancellationToken);

    /// <summary>The campaign that a request describes, as a draft.</summary>
    /// <param name="request">All of it.</param>
    /// <param name="now">For what is told by the time.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="read">The draft that it changes; null for a new one.</param>
    public async Task<Campaign> ReadAsync(
        CampaignRequest request, DateTimeOffset now, CancellationToken cancellationToken, Campaign? read = null)
    {
        var name = TextLine.Of(request.Name);
        if (MessageTemplate.IsEmpty(name))
        {
            throw RefusedRequestException.Invalid("name", "A campaign has a name.");
        }

        var rule = await RuleOfAsync(request, cancellationToken);
        var tags = CampaignTags.Of(rule, new RuleTime(now, account.Value.Zone));
        var message = request.Message is { } text ? links.Parse(text).Text : MessageWriter.Default(name, request.Prompt, tags);
        var schedule = request.Schedule is { } wanted ? ScheduleReader.Read(wanted, account.Value) : null;
        if (schedule is not null && schedule.At <= now && schedule != read?.Plan?.Schedule)
        {
            throw RefusedRequestException.Invalid("schedule.at", "This time is over. Give a later one, or none to start at the launch.");
        }

        if (request.Throttle is < 1 or > MostPerMinute)
        {
            throw RefusedRequestException.Invalid("throttle", $"Messages a minute, from 1 to {MostPerMinute}.");
        }

        return new Campaign
        {
            Id = read?.Id ?? Guid.CreateVersion7(now).ToString(),
            SegmentId = request.SegmentId
                ?? (read?.Plan?.Rule is null ? Guid.CreateVersion7(now).ToString() : read.SegmentId),
            Name = name,
            MessageTemplate = message,
            Status = CampaignStatus.Draft,
            Tags = tags,
            CreatedBy = read?.CreatedBy ?? "",
            CreatedAt = read?.CreatedAt ?? now,
            Version = read?.Version ?? 0,
            Plan = new CampaignPlan
            {
                SegmentId = request.SegmentId,
                Rule = request.Rule,
                SegmentName = Trimmed(request.SegmentName),
                Prompt = Trimmed(request.Prompt),
                Exclude = await ExclusionsAsync(request.Exclude, cancellationToken),
                Schedule = schedule,
                PerMinute = request.Throttle,
                Transactional = request.Transactional == true,
            },
        };
    }

    private static CampaignRequest RequestOf(Campaign draft)
    {
        var plan = draft.Plan!;
        return new CampaignRequest(
            draft.Name,
            plan.SegmentId,
            plan.Rule,
            plan.SegmentName,
            plan.Prompt,
            draft.MessageTemplate,
            new ExcludeRequest(plan.Exclude.Segments, plan.Exclude.Rules, plan.Exclude.Campaigns),
            plan.Schedule is { } schedule ? RequestOf(schedule) : null,
            plan.PerMinute,
            plan.Transactional);
    }

    private static ScheduleRequest RequestOf(Schedule schedule) => schedule.Zone is { } id && ZoneId.TryFind(id, out var zone)
        ? new ScheduleRequest(
            TimeZoneInfo.ConvertTime(schedule.At, zone).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
            id)
        : new ScheduleRequest(UtcConverter.Format(schedule.At), null);

    private static string? Trimmed(string? text) => text is null || TextLine.Of(text) is not { Length: > 0 } line ? null : line;

    private static void CheckDraft(Campaign campaign, string done)
    {
        if (campaign.Status != CampaignStatus.Draft)
        {
            throw RefusedRequestException.Conflict(
                $"Only a draft can be {done}; this campaign is {CampaignResponse.Word(campaign.Status)}."
                    + (campaign.Status == CampaignStatus.Scheduled ? " Take it back first: POST /campaigns/{id}/unschedule." : ""));
        }
    }

    private async Task<CampaignResponse> FindAsync(string id, CancellationToken cancellationToken) =>
        await service.FindAsync(id, cancellationToken)
        ?? throw RefusedRequestException.Conflict("This campaign has just been deleted.");

    private async Task<Rule> RuleOfAsync(CampaignRequest request, CancellationToken cancellationToken) => request switch
    {
        { SegmentId: null, Rule: null } => throw RefusedRequestException.Invalid(
            "rule", "A campaign has an audience: a rule, or a segmentId. Everybody is {\"$everyone\": true}."),
        { SegmentId: not null, Rule: not null } => throw RefusedRequestException.Invalid(
            "rule", "The audience is a segment or a rule, not both. Leave one of them out."),
        { SegmentId: { } id } => (await SegmentAsync(id, "segmentId", cancellationToken)).Rule,
        { Rule: var rule } => rule!,
    };

    private async Task<Segment> SegmentAsync(string id, string place, CancellationToken cancellationToken) =>
        await segments.FindAsync(id, cancellationToken) switch
        {
            null => throw RefusedRequestException.Invalid(place, "There is no such segment."),
            { IsArchived: true } => throw RefusedRequestException.Invalid(
                place, "This segment is archived. Take it out of the archive first."),
            var segment => segment,
        };

    /// <summary>A segment that was archived while the draft was stored has not seen it: the draft goes.</summary>
    private async Task CheckStillThereAsync(Campaign draft, CancellationToken cancellationToken)
    {
        try
        {
            await CheckSegmentsAsync(draft.Plan!, cancellationToken);
        }
        catch (RefusedRequestException)
        {
            await drafts.DeleteAsync(draft.Id, CancellationToken.None);
            throw;
        }
    }

    private async Task CheckSegmentsAsync(CampaignPlan plan, CancellationToken cancellationToken)
    {
        if (plan.SegmentId is { } id)
        {
            await SegmentAsync(id, "segmentId", cancellationToken);
        }

        foreach (var (i, excluded) in plan.Exclude.Segments.Index())
        {
            await SegmentAsync(excluded, $"exclude.segments[{i}]", cancellationToken);
        }
    }

    private async Task<Exclusions> ExclusionsAsync(ExcludeRequest? request, CancellationToken cancellationToken)
    {
        var exclude = new Exclusions
        {
            Segments = request?.Segments ?? [],
            Rules = request?.Rules ?? [],
            Campaigns = request?.Campaigns ?? [],
        };
        foreach (var (list, count) in new[]
        {
            ("segments", exclude.Segments.Count), ("rules", exclude.Rules.Count), ("campaigns", exclude.Campaigns.Count),
        })
        {
            if (count > MostExclusions)
            {
                throw RefusedRequestException.Invalid($"exclude.{list}", $"At most {MostExclusions} can be left out at once.");
            }
        }

        foreach (var (i, id) in exclude.Segments.Index())
        {
            await SegmentAsync(id, $"exclude.segments[{i}]", cancellationToken);
        }

        foreach (var (i, id) in exclude.Campaigns.Index())
        {
            if (await campaigns.FindAsync(id, cancellationToken) is null)
            {
                throw RefusedRequestException.Invalid($"exclude.campaigns[{i}]", "There is no such campaign.");
            }
        }

        return exclude;
    }
}
