using XenoCrm.Core.Segments;

namespace XenoCrm.Core.Campaigns;

/// <summary>Campaigns before their start: drafts, and those that wait for their time.</summary>
public interface IDraftStore
{
    /// <summary>Stores a campaign as a draft. With a key that was used before nothing is stored, and the answer tells of what.</summary>
    Task<BeginOutcome> AddAsync(NewDraft draft, CancellationToken cancellationToken);

    /// <summary>Puts another name, message and plan in place of a draft's.</summary>
    /// <returns>False if it is no draft any more, or was changed since <paramref name="read"/> was read.</returns>
    Task<bool> ChangeAsync(Campaign read, Campaign changed, CancellationToken cancellationToken);

    /// <summary>Removes a draft. False if it is none.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>The scheduled campaigns whose time has come, those first that have waited longest.</summary>
    Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps with a scheduled campaign why it could not be started. It is gone once the campaign starts, moves on or is taken back.
    /// </summary>
    Task NoteProblemAsync(string id, string problem, CancellationToken cancellationToken);

    /// <summary>Has a recurring campaign wait for its next run, unless another has moved it or it does not wait any more.</summary>
    /// <param name="id">The campaign's.</param>
    /// <param name="startsAt">The run that is done with.</param>
    /// <param name="next">The one after it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task MoveOnAsync(string id, DateTimeOffset startsAt, DateTimeOffset next, CancellationToken cancellationToken);

    /// <summary>The ids of a recurring campaign's runs, the newest first: of those that were to start after then, or of all.</summary>
    Task<IReadOnlyList<string>> ListRunsAsync(string seriesId, DateTimeOffset? after, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a scheduled campaign whose time has come, to write its audience; a crash in between leaves it to be taken anew.
    /// </summary>
    /// <param name="id">The campaign's.</param>
    /// <param name="now">The time.</param>
    /// <param name="segment">Made with it and shown once it has started; null where the plan names a stored one.</param>
    /// <param name="preparingUntil">As in <see cref="ICampaignStore.AppendLogBatchAsync"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null if it is not scheduled any more: another has taken it, or somebody has taken it back.</returns>
    Task<Preparation?> TakeAsync(
        string id, DateTimeOffset now, Segment? segment, DateTimeOffset preparingUntil, CancellationToken cancellationToken);

    /// <summary>The drafts and waiting campaigns that have to do with a segment: sent to it, or not sent to it.</summary>
    Task<IReadOnlyList<Campaign>> ListUsingAsync(string segmentId, CancellationToken cancellationToken);
}

/// <summary>A campaign to be stored as a draft.</summary>
/// <param name="IdempotencyKey">Unique to the caller; null if it gave none.</param>
/// <param name="RequestHash">Tells whether a key comes again with the same request.</param>
public sealed record NewDraft(Campaign Campaign, string? IdempotencyKey, string? RequestHash);

/// <summary>
/// One writing of a campaign's audience. A scheduled campaign whose writing was cut off is written anew, under the next number, so that
/// whoever had only fallen asleep over it cannot add to it.
/// </summary>
public sealed record Preparation(string CampaignId, int Number = 0);
