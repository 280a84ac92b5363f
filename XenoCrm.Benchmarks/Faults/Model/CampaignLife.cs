using XenoCrm.Core.Campaigns;

namespace XenoCrm.Benchmarks.Faults.Model;

/// <summary>
/// The life of a campaign, as it is meant to be: its states, and what each step does to its rows. Its numbers are never kept, always
/// counted.
/// </summary>
internal sealed class CampaignLife(string id, DateTimeOffset createdAt)
{
    private long sentBefore;
    private long failedBefore;
    private int round = 1;

    public string Id => id;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Nothing of it leaves in quiet hours.</summary>
    public bool KeepsHours { get; init; }

    /// <summary>The account's cap holds for it.</summary>
    public bool KeepsCap { get; init; }

    /// <summary>In the order in which they were written.</summary>
    public List<RowLife> Rows { get; } = [];

    public CampaignStatus Status { get; private set; } = CampaignStatus.Preparing;

    public DateTimeOffset? CompletedAt { get; private set; }

    public string? PausedReason { get; private set; }

    public bool IsLaunched => Status != CampaignStatus.Preparing;

    /// <summary>Whether a sender looks at it.</summary>
    public bool IsOpen => CompletedAt is null && Status is CampaignStatus.Sending or CampaignStatus.Cancelled;

    public CampaignStats Stats => new(
        Count(DeliveryStatus.Pending), Count(DeliveryStatus.Sent), Count(DeliveryStatus.Failed), Count(DeliveryStatus.Skipped));

    /// <summary>What became final since a person last said "go on".</summary>
    public RecentOutcomes Recent => new(Count(DeliveryStatus.Sent) - sentBefore, Count(DeliveryStatus.Failed) - failedBefore);

    public IEnumerable<RowLife> Due(DateTimeOffset now) => IsOpen ? Rows.Where(row => row.IsDue(now)) : [];

    public void Launch(DateTimeOffset now)
    {
        Status = CampaignStatus.Sending;
        TryComplete(now);
    }

    public bool TryComplete(DateTimeOffset now)
    {
        if (!IsOpen || Rows.Exists(row => row.IsPending))
        {
            return false;
        }

        // A cancelled one is closed and stays cancelled.
        Status = Status == CampaignStatus.Sending ? CampaignStatus.Completed : Status;
        CompletedAt = now;
        return true;
    }

    /// <summary>Whether it was taken.</summary>
    /// <param name="step">What a person asks for.</param>
    /// <param name="now">When.</param>
    /// <param name="byCampaign">Whether the store numbers rounds by the campaign's retries; else by the row's. Both are new ids.</param>
    public bool Take(CampaignStep step, DateTimeOffset now, bool byCampaign)
    {
        switch (step, Status)
        {
            case (CampaignStep.Pause pause, CampaignStatus.Sending):
                (Status, PausedReason) = (CampaignStatus.Paused, pause.Reason);
                return true;

            case (CampaignStep.Resume, CampaignStatus.Paused):
                (Status, PausedReason) = (CampaignStatus.Sending, null);
                (sentBefore, failedBefore) = (Count(DeliveryStatus.Sent), Count(DeliveryStatus.Failed));
                return true;

            case (CampaignStep.Cancel, CampaignStatus.Sending or CampaignStatus.Paused):
                (Status, PausedReason) = (CampaignStatus.Cancelled, null);
                Rows.ForEach(row => row.Cancel());
                TryComplete(now);
                return true;

            case (CampaignStep.Retry, CampaignStatus.Completed) when Count(DeliveryStatus.Failed) > 0:
                (Status, CompletedAt) = (CampaignStatus.Sending, null);
                (sentBefore, failedBefore) = (Count(DeliveryStatus.Sent), 0);
                round++;
                Rows.ForEach(row => row.Retry(byCampaign ? round : row.Round + 1, now));
                TryComplete(now);
                return true;

            default:
                return false;
        }
    }

    private long Count(DeliveryStatus status) => Rows.LongCount(row => row.Status == status);
}
