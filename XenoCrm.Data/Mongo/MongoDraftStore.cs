using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoDraftStore(MongoStore store) : IDraftStore
{
    private static readonly UpdateDefinitionBuilder<MongoCampaign> Update = Builders<MongoCampaign>.Update;

    private static readonly CampaignStats NoStats = new(0, 0, 0);

    public Task<BeginOutcome> AddAsync(NewDraft draft, CancellationToken cancellationToken) => store.RunAsync(
        async token => await MongoCampaignStore.InsertAsync(store, MongoCampaign.Of(draft), token)
            ?? new BeginOutcome(BeginStatus.Begun, draft.Campaign.SegmentId, draft.Campaign.Id, 0),
        cancellationToken);

    public Task<bool> ChangeAsync(Campaign read, Campaign changed, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var written = await store.Campaigns.UpdateOneAsync(
                campaign => campaign.Id == read.Id && campaign.Status == MongoCampaign.Draft && campaign.Version == read.Version,
                Update
                    .Set(campaign => campaign.SegmentId, changed.SegmentId)
                    .Set(campaign => campaign.Name, changed.Name)
                    .Set(campaign => campaign.MessageTemplate, changed.MessageTemplate)
                    .Set(campaign => campaign.Tags, changed.Tags)
                    .Set(campaign => campaign.Plan, CampaignPlanText.Write(changed.Plan!))
                    .Set(campaign => campaign.Version, read.Version + 1),
                cancellationToken: token);
            return written.ModifiedCount > 0;
        },
        cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var deleted = await store.Campaigns.DeleteOneAsync(
                campaign => campaign.Id == id && campaign.Status == MongoCampaign.Draft, token);
            return deleted.DeletedCount > 0;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<string>>(
            async token => await store
                .Find(
                    store.Campaigns,
                    campaign => campaign.Open == true && campaign.Status == MongoCampaign.Scheduled && campaign.StartsAt <= now)
                .SortBy(campaign => campaign.StartsAt)
                .ThenBy(campaign => campaign.Id)
                .Project(campaign => campaign.Id)
                .ToListAsync(token),
            cancellationToken);

    public Task NoteProblemAsync(string id, string problem, CancellationToken cancellationToken) => store.RunAsync(
        token => store.Campaigns.UpdateOneAsync(
            campaign => campaign.Id == id && campaign.Status == MongoCampaign.Scheduled,
            Update.Set(campaign => campaign.StartProblem, problem),
            cancellationToken: token),
        cancellationToken);

    public Task MoveOnAsync(string id, DateTimeOffset startsAt, DateTimeOffset next, CancellationToken cancellationToken) =>
        store.RunAsync(
            token => store.Campaigns.UpdateOneAsync(
                campaign => campaign.Id == id && campaign.Status == MongoCampaign.Scheduled && campaign.StartsAt == startsAt,
                Update.Set(campaign => campaign.StartsAt, next).Unset(campaign => campaign.StartProblem),
                cancellationToken: token),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListRunsAsync(string seriesId, DateTimeOffset? after, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<string>>(
            async token => await store
                .Find(store.Campaigns, campaign => campaign.Series == seriesId && (after == null || campaign.StartsAt > after))
                .SortByDescending(campaign => campaign.Id)
                .Project(campaign => campaign.Id)
                .ToListAsync(token),
            cancellationToken);

    public Task<Preparation?> TakeAsync(
        string id, DateTimeOffset now, Segment? segment, DateTimeOffset preparingUntil, CancellationToken cancellationToken) =>
        store.RunAsync(
            async token =>
            {
                var taken = await store.Campaigns.FindOneAndUpdateAsync(
                    campaign => campaign.Id == id && campaign.Status == MongoCampaign.Scheduled && campaign.StartsAt <= now,
                    Update
                        .Set(campaign => campaign.Status, MongoCampaign.Starting)
                        .Set(campaign => campaign.PreparingUntil, preparingUntil)
                        .Inc(campaign => campaign.Preparation, 1)
                        .Unset(campaign => campaign.StartProblem),
                    new FindOneAndUpdateOptions<MongoCampaign> { ReturnDocument = ReturnDocument.After },
                    token);
                if (taken is not null && segment is not null)
                {
                    // One may be left of a writing that was cut off.
                    await store.Segments.ReplaceOneAsync(
                        one => one.Id == segment.Id,
                        MongoSegment.Of(segment, visible: false, campaignId: id),
                        new ReplaceOptions { IsUpsert = true },
                        token);
                }

                return taken is null ? null : new Preparation(id, taken.Preparation!.Value);
            },
            cancellationToken);

    public Task<IReadOnlyList<Campaign>> ListUsingAsync(string segmentId, CancellationToken cancellationToken)
    {
        string[] waiting = [MongoCampaign.Draft, MongoCampaign.Scheduled, MongoCampaign.Starting, MongoCampaign.Resetting];
        return store.RunAsync<IReadOnlyList<Campaign>>(
            async token =>
            {
                // They are few, and a plan is read as a whole.
                var campaigns = await store
                    .Find(store.Campaigns, campaign => campaign.Open == true && waiting.Contains(campaign.Status))
                    .SortByDescending(campaign => campaign.Id)
                    .ToListAsync(token);
                return
                [
                    .. campaigns.Select(campaign => campaign.ToCampaign(NoStats))
                        .Where(campaign => campaign.SegmentId == segmentId || campaign.Plan!.Exclude.Segments.Contains(segmentId)),
                ];
            },
            cancellationToken);
    }
}
