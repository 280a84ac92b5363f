using System.Text.Json.Serialization;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;

namespace XenoCrm.Core.Campaigns;

/// <summary>
/// What a campaign that was made as a draft is to do. It can be changed while it is a draft; from its start on it stays as the campaign
/// was sent by.
/// </summary>
public sealed record CampaignPlan
{
    /// <summary>A stored segment; null where <see cref="Rule"/> says who gets it.</summary>
    public string? SegmentId { get; init; }

    /// <summary>Of whom a segment is made at the start; null where <see cref="SegmentId"/> names one.</summary>
    public Rule? Rule { get; init; }

    /// <summary>What that segment is called; null for the campaign's name.</summary>
    public string? SegmentName { get; init; }

    /// <summary>The sentence that <see cref="Rule"/> was made from, if it was.</summary>
    public string? Prompt { get; init; }

    /// <summary>The address of each person that it goes to; null for e-mail, or telephone where there is none.</summary>
    public AddressKind? Channel { get; init; }

    public Exclusions Exclude { get; init; } = new();

    /// <summary>Null for at once.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>When it is sent again; null for once. <see cref="Schedule"/> is the moment before which it is not sent then.</summary>
    public Recurrence? Recurrence { get; init; }

    /// <summary>Whether it is not sent itself but has runs.</summary>
    [JsonIgnore]
    public bool IsRecurring => Recurrence is not null && Series is null;

    /// <summary>The recurring campaign that this one is a run of; null for none.</summary>
    public string? Series { get; init; }

    /// <summary>At which hours each person's message leaves; null for any.</summary>
    public CampaignHours? Hours { get; init; }

    /// <summary>When it starts, of one that is launched then; null where it recurs at no time any more.</summary>
    public DateTimeOffset? StartFrom(DateTimeOffset now)
    {
        var from = Schedule is { } schedule && schedule.At > now ? schedule.At : now;
        return Recurrence is null ? from : Recurrence.NextFrom(from);
    }

    /// <summary>At most so many messages leave in a minute, evenly; null for as fast as the vendor takes them.</summary>
    public int? PerMinute { get; init; }

    /// <summary>
    /// It is something that its people asked for, such as a receipt: the account's frequency caps and quiet hours do not hold for it.
    /// </summary>
    public bool Transactional { get; init; }
}

/// <summary>Who does not get a campaign though the audience has them.</summary>
public sealed record Exclusions
{
    /// <summary>Ids; who is in one of them.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Whom one of them selects.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>Ids; who got one of them, or may still get it.</summary>
    public IReadOnlyList<string> Campaigns { get; init; } = [];
}

/// <summary>When a campaign starts.</summary>
/// <param name="At">A moment in UTC, to which <paramref name="Zone"/> says how it was meant.</param>
/// <param name="Zone">The IANA id of the zone in which it was given, or <see cref="RecipientZone"/>; null for a moment.</param>
public sealed record Schedule(DateTimeOffset At, string? Zone)
{
    /// <summary>
    /// Each person's own: <see cref="At"/> is when the hour, <see cref="CampaignHours.Local"/>, comes to the first of all zones.
    /// </summary>
    public const string RecipientZone = "recipient";

    /// <summary>How much earlier than in UTC an hour comes to the first of all zones.</summary>
    public static readonly TimeSpan FirstZone = TimeSpan.FromHours(14);
}
