using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using XenoCrm.Api.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <param name="Name">What the campaign is called, and the segment that is made with it.</param>
/// <param name="SegmentId">A stored segment that gets it; or <paramref name="Rule"/>.</param>
/// <param name="Rule">Who gets it; see docs/rules.md. A segment is made of it at the start.</param>
/// <param name="SegmentName">What that segment is called; by default the campaign's name.</param>
/// <param name="Prompt">The sentence that the rule was made from, kept for the record.</param>
/// <param name="Message">The text with placeholders; without it, the built-in engine's for the campaign's name.</param>
/// <param name="Exclude">Who does not get it all the same.</param>
/// <param name="Schedule">When it starts; without it, as soon as it is launched.</param>
/// <param name="Throttle">At most so many messages leave in a minute, evenly; without it, as fast as the vendor takes them.</param>
/// <param name="Transactional">True for what its people asked for, such as a receipt: the account's frequency caps and quiet hours do
/// not hold for it.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>: who has no such address does not get it. Without it a message goes by e-mail, and
/// to whoever has no address by telephone.</param>
/// <param name="QuietHours">When, by each person's own clock, none leaves; beside the account's.</param>
public sealed record CampaignRequest(
    [property: Required(ErrorMessage = CampaignRequest.NameMessage)]
    [property: StringLength(CampaignRequest.MaxNameLength, MinimumLength = 1, ErrorMessage = CampaignRequest.NameMessage)]
    string Name,
    string? SegmentId,
    Rule? Rule,
    [property: StringLength(CampaignRequest.MaxNameLength, ErrorMessage = CampaignRequest.LengthMessage)] string? SegmentName,
    [property: StringLength(CampaignRequest.MaxPromptLength, ErrorMessage = CampaignRequest.LengthMessage)] string? Prompt,
    string? Message,
    ExcludeRequest? Exclude,
    ScheduleRequest? Schedule,
    int? Throttle,
    bool? Transactional = null,
    string? Channel = null,
    QuietHoursBody? QuietHours = null)
{
    public const int MaxNameLength = 200;
    public const int MaxPromptLength = 1_000;

    internal const string NameMessage = "A name of 1 to 200 characters was expected, such as Win back in spring.";
    internal const string LengthMessage = "This has at most {1} characters. Shorten it, or leave it out.";
}

/// <param name="Segments">Ids: who is in one of them when the campaign starts.</param>
/// <param name="Rules">Whom one of them selects then.</param>
/// <param name="Campaigns">Ids: who got one of them, or may still get it.</param>
public sealed record ExcludeRequest(IReadOnlyList<string>? Segments, IReadOnlyList<Rule>? Rules, IReadOnlyList<string>? Campaigns);

/// <param name="At">A moment, <c>2026-12-01T09:00:00Z</c>, or an hour on the clocks of <paramref name="Zone"/>,
/// <c>2026-12-01T09:00</c>.</param>
/// <param name="Zone">An IANA id, or <c>recipient</c> for each person's own; by default the account's zone.</param>
/// <param name="Cron">When it is sent again and again, not before <paramref name="At"/>: minute, hour, day of the month, month, day of the
/// week. <c>0 9 * * MON</c> is every Monday at nine. Each time those get it who have not had it yet.</param>
/// <param name="AgainAfterDays">Who had it so many days ago gets it again; without it nobody does.</param>
public sealed record ScheduleRequest(string? At, string? Zone, string? Cron = null, int? AgainAfterDays = null);

/// <summary>
/// A change of a draft: a member that is left out stays as it is, and one that is null is taken away. A segment takes the place of a rule,
/// and a rule that of a segment.
/// </summary>
public sealed class CampaignChange
{
    private readonly HashSet<string> given = [];

    [StringLength(CampaignRequest.MaxNameLength, MinimumLength = 1, ErrorMessage = CampaignRequest.NameMessage)]
    public string? Name { get; set => field = Given(value); }

    public string? SegmentId { get; set => field = Given(value); }

    public Rule? Rule { get; set => field = Given(value); }

    [StringLength(CampaignRequest.MaxNameLength, ErrorMessage = CampaignRequest.LengthMessage)]
    public string? SegmentName { get; set => field = Given(value); }

    [StringLength(CampaignRequest.MaxPromptLength, ErrorMessage = CampaignRequest.LengthMessage)]
    public string? Prompt { get; set => field = Given(value); }

    public string? Message { get; set => field = Given(value); }

    public ExcludeRequest? Exclude { get; set => field = Given(value); }

    public ScheduleRequest? Schedule { get; set => field = Given(value); }

    public int? Throttle { get; set => field = Given(value); }

    public bool? Transactional { get; set => field = Given(value); }

    public string? Channel { get; set => field = Given(value); }

    public QuietHoursBody? QuietHours { get; set => field = Given(value); }

    /// <summary>The draft with the change in it, as if it were made so.</summary>
    internal CampaignRequest Onto(CampaignRequest draft)
    {
        var hasAudience = Has(nameof(SegmentId)) || Has(nameof(Rule));
        return new CampaignRequest(
            Has(nameof(Name)) ? Name ?? "" : draft.Name,
            hasAudience ? SegmentId : draft.SegmentId,
            hasAudience ? Rule : draft.Rule,
            Has(nameof(SegmentName)) ? SegmentName : draft.SegmentName,
            Has(nameof(Prompt)) || hasAudience ? Prompt : draft.Prompt,
            Has(nameof(Message)) ? Message : draft.Message,
            Has(nameof(Exclude)) ? Exclude : draft.Exclude,
            Has(nameof(Schedule)) ? Schedule : draft.Schedule,
            Has(nameof(Throttle)) ? Throttle : draft.Throttle,
            Has(nameof(Transactional)) ? Transactional : draft.Transactional,
            Has(nameof(Channel)) ? Channel : draft.Channel,
            Has(nameof(QuietHours)) ? QuietHours : draft.QuietHours);
    }

    private bool Has(string member) => given.Contains(member);

    private T Given<T>(T value, [CallerMemberName] string member = "")
    {
        given.Add(member);
        return value;
    }
}

/// <summary>What a campaign that was made as a draft was asked to do.</summary>
/// <param name="SegmentId">Null where <paramref name="Rule"/> says who gets it.</param>
/// <param name="Schedule">Null for at once.</param>
/// <param name="Throttle">Messages a minute; null for as fast as the vendor takes them.</param>
/// <param name="Transactional">Whether the account's frequency caps and quiet hours do not hold for it.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>; null for as each person can be reached.</param>
/// <param name="QuietHours">When, by each person's own clock, none leaves; null for the account's quiet hours alone.</param>
/// <param name="Series">The recurring campaign that this one is a run of; null for none.</param>
public sealed record PlanResponse(
    string? SegmentId,
    Rule? Rule,
    string? SegmentName,
    string? Prompt,
    ExcludeResponse Exclude,
    ScheduleResponse? Schedule,
    int? Throttle,
    bool Transactional,
    string? Channel,
    QuietHoursBody? QuietHours,
    string? Series)
{
    /// <summary>Whether it is not sent itself but has runs, each a campaign.</summary>
    [JsonIgnore]
    public bool IsRecurring => Schedule?.Cron is not null && Series is null;

    internal static PlanResponse? Of(CampaignPlan? plan) => plan is null ? null : new PlanResponse(
        plan.SegmentId,
        plan.Rule,
        plan.SegmentName,
        plan.Prompt,
        new ExcludeResponse(plan.Exclude.Segments, plan.Exclude.Rules, plan.Exclude.Campaigns),
        ScheduleResponse.Of(plan),
        plan.PerMinute,
        plan.Transactional,
        CampaignChannel.Word(plan.Channel),
        QuietHoursBody.Of(plan.Hours?.Quiet),
        plan.Series);
}

public sealed record ExcludeResponse(IReadOnlyList<string> Segments, IReadOnlyList<Rule> Rules, IReadOnlyList<string> Campaigns);

/// <param name="At">The moment; of each person's own hour, the moment at which it comes to the first of all zones; of a recurring one, the
/// moment before which it is not sent, or null.</param>
/// <param name="Zone">The zone in which it was given as an hour, or <c>recipient</c>; null for a moment.</param>
/// <param name="Local">Each person's own hour, as their clock shows it; null for others.</param>
/// <param name="Cron">When it is sent again, on the clocks of <paramref name="Zone"/>; null for once.</param>
/// <param name="AgainAfterDays">Who had it so many days ago gets it again; null for nobody.</param>
public sealed record ScheduleResponse(DateTimeOffset? At, string? Zone, string? Local, string? Cron, int? AgainAfterDays)
{
    internal static ScheduleResponse? Of(CampaignPlan plan) => plan is { Schedule: null, Recurrence: null }
        ? null
        : new ScheduleResponse(
            plan.Schedule?.At,
            plan.Recurrence?.Zone ?? plan.Schedule?.Zone,
            plan.Hours?.Local?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
            plan.Recurrence?.Cron,
            plan.Recurrence?.AgainAfterDays);
}
