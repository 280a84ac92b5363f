using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using Campaign = XenoCrm.Data.Mongo.MongoCampaign.Names;
using Row = XenoCrm.Data.Mongo.MongoLogRow.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>How far campaigns are, and what happens to all rows of one at once. Large changes go in steps, so that none holds up others for long.</summary>
internal sealed class MongoCampaignProgress(MongoStore store)
{
    private const int StepSize = 5_000;

    private static readonly BsonDocument AnyStatus = Query.In(
        [MongoLogRow.Pending, MongoLogRow.Failed, MongoLogRow.Sent, MongoLogRow.Skipped]);

    /// <summary>
    /// The frozen counts of those that have them; of the others final rows are counted, and pending are the rest
    /// of the audience, so that a row which changes meanwhile cannot make the sum waver.
    /// </summary>
    public async Task<Dictionary<string, CampaignStats>> CountAsync(IReadOnlyCollection<MongoCampaign> campaigns, CancellationToken cancellationToken)
    {
        string[] live = [.. campaigns.Where(campaign => campaign.Frozen is null).Select(campaign => campaign.Id)];
        var counted = live.Length == 0 ? [] : await store.RunAsync(token => CountFinalAsync(live, token), cancellationToken);
        return campaigns.ToDictionary(
            campaign => campaign.Id,
            campaign =>
            {
                if (campaign.Frozen is { } frozen)
                {
                    return frozen.Stats;
                }

                var sent = counted.GetValueOrDefault((campaign.Id, MongoLogRow.Sent));
                var failed = counted.GetValueOrDefault((campaign.Id, MongoLogRow.Failed));
                var skipped = counted.GetValueOrDefault((campaign.Id, MongoLogRow.Skipped));
                return new CampaignStats(Math.Max(0, campaign.Audience - sent - failed - skipped), sent, failed, skipped);
            });
    }

    /// <summary>If no row is pending: closes the campaign and freezes its counts. Says whether it did.</summary>
    public async Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var campaign = await store.RunAsync(
            token => store.Find(store.Campaigns, new BsonDocument
            {
                { Campaign.Id, campaignId },
                { Campaign.Open, true },
                { Campaign.Status, Query.In([MongoCampaign.Sending, MongoCampaign.Cancelled]) },
            }).FirstOrDefaultAsync(token),
            cancellationToken);
        if (campaign is null)
        {
            return false;
        }

        if (campaign.Renewing == true)
        {
            // Whoever began the retry may be dead: what it has not done is done here.
            await RenewFailedAsync(campaign, now, cancellationToken);
        }

        if (!await store.RunAsync(token => CloseAsync(campaign, now, token), cancellationToken))
        {
            return false;
        }

        await FreezeAsync(campaign, cancellationToken);
        return true;
    }

    /// <summary>
    /// Counts a completed campaign anew and freezes that. A late receipt can turn a skipped row into a failed or a sent one
    /// and a failed row into a sent one, never back, so of two counts the one with more sent, or as many and fewer skipped,
    /// is the newer, and the order in which they are written does not matter.
    /// </summary>
    public Task FreezeAsync(MongoCampaign campaign, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var sent = await CountAsync(campaign.Id, MongoLogRow.Sent, token);
            var skipped = await CountAsync(campaign.Id, MongoLogRow.Skipped, token);
            var counts = new MongoCampaign.FrozenCounts { Sent = sent, Failed = campaign.Audience - sent - skipped, Skipped = skipped };
            await store.Campaigns.UpdateOneAsync(
                new BsonDocument
                {
                    { Campaign.Id, campaign.Id },
                    { Campaign.CompletedAt, Query.Present },
                    {
                        "$or", new BsonArray
                        {
                            new BsonDocument(Campaign.Frozen, Query.Absent),
                            new BsonDocument(Campaign.FrozenSent, Query.Lt(sent)),
                            new BsonDocument { { Campaign.FrozenSent, sent }, { Campaign.FrozenSkipped, Query.Gt(skipped) } },
                        }
                    },
                },
                Query.Change(new BsonDocument(Campaign.Frozen, counts.ToBsonDocument())),
                cancellationToken: token);
        },
        cancellationToken);

    /// <summary>
    /// Brings the failed rows of earlier rounds into the campaign's round. A new round has a new id at the vendor, which
    /// sends an id only once. The erased cannot be written to. Done twice, it changes nothing the second time.
    /// </summary>
    public async Task RenewFailedAsync(MongoCampaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ForEachStepAsync(
            campaign,
            new BsonDocument { { Row.Status, MongoLogRow.Failed }, { Row.Round, Query.Lt(campaign.Round) }, { Row.Recipient, Query.Present } },
            Query.Change(
                new BsonDocument
                {
                    { Row.Status, MongoLogRow.Pending },
                    { Row.Round, campaign.Round },
                    { Row.Attempts, 0 },
                    { Row.DueAt, now.ToBson() },
                    { Row.UpdatedAt, now.ToBson() },
                },
                Row.VendorMessageId, Row.FailureReason, Row.Lease, Row.MaybeHanded),
            cancellationToken);
        await store.RunAsync(
            token => store.Campaigns.UpdateOneAsync(
                new BsonDocument { { Campaign.Id, campaign.Id }, { Campaign.Round, campaign.Round } },
                Query.Change(null, Campaign.Renewing),
                cancellationToken: token),
            cancellationToken);
    }

    /// <summary>A row that was never tried is certainly not the vendor's. Of the others the sender asks the vendor.</summary>
    public Task SkipUntriedAsync(MongoCampaign campaign, DateTimeOffset now, CancellationToken cancellationToken) => ForEachStepAsync(
        campaign,
        new BsonDocument { { Row.Status, MongoLogRow.Pending }, { Row.Attempts, 0 }, { Row.MaybeHanded, Query.Absent } },
        Query.Change(
            new BsonDocument { { Row.Status, MongoLogRow.Skipped }, { Row.FailureReason, SkipReason.Cancelled },
                { Row.UpdatedAt, now.ToBson() } },
            Row.DueAt, Row.Lease),
        cancellationToken);

    public async Task DeleteRowsAsync(MongoCampaign campaign, CancellationToken cancellationToken)
    {
        for (var start = 0L; start < campaign.NextSeq; start += StepSize)
        {
            var step = Step(campaign, start, new BsonDocument(Row.Status, AnyStatus));
            await store.RunAsync(token => store.Log.DeleteManyAsync(step, token), cancellationToken);
        }
    }

    private Task<long> CountAsync(string campaignId, int status, CancellationToken cancellationToken) =>
        store.CountAsync(store.Log, new BsonDocument { { Row.CampaignId, campaignId }, { Row.Status, status } }, cancellationToken);

    private async Task<bool> CloseAsync(MongoCampaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var pending = new BsonDocument { { Row.CampaignId, campaign.Id }, { Row.Status, MongoLogRow.Pending } };
        if (await store.Find(store.Log, pending).Limit(1).AnyAsync(cancellationToken))
        {
            return false;
        }

        // Rows become pending only in a new round, so within this one the look just taken stays true.
        var closed = await store.Campaigns.UpdateOneAsync(
            new BsonDocument
            {
                { Campaign.Id, campaign.Id },
                { Campaign.Open, true },
                { Campaign.Status, campaign.Status },
                { Campaign.Round, campaign.Round },
                { Campaign.Renewing, Query.Absent },
            },
            Query.Change(
                new BsonDocument
                {
                    { Campaign.Status, campaign.Status == MongoCampaign.Sending ? MongoCampaign.Completed : campaign.Status },
                    { Campaign.CompletedAt, now.ToBson() },
                },
                Campaign.Open),
            cancellationToken: cancellationToken);
        return closed.ModifiedCount > 0;
    }

    private async Task ForEachStepAsync(MongoCampaign campaign, BsonDocument filter, BsonDocument change, CancellationToken cancellationToken)
    {
        for (var start = 0L; start < campaign.NextSeq; start += StepSize)
        {
            var step = Step(campaign, start, filter);
            await store.RunAsync(token => store.Log.UpdateManyAsync(step, change, cancellationToken: token), cancellationToken);
        }
    }

    private static BsonDocument Step(MongoCampaign campaign, long start, BsonDocument filter) =>
        new BsonDocument { { Row.CampaignId, campaign.Id }, { Row.Seq, Query.Range(start, start + StepSize) } }.Merge(filter);

    private async Task<Dictionary<(string CampaignId, int Status), long>> CountFinalAsync(string[] campaignIds, CancellationToken cancellationToken)
    {
        var counts = await store.Aggregate(store.Log)
            .Match(new BsonDocument { { Row.CampaignId, Query.In(campaignIds) },
                { Row.Status, Query.In([MongoLogRow.Failed, MongoLogRow.Sent, MongoLogRow.Skipped]) } })
            .Group(new BsonDocument
            {
                { "_id", new BsonDocument { { Row.CampaignId, "$" + Row.CampaignId }, { Row.Status, "$" + Row.Status } } },
                { "rows", new BsonDocument("$sum", 1) },
            })
            .ToListAsync(cancellationToken);
        return counts.ToDictionary(count => (count["_id"][Row.CampaignId].AsString, count["_id"][Row.Status].AsInt32), count => count["rows"].ToInt64());
    }
}
