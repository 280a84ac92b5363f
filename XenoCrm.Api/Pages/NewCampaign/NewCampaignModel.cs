using XenoCrm.Api.Campaigns;
using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Insights.BestTime;
using XenoCrm.Api.Segments;
using XenoCrm.Api.Vendor;
using XenoCrm.Core.Account;

namespace XenoCrm.Api.Pages.NewCampaign;

public sealed record NewCampaignModel(NewCampaignForm Form)
{
    /// <summary>From how many people on the number is asked for.</summary>
    public const long ManyPeople = 10_000;

    /// <summary>What is wrong, by field: <c>prompt</c>, <c>rule</c>, <c>message</c>, <c>name</c>, <c>segmentName</c>, <c>objective</c>,
    /// <c>at</c>, <c>throttle</c>, <c>people</c>, <c>typed</c>; what belongs to none of them under "".</summary>
    public IDictionary<string, string> Faults { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the rule came from and what was assumed, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The rule in words; null without one.</summary>
    public string? Explanation { get; init; }

    /// <summary>Null where there is no rule, or it was not counted yet.</summary>
    public PreviewResponse? Audience { get; init; }

    /// <summary>How many would get it: those who can be reached, without those who are left out. Null where it was not counted
    /// yet.</summary>
    public long? Recipients { get; init; }

    /// <summary>Those of the recipients who have had enough messages for now, counted for the last look.</summary>
    public long Capped { get; init; }

    /// <summary>Those at whose place it is not the hour for it.</summary>
    public long Later { get; init; }

    /// <summary>Those who have had another message lately, counted for the last look.</summary>
    public RecentCount? Recent { get; init; }

    /// <summary>The sentence was not read, and the rule is the one from before.</summary>
    public bool HasOldConditions { get; init; }

    /// <summary>How messages go by each channel: <c>email</c>, <c>phone</c>, and "" for either.</summary>
    public required IReadOnlyDictionary<string, SendingWay> Ways { get; init; }

    /// <summary>The message as people would get it.</summary>
    public MessagePreview? Message { get; init; }

    public IReadOnlyList<string> Suggestions { get; init; } = [];

    public BestTimeResponse? Time { get; init; }

    /// <summary>All is there: only the confirmation is missing.</summary>
    public bool AsksToSend { get; init; }

    /// <summary>Nothing was typed or asked for yet, so that a draft may be taken up.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Segments to begin with, newest first.</summary>
    public IReadOnlyList<SegmentResponse> Segments { get; init; } = [];

    /// <summary>Campaigns whose people can be left out, newest first.</summary>
    public IReadOnlyList<CampaignResponse> Campaigns { get; init; } = [];

    /// <summary>The account's quiet hours; null for none.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>Whether the account has frequency caps.</summary>
    public bool HasCaps { get; init; }

    /// <summary>The account's time zone, in which its start is given.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>The account's, an ISO 4217 code; null for none.</summary>
    public string? Currency { get; init; }

    /// <summary>Whose draft is kept in the browser.</summary>
    public string Person { get; init; } = "";

    /// <summary>Of a channel that there is not, as without one.</summary>
    public SendingWay WayOf(string? channel) => Ways.GetValueOrDefault(channel ?? "") ?? Ways[""];

    public string? Fault(string field) => Faults.TryGetValue(field, out var fault) ? fault : null;
}

/// <param name="Preview">Null where <paramref name="Fault"/> says why.</param>
public sealed record MessagePartModel(MessagePreview? Preview, string? Fault = null);

/// <param name="Recent">Null where it cannot be told.</param>
/// <param name="MayLeaveOut">Whether it can be said here that they do not get it.</param>
public sealed record RecentModel(RecentCount? Recent, bool MayLeaveOut);
