using MongoDB.Bson.Serialization.Attributes;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A document of <c>campaigns</c>:
/// <code>
/// { _id: "0199…", segmentId: "0199…", name: "Win-back", messageTemplate: "Hi {{firstName}}", tags: [],
///   status: "sending", pausedReason: "…", createdBy: "mara@example.com", createdAt: ISODate, completedAt: ISODate,
///   open: true, preparingUntil: ISODate, idempotencyKey: "…", requestHash: "…", audience: 1200, nextSeq: 1200,
///   round: 1, renewing: true, sentBefore: 0, failedBefore: 0, frozen: { sent: 1080, failed: 100, skipped: 20 },
///   warnings: ["…"],
///   plan: "{\"rule\":{…},…}", version: 0, startsAt: ISODate, preparation: 1, perMinute: 600, pacedUntil: ISODate,
///   transactional: true, hours: "{\"local\":\"…\"}", series: "0199…", startProblem: "…",
///   rounds: [{ retriedAt: ISODate, retriedBy: "mara@example.com", sent: 1080, failed: 100, skipped: 20,
///     failures: [{ reason: "mailbox full", count: 100 }] }] }
/// </code>
/// </summary>
internal sealed record MongoCampaign
{
    /// <summary>Being removed: seen by nobody, and not to be launched any more.</summary>
    public const string Discarding = "discarding";

    /// <summary>A starting one whose rows are being removed, to be scheduled again.</summary>
    public const string Resetting = "resetting";

    public const string Preparing = "preparing";
    public const string Draft = "draft";
    public const string Scheduled = "scheduled";
    public const string Starting = "starting";
    public const string Sending = "sending";
    public const string Paused = "paused";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";

    /// <summary>Those that have begun.</summary>
    public static readonly string[] Begun = [Sending, Paused, Completed, Cancelled];

    /// <summary>Those that people see.</summary>
    public static readonly string[] Visible = [.. Begun, Draft, Scheduled, Starting, Resetting];

    /// <summary>Those that may have work, or be closed.</summary>
    public static readonly string[] AtWork = [Sending, Cancelled];

    public required string Id { get; init; }

    public required string SegmentId { get; init; }

    public required string Name { get; init; }

    public required string MessageTemplate { get; init; }

    public required string Status { get; init; }

    public string? PausedReason { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>There until it is completed.</summary>
    public bool? Open { get; init; }

    public DateTimeOffset? PreparingUntil { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? RequestHash { get; init; }

    /// <summary>How many rows it has; fixed at launch.</summary>
    public long Audience { get; init; }

    /// <summary>The next row's place in the log. There may be gaps.</summary>
    public long NextSeq { get; init; }

    /// <summary>1, and one more with each retry.</summary>
    public int Round { get; init; }

    /// <summary>A retry has begun and may not yet have reached every failed row.</summary>
    public bool? Renewing { get; init; }

    /// <summary>The counts at the last resume or retry: the error rate is of what came after.</summary>
    public long SentBefore { get; init; }

    public long FailedBefore { get; init; }

    /// <summary>What was told at its start; absent for nothing.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>There once it is completed; before, the log is counted.</summary>
    public FrozenCounts? Frozen { get; init; }

    /// <summary>See <see cref="CampaignPlanText"/>; absent where it was not made as a draft.</summary>
    public string? Plan { get; init; }

    /// <summary>Goes up with each change of a draft; absent where it was not made as one.</summary>
    public int? Version { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Which writing of the audience of a starting one it is, from 1.</summary>
    public int? Preparation { get; init; }

    /// <summary>At most so many messages leave in a minute.</summary>
    public int? PerMinute { get; init; }

    /// <summary>When the next may leave.</summary>
    public DateTimeOffset? PacedUntil { get; init; }

    /// <summary>There where frequency caps do not hold for it.</summary>
    public bool? Transactional { get; init; }

    /// <summary>The plan's, once it is launched; absent where it says nothing of them.</summary>
    public string? Hours { get; init; }

    /// <summary>The recurring campaign that it is a run of.</summary>
    public string? Series { get; init; }

    /// <summary>Why a scheduled one could not be started; absent where nothing is in its way.</summary>
    public string? StartProblem { get; init; }

    /// <summary>Those that a retry has ended, the first first; absent for none.</summary>
    public IReadOnlyList<EndedRound>? Rounds { get; init; }

    public static MongoCampaign Of(NewDraft draft) => Of(draft.Campaign, Draft, draft.IdempotencyKey, draft.RequestHash) with
    {
        Plan = CampaignPlanText.Write(draft.Campaign.Plan!),
        Version = draft.Campaign.Version,
        Series = draft.Campaign.Plan!.Series,
    };

    public static MongoCampaign Of(NewCampaign campaign) =>
        Of(campaign.Campaign, Preparing, campaign.IdempotencyKey, campaign.RequestHash) with { PreparingUntil = campaign.PreparingUntil };

    private static MongoCampaign Of(Campaign campaign, string status, string? idempotencyKey, string? requestHash) => new()
    {
        Id = campaign.Id,
        SegmentId = campaign.SegmentId,
        Name = campaign.Name,
        MessageTemplate = campaign.MessageTemplate,
        Status = status,
        Tags = campaign.Tags,
        CreatedBy = campaign.CreatedBy,
        CreatedAt = campaign.CreatedAt,
        Open = true,
        IdempotencyKey = idempotencyKey,
        RequestHash = requestHash,
        Round = 1,
    };

    public Campaign ToCampaign(CampaignStats stats) => new()
    {
        Id = Id,
        SegmentId = SegmentId,
        Name = Name,
        MessageTemplate = MessageTemplate,
        Status = ToStatus(),
        PausedReason = PausedReason,
        Tags = Tags,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        CompletedAt = CompletedAt,
        Stats = stats,
        Plan = Plan is null ? null : CampaignPlanText.Read(Id, Plan),
        StartsAt = StartsAt,
        StartProblem = StartProblem,
        Version = Version ?? 0,
    };

    public CampaignStatus ToStatus() =>
        Status == Resetting ? CampaignStatus.Starting : Enum.Parse<CampaignStatus>(Status, ignoreCase: true);

    /// <summary>For the field <c>status</c>.</summary>
    public static string Word(CampaignStatus status) => status.ToString().ToLowerInvariant();

    internal sealed record FrozenCounts
    {
        public long Sent { get; init; }

        public long Failed { get; init; }

        public long Skipped { get; init; }

        [BsonIgnore]
        public CampaignStats Stats => new(Pending: 0, Sent, Failed, Skipped);
    }

    internal sealed record EndedRound
    {
        public required DateTimeOffset RetriedAt { get; init; }

        public required string RetriedBy { get; init; }

        public long Sent { get; init; }

        public long Failed { get; init; }

        public long Skipped { get; init; }

        public required IReadOnlyList<CountedReason> Failures { get; init; }

        public static EndedRound Of(CampaignRound round) => new()
        {
            RetriedAt = round.RetriedAt,
            RetriedBy = round.RetriedBy,
            Sent = round.Stats.Sent,
            Failed = round.Stats.Failed,
            Skipped = round.Stats.Skipped,
            Failures = [.. round.Failures.Select(failure => new CountedReason { Reason = failure.Reason, Count = failure.Count })],
        };

        public CampaignRound ToRound() => new(
            RetriedAt,
            RetriedBy,
            new CampaignStats(Pending: 0, Sent, Failed, Skipped),
            [.. Failures.Select(failure => new FailureCount(failure.Reason, failure.Count))]);
    }

    internal sealed record CountedReason
    {
        public required string Reason { get; init; }

        public long Count { get; init; }
    }
}
