using XenoCrm.Core.Segments;

namespace XenoCrm.Core.Campaigns;

/// <summary>Campaigns: how one comes to be, is read and is controlled. Its delivery is the <see cref="IOutbox"/>'s.</summary>
public interface ICampaignStore
{
    /// <summary>
    /// Stores a segment and its campaign as preparing: nobody sees them and nothing is sent before
    /// <see cref="StartAsync"/>. With a key that was used before, nothing is stored and the answer tells what became of it.
    /// </summary>
    Task<BeginOutcome> BeginAsync(NewCampaign campaign, CancellationToken cancellationToken);

    /// <summary>
    /// Adds recipients to a preparing campaign and prolongs its preparation. A customer who has a row in it gets no second.
    /// </summary>
    /// <exception cref="InvalidOperationException">The campaign is not preparing any more, or is prepared anew.</exception>
    Task AppendLogBatchAsync(
        Preparation preparation, IReadOnlyList<NewLogEntry> batch, DateTimeOffset preparingUntil, CancellationToken cancellationToken);

    /// <summary>Fixes the audience and starts the campaign. Returns how many recipients it has.</summary>
    /// <param name="preparation">Of a preparing campaign.</param>
    /// <param name="now">When it starts.</param>
    /// <param name="warnings">What whoever starts it is told; a later request with its idempotency key is told the same.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<long> StartAsync(
        Preparation preparation, DateTimeOffset now, IReadOnlyList<string> warnings, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a preparing campaign with its segment and rows, in steps that do not hold up other writers. A scheduled one is scheduled
    /// again, and loses the rows only.
    /// </summary>
    Task DiscardAsync(Preparation preparation, CancellationToken cancellationToken);

    /// <summary>The preparing campaigns that a crash has left behind.</summary>
    Task<IReadOnlyList<Preparation>> FindAbandonedAsync(DateTimeOffset now, CancellationToken cancellationToken);

    Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<Campaign>> ListAsync(CampaignFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The delivery log in the order in which it was written; null if there is no such campaign.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<LogEntry>?> ListLogAsync(string campaignId, LogFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// A customer's rows in the logs of all campaigns that have started, the newest campaign's first. Of one who was erased they are
    /// still there, without address and text.
    /// </summary>
    /// <exception cref="InvalidCursorException">The cursor is not this list's.</exception>
    Task<Page<CustomerMessage>> ListMessagesAsync(string customerId, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Why the failed messages of a campaign have failed, as <see cref="FailureReason"/> counts them. It reads all of them.
    /// </summary>
    Task<IReadOnlyList<FailureCount>> CountFailuresAsync(string campaignId, CancellationToken cancellationToken);

    /// <summary>The rounds of a campaign that a retry has ended, the first first.</summary>
    Task<IReadOnlyList<CampaignRound>> ListRoundsAsync(string campaignId, CancellationToken cancellationToken);

    /// <summary>The pending messages of a campaign that were put off until it is the hour for them; null where there are none.</summary>
    Task<WaitingRows?> FindWaitingAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Those of the customers who got one of the campaigns, or may still get it.</summary>
    Task<IReadOnlySet<string>> FindReachedAsync(
        IReadOnlyList<string> campaignIds, IReadOnlyList<string> customerIds, CancellationToken cancellationToken);

    /// <summary>
    /// What became of up to <paramref name="count"/> of the campaign's messages: all, or those whose customers come first in
    /// <see cref="SampleOrder"/>.
    /// </summary>
    Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken);

    /// <summary>The completed campaigns with recipients that began before this one, newest first.</summary>
    /// <param name="campaign">The one that is looked at.</param>
    /// <param name="sameRule">Only those whose segment has the same rule.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<IReadOnlyList<Campaign>> ListEarlierAsync(Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken);

    /// <summary>Those that start, or were to start, from one moment until before another; the first first. A draft has no start.</summary>
    Task<IReadOnlyList<Campaign>> ListStartingAsync(
        DateTimeOffset from, DateTimeOffset until, int count, CancellationToken cancellationToken);

    /// <summary>
    /// How many people have had so many messages since then, by the number of messages. Whoever had none is not in it, nor who was erased.
    /// A message that was sent counts from what was last heard of it, one that is with the vendor from when that took it. It reads the
    /// logs of all campaigns that were under way since then.
    /// </summary>
    Task<IReadOnlyDictionary<int, long>> CountReachedAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>When those messages left to one customer, in any order.</summary>
    Task<IReadOnlyList<DateTimeOffset>> ListReachedAsync(string customerId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Adds those of the tags that the campaign has not got, in their order, after those that it has. A campaign that is not
    /// there is passed over.
    /// </summary>
    Task AddTagsAsync(string campaignId, IReadOnlyList<string> tags, CancellationToken cancellationToken);

    /// <summary>Takes a step if <see cref="CampaignTransition"/> allows it; the check and the step are one.</summary>
    Task<StepOutcome> StepAsync(string campaignId, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A segment and the campaign that is made from it.</summary>
/// <param name="IdempotencyKey">Unique to the caller; null if it gave none.</param>
/// <param name="RequestHash">Tells whether a key comes again with the same request.</param>
public sealed record NewCampaign(
    Segment Segment, Campaign Campaign, DateTimeOffset PreparingUntil, string? IdempotencyKey, string? RequestHash);

/// <summary>A recipient's row.</summary>
/// <param name="Id">A UUIDv7.</param>
/// <param name="SkipReason">A <see cref="Campaigns.SkipReason"/> where it is clear by now that nothing is sent.</param>
public sealed record NewLogEntry(
    string Id, string CustomerId, string Recipient, string Message, DateTimeOffset CreatedAt, string? SkipReason = null);

/// <param name="FirstAt">When it is the hour for the first of them, as things stood when they were looked at last.</param>
public sealed record WaitingRows(long Count, DateTimeOffset FirstAt);

/// <summary>What one customer was sent, or was not, by a campaign.</summary>
public sealed record CustomerMessage(string CampaignName, LogEntry Entry);

public enum BeginStatus
{
    Begun,

    /// <summary>The key's campaign is there: the answer to the first request is the answer to this one.</summary>
    Existing,

    /// <summary>The key's first request is still being worked on.</summary>
    InProgress,

    /// <summary>The key came with another request before.</summary>
    KeyReused,
}

/// <summary>All but the status is of the key's campaign where it is <see cref="BeginStatus.Existing"/>.</summary>
public sealed record BeginOutcome(BeginStatus Status, string SegmentId, string CampaignId, long Audience)
{
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
