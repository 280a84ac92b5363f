using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using Names = XenoCrm.Data.Mongo.MongoCampaign.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// What each step changes, and from which state: the update's own condition is the check. What follows for the rows is
/// done after it, and by the sender if this process dies in between.
/// </summary>
internal sealed class MongoCampaignSteps(MongoStore store, MongoCampaignProgress progress)
{
    public async Task<StepOutcome> TakeAsync(string id, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Whoever else takes a step in between has changed the campaign, and it is looked at anew.
        while (true)
        {
            var campaign = await store.RunAsync(token => FindAsync(id, token), cancellationToken);
            if (campaign is null)
            {
                return new StepOutcome(false, null);
            }

            if (await PrepareAsync(campaign, step, cancellationToken) is not { } change)
            {
                return new StepOutcome(false, campaign.ToStatus());
            }

            if (await store.RunAsync(token => ChangeAsync(campaign, change, token), cancellationToken))
            {
                await FollowUpAsync(campaign, step, now, cancellationToken);
                return new StepOutcome(true, campaign.ToStatus());
            }
        }
    }

    /// <summary>What the step does to the campaign as it is; null if it does not allow the step.</summary>
    private async Task<BsonDocument?> PrepareAsync(MongoCampaign campaign, CampaignStep step, CancellationToken cancellationToken)
    {
        switch (step, campaign.Status)
        {
            case (CampaignStep.Pause pause, MongoCampaign.Sending):
                return Query.Change(new BsonDocument { { Names.Status, MongoCampaign.Paused }, { Names.PausedReason, pause.Reason } });

            case (CampaignStep.Resume, MongoCampaign.Paused):
                var stats = await CountAsync(campaign, cancellationToken);
                return Query.Change(
                    new BsonDocument { { Names.Status, MongoCampaign.Sending }, { Names.SentBefore, stats.Sent }, { Names.FailedBefore, stats.Failed } },
                    Names.PausedReason);

            case (CampaignStep.Cancel, MongoCampaign.Sending or MongoCampaign.Paused):
                return Query.Change(new BsonDocument(Names.Status, MongoCampaign.Cancelled), Names.PausedReason, Names.Renewing);

            case (CampaignStep.Retry, MongoCampaign.Completed) when await CountAsync(campaign, cancellationToken) is { Failed: > 0 } counts:
                return Query.Change(
                    new BsonDocument
                    {
                        { Names.Status, MongoCampaign.Sending },
                        { Names.Open, true },
                        { Names.Round, campaign.Round + 1 },
                        { Names.Renewing, true },
                        { Names.SentBefore, counts.Sent },
                        { Names.FailedBefore, 0 },
                    },
                    Names.CompletedAt, Names.Frozen);

            default:
                return null;
        }
    }

    private async Task FollowUpAsync(MongoCampaign campaign, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (step is CampaignStep.Cancel)
        {
            await progress.SkipUntriedAsync(campaign, now, cancellationToken);
            await progress.TryCompleteAsync(campaign.Id, now, cancellationToken);
        }
        else if (step is CampaignStep.Retry)
        {
            // It renews the failed, and closes the campaign again if all of them are erased.
            await progress.TryCompleteAsync(campaign.Id, now, cancellationToken);
        }
    }

    private async Task<CampaignStats> CountAsync(MongoCampaign campaign, CancellationToken cancellationToken) =>
        (await progress.CountAsync([campaign], cancellationToken))[campaign.Id];

    private async Task<bool> ChangeAsync(MongoCampaign campaign, BsonDocument change, CancellationToken cancellationToken)
    {
        var found = new BsonDocument { { Names.Id, campaign.Id }, { Names.Status, campaign.Status }, { Names.Round, campaign.Round } };
        return (await store.Campaigns.UpdateOneAsync(found, change, cancellationToken: cancellationToken)).ModifiedCount > 0;
    }

    private Task<MongoCampaign> FindAsync(string id, CancellationToken cancellationToken) =>
        store.Find(store.Campaigns, new BsonDocument { { Names.Id, id }, { Names.Status, Query.In(MongoCampaign.Visible) } }).FirstOrDefaultAsync(cancellationToken);
}
