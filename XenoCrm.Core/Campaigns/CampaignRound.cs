namespace XenoCrm.Core.Campaigns;

/// <summary>How a campaign stood when its failed were sent to again: the log itself keeps of each message the last round only.</summary>
/// <param name="RetriedAt">When that was.</param>
/// <param name="RetriedBy">Who asked for it.</param>
/// <param name="Stats">Of all messages, those of earlier rounds included.</param>
/// <param name="Failures">Why the failed had failed, the most frequent first; nothing in it is about one person.</param>
public sealed record CampaignRound(
    DateTimeOffset RetriedAt, string RetriedBy, CampaignStats Stats, IReadOnlyList<FailureCount> Failures)
{
    /// <summary>The failed who were not sent to again, as they had been erased.</summary>
    public long Erased => Failures.Where(failure => failure.Reason == SkipReason.Erased).Sum(failure => failure.Count);

    public long Retried => Stats.Failed - Erased;
}
