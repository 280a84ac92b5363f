using System.Globalization;
using XenoCrm.Api.Account;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Makes a draft of a request, with what it names looked up, and the request of a draft again.</summary>
internal sealed class DraftReader(
    ICampaignStore campaigns, ISegmentStore segments, UnsubscribeLinks links, AccountSettings account)
{
    private const int MostExclusions = 50;
    private const int MostPerMinute = 1_000_000;

    /// <summary>The campaign that a request describes, as a draft.</summary>
    /// <param name="request">All of it.</param>
    /// <param name="now">For what is told by the time.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="read">The draft that it changes; null for a new one.</param>
    /// <exception cref="MessageTemplateException">The message cannot be sent.</exception>
    /// <exception cref="RefusedRequestException">400 with the member at fault.</exception>
    public async Task<Campaign> ReadAsync(
        CampaignRequest request, DateTimeOffset now, CancellationToken cancellationToken, Campaign? read = null)
    {
        var name = TextLine.Of(request.Name);
        if (MessageTemplate.IsEmpty(name))
        {
            throw RefusedRequestException.Invalid("name", "A campaign has a name.");
        }

        var rule = await RuleOfAsync(request, cancellationToken);
        var tags = CampaignTags.Of(rule, new RuleTime(now, account.Current.Zone));
        var message = request.Message is { } text ? links.Parse(text).Text : MessageWriter.Default(name, request.Prompt, tags);
        var plan = ScheduleReader.Read(request, new CampaignPlan(), account.Current);
        if (ScheduleReader.EndOf(plan, account.Current) <= now && plan.Schedule != read?.Plan?.Schedule)
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
            Plan = plan with
            {
                SegmentId = request.SegmentId,
                Rule = request.Rule,
                SegmentName = Trimmed(request.SegmentName),
                Prompt = Trimmed(request.Prompt),
                Channel = CampaignChannel.Read(request.Channel),
                Exclude = await ExclusionsAsync(request.Exclude, read?.Id, cancellationToken),
                PerMinute = request.Throttle,
                Transactional = request.Transactional == true,
            },
        };
    }

    /// <summary>Where a plan names a segment that it must not, and why; null if it names none.</summary>
    public async Task<(string Place, string Message)?> FindFaultAsync(CampaignPlan plan, CancellationToken cancellationToken)
    {
        var named = plan.Exclude.Segments.Select((id, i) => (Id: id, Place: $"exclude.segments[{i}]"));
        foreach (var (id, place) in plan.SegmentId is { } own ? named.Prepend((own, "segmentId")) : named)
        {
            if (FaultOf(await segments.FindAsync(id, cancellationToken)) is { } fault)
            {
                return (place, fault);
            }
        }

        return null;
    }

    /// <summary>The request that would make a draft as it is.</summary>
    public static CampaignRequest RequestOf(Campaign draft)
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
            ScheduleOf(plan),
            plan.PerMinute,
            plan.Transactional,
            CampaignChannel.Word(plan.Channel),
            QuietHoursBody.Of(plan.Hours?.Quiet));
    }

    private static ScheduleRequest? ScheduleOf(CampaignPlan plan)
    {
        var (at, zone) = plan.Schedule switch
        {
            null => (null, plan.Recurrence?.Zone),
            { Zone: Schedule.RecipientZone } => (Local(plan.Hours!.Local!.Value), Schedule.RecipientZone),
            { Zone: { } id } schedule when ZoneId.TryFind(id, out var found) =>
                (Local(TimeZoneInfo.ConvertTime(schedule.At, found).DateTime), id),
            var moment => (UtcConverter.Format(moment.At), (string?)null),
        };
        return at is null && plan.Recurrence is null
            ? null
            : new ScheduleRequest(at, zone, plan.Recurrence?.Cron, plan.Recurrence?.AgainAfterDays);
    }

    private static string Local(DateTime local) => local.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF", CultureInfo.InvariantCulture);

    private static string? Trimmed(string? text) => text is null || TextLine.Of(text) is not { Length: > 0 } line ? null : line;

    private async Task<Rule> RuleOfAsync(CampaignRequest request, CancellationToken cancellationToken) => request switch
    {
        { SegmentId: null, Rule: null } => throw RefusedRequestException.Invalid(
            "rule", "A campaign has an audience: a rule, or a segmentId. Everybody is {\"$everyone\": true}."),
        { SegmentId: not null, Rule: not null } => throw RefusedRequestException.Invalid(
            "rule", "The audience is a segment or a rule, not both. Leave one of them out."),
        { SegmentId: { } id } => (await SegmentAsync(id, "segmentId", cancellationToken)).Rule,
        { Rule: var rule } => rule!,
    };

    private async Task<Segment> SegmentAsync(string id, string place, CancellationToken cancellationToken)
    {
        var segment = await segments.FindAsync(id, cancellationToken);
        return FaultOf(segment) is { } fault ? throw RefusedRequestException.Invalid(place, fault) : segment!;
    }

    private static string? FaultOf(Segment? segment) => segment switch
    {
        null => "There is no such segment.",
        { IsArchived: true } => "This segment is archived. Take it out of the archive first.",
        _ => null,
    };

    private async Task<Exclusions> ExclusionsAsync(ExcludeRequest? request, string? ownId, CancellationToken cancellationToken)
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
            if (id == ownId)
            {
                throw RefusedRequestException.Invalid(
                    $"exclude.campaigns[{i}]", "This is the campaign itself, which nobody has got before. Take it out of the list.");
            }

            if (await campaigns.FindAsync(id, cancellationToken) is null)
            {
                throw RefusedRequestException.Invalid($"exclude.campaigns[{i}]", "There is no such campaign.");
            }
        }

        return exclude;
    }
}
