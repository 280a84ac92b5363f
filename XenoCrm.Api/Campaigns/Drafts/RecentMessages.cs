using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>How many of a campaign's people have had a message of another one lately, before it is sent.</summary>
internal sealed class RecentMessages(CampaignAudience audience, ICampaignStore campaigns, TimeProvider time)
{
    public const int Days = 7;

    private const int MostCampaigns = 500;
    private const int BatchSize = 2_000;

    // A last look does not wait for more.
    private const int MostPeople = 100_000;

    /// <summary>The campaigns with recipients that started in the last days, the first first.</summary>
    public async Task<IReadOnlyList<Campaign>> CampaignsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var started = await campaigns.ListStartingAsync(now.AddDays(-Days), now.AddMilliseconds(1), MostCampaigns, cancellationToken);
        return [.. started.Where(campaign => campaign.Stats.Audience > 0)];
    }

    /// <summary>The same of one that was made as a draft; null if there is no such campaign.</summary>
    public async Task<RecentCount?> OfAsync(string id, CancellationToken cancellationToken) =>
        await campaigns.FindAsync(id, cancellationToken) is { Plan: not null } draft
            ? await OfAsync(await audience.OfAsync(draft, time.GetUtcNow(), cancellationToken), cancellationToken)
            : null;

    public async Task<RecentCount> OfAsync(AudienceChoice choice, CancellationToken cancellationToken)
    {
        var recent = (await CampaignsAsync(cancellationToken)).ExceptBy(choice.ExceptCampaigns, campaign => campaign.Id).ToList();
        if (recent.Count == 0)
        {
            return new RecentCount(0, null, []);
        }

        string[] ids = [.. recent.Select(campaign => campaign.Id)];
        var (looked, reached) = (0, 0);
        await foreach (var batch in audience.StreamAsync(choice, time.GetUtcNow(), cancellationToken).Chunk(BatchSize)
            .WithCancellation(cancellationToken))
        {
            if (looked >= MostPeople)
            {
                return new RecentCount(reached, looked, recent);
            }

            looked += batch.Length;
            reached += (await campaigns.FindReachedAsync(ids, [.. batch.Select(one => one.Id)], cancellationToken)).Count;
        }

        return new RecentCount(reached, null, recent);
    }
}

/// <param name="People">Those who got a message of one of the campaigns, or to whom one is on its way.</param>
/// <param name="OfFirst">Of so many people, where not all were looked at; null for all.</param>
/// <param name="Campaigns">Those that started in the last days and are not left out.</param>
public sealed record RecentCount(long People, long? OfFirst, IReadOnlyList<Campaign> Campaigns);
