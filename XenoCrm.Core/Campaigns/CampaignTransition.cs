namespace XenoCrm.Core.Campaigns;

/// <summary>
/// One change of a campaign's state. All there are stand here: the stores change nothing else, the API tells its routes and its
/// refusals from them, and the tests go through them.
/// </summary>
/// <param name="Name">As a route calls it.</param>
/// <param name="Done">As in "a paused campaign can be resumed".</param>
/// <param name="From">The states that allow it.</param>
/// <param name="To">The state that comes of it.</param>
/// <param name="Effect">What it does, for people.</param>
public sealed record CampaignTransition(string Name, string Done, IReadOnlyList<CampaignStatus> From, CampaignStatus To, string Effect)
{
    public static readonly CampaignTransition Launch = new(
        "launch", "launched", [CampaignStatus.Draft], CampaignStatus.Scheduled,
        "Starts a draft, at its time or at once; what was launched before stays as it is.");

    public static readonly CampaignTransition Unschedule = new(
        "unschedule", "taken back", [CampaignStatus.Scheduled], CampaignStatus.Draft,
        "Makes a draft again of a campaign that waits for its time.");

    public static readonly CampaignTransition Take = new(
        "take", "taken", [CampaignStatus.Scheduled], CampaignStatus.Starting,
        "Begins to write its audience, once its time has come.");

    public static readonly CampaignTransition Start = new(
        "start", "started", [CampaignStatus.Preparing, CampaignStatus.Starting], CampaignStatus.Sending,
        "Starts it once its whole audience is written.");

    public static readonly CampaignTransition Pause = new(
        "pause", "paused", [CampaignStatus.Sending], CampaignStatus.Paused,
        "Stops sending until it is resumed; receipts still count.");

    public static readonly CampaignTransition Resume = new(
        "resume", "resumed", [CampaignStatus.Paused], CampaignStatus.Sending,
        "Goes on with a paused campaign.");

    public static readonly CampaignTransition Cancel = new(
        "cancel", "cancelled", [CampaignStatus.Scheduled, CampaignStatus.Sending, CampaignStatus.Paused],
        CampaignStatus.Cancelled,
        "Ends it; what the vendor does not have yet is skipped with the reason cancelled.");

    /// <summary>Only of a campaign of which something failed.</summary>
    public static readonly CampaignTransition Retry = new(
        "retry", "retried", [CampaignStatus.Completed], CampaignStatus.Sending,
        "Sends again to the failed only.");

    /// <summary>Once no row is pending. A cancelled campaign is closed then too, and stays cancelled.</summary>
    public static readonly CampaignTransition Complete = new(
        "complete", "completed", [CampaignStatus.Sending], CampaignStatus.Completed,
        "Closes it once everything has left or failed.");

    public static readonly IReadOnlyList<CampaignTransition> All =
        [Launch, Unschedule, Take, Start, Pause, Resume, Cancel, Retry, Complete];

    public bool Allows(CampaignStatus status) => From.Contains(status);
}

/// <summary>What a person, or the campaign itself, can do to a campaign.</summary>
public abstract record CampaignStep(CampaignTransition Transition)
{
    /// <param name="At">When it starts.</param>
    /// <param name="Version">Of the draft that was looked at: one that was changed since then is not launched.</param>
    public sealed record Launch(DateTimeOffset At, int Version) : CampaignStep(CampaignTransition.Launch);

    public sealed record Unschedule() : CampaignStep(CampaignTransition.Unschedule);

    public sealed record Pause(string Reason) : CampaignStep(CampaignTransition.Pause);

    public sealed record Resume() : CampaignStep(CampaignTransition.Resume);

    /// <summary>Rows that the vendor cannot have end as skipped, with the reason <c>cancelled</c>.</summary>
    public sealed record Cancel() : CampaignStep(CampaignTransition.Cancel);

    /// <summary>The failed rows are sent again, in a new round; how the last one ended is kept as a <see cref="CampaignRound"/>.</summary>
    /// <param name="By">Who asked for it.</param>
    public sealed record Retry(string By) : CampaignStep(CampaignTransition.Retry);
}

/// <summary><paramref name="Status"/> is the state that the step found; null if there is no such campaign.</summary>
public sealed record StepOutcome(bool Taken, CampaignStatus? Status);
