namespace XenoCrm.Api.Pages.NewCampaign;

/// <summary>What stands in the form of a new campaign, as it was typed.</summary>
public sealed record NewCampaignForm
{
    /// <summary>Whom to select, as a sentence.</summary>
    public string? Prompt { get; set; }

    /// <summary>Whom to select, as JSON.</summary>
    public string? Rule { get; set; }

    /// <summary>The campaign's.</summary>
    public string? Name { get; set; }

    /// <summary>By default the campaign's name.</summary>
    public string? SegmentName { get; set; }

    public string? Message { get; set; }

    /// <summary>What suggested messages are to achieve.</summary>
    public string? Objective { get; set; }

    public string? Tone { get; set; }

    /// <summary>Ids of segments whose people do not get it.</summary>
    public string[] WithoutSegments { get; set => field = value ?? []; } = [];

    /// <summary>Ids of campaigns: who got one of them does not get this one.</summary>
    public string[] WithoutCampaigns { get; set => field = value ?? []; } = [];

    /// <summary>Whoever has had another campaign in the last days does not get it either.</summary>
    public bool WithoutRecent { get; set; }

    /// <summary>Whoever one of these rules selects does not get it, each as JSON. They come with a draft that the API made.</summary>
    public string[] WithoutRules { get; set => field = value ?? []; } = [];

    /// <summary>The stored segment that a draft is for; it stays so as long as the conditions are that segment's.</summary>
    public string? Audience { get; set; }

    /// <summary>Its people asked for it: frequency caps do not hold.</summary>
    public bool Transactional { get; set; }

    /// <summary><c>email</c> or <c>phone</c>; empty for as each person can be reached.</summary>
    public string? Channel { get; set; }

    /// <summary>When it starts: <c>2026-12-01T09:00</c>; empty for at once.</summary>
    public string? At { get; set; }

    /// <summary>On whose clocks that is: a zone's id, or <c>recipient</c>; empty for the account's.</summary>
    public string? Clocks { get; set; }

    /// <summary>How often it is sent: <c>day</c>, <c>week</c>, <c>month</c> from that time on, or a cron expression; empty for
    /// once.</summary>
    public string? Repeat { get; set; }

    /// <summary>After how many days a person gets a repeated one again; empty for never.</summary>
    public string? Again { get; set; }

    /// <summary>From when on nobody is written to: <c>21:00</c>; empty for the account's quiet hours alone.</summary>
    public string? QuietFrom { get; set; }

    /// <summary>Until when.</summary>
    public string? QuietTo { get; set; }

    /// <summary>Messages a minute at most; empty for as fast as the vendor takes them.</summary>
    public string? Throttle { get; set; }

    /// <summary>The id of the draft that is gone on with; empty for a new campaign.</summary>
    public string? Draft { get; set; }

    /// <summary>Made when the page was rendered: two clicks are one campaign.</summary>
    public string? Key { get; set; }

    /// <summary>How many people the confirmation named.</summary>
    public string? People { get; set; }

    /// <summary>That number once more, typed by whoever sends to very many.</summary>
    public string? Typed { get; set; }

    /// <summary>The button that was pressed: <c>read</c>, <c>suggest</c>, <c>draft</c>, <c>send</c>; any other shows it for a last
    /// look.</summary>
    public string? Act { get; set; }

    /// <summary>A suggested message that was chosen.</summary>
    public string? Use { get; set; }
}
