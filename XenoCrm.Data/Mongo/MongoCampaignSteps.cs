using MongoDB.Driver;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// What each step changes, where <see cref="CampaignTransition"/> allows it: the update finds the campaign only in the state
/// that was asked about. What follows for the rows is done after it, and by the sender if this process dies in between.
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

            if (!step.Transition.Allows(campaign.ToStatus())
                || step is CampaignStep.Launch launch && launch.Version != campaign.Version
                || await PrepareAsync(campaign, step, now, cancellationToken) is not { } change)
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

    /// <summary>What the step does to the campaign as it is; null if there is nothing to send again.</summary>
    private async Task<UpdateDefinition<MongoCampaign>?> PrepareAsync(
        MongoCampaign campaign, CampaignStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var change = Builders<MongoCampaign>.Update.Set(one => one.Status, MongoCampaign.Word(step.Transition.To));
        switch (step)
        {
            case CampaignStep.Launch launch:
                var plan = CampaignPlanText.Read(campaign.Id, campaign.Plan!);
                return change
                    .Set(one => one.StartsAt, launch.At)
                    .Set(one => one.PerMinute, plan.PerMinute)
                    .Set(one => one.Transactional, plan.Transactional ? true : null)
                    .Set(one => one.Hours, CampaignPlanText.Write(plan.Hours));

            case CampaignStep.Unschedule:
                return change.Unset(one => one.StartsAt).Unset(one => one.StartProblem);

            case CampaignStep.Pause pause:
                return change.Set(one => one.PausedReason, pause.Reason);

            case CampaignStep.Resume:
                var stats = await CountAsync(campaign, cancellationToken);
                return change
                    .Set(one => one.SentBefore, stats.Sent)
                    .Set(one => one.FailedBefore, stats.Failed)
                    .Unset(one => one.PausedReason);

            case CampaignStep.Cancel:
                return change.Unset(one => one.PausedReason).Unset(one => one.Renewing).Unset(one => one.StartProblem);

            case CampaignStep.Retry retry:
                var counts = await CountAsync(campaign, cancellationToken);
                if (counts.Failed == 0)
                {
                    return null;
                }

                var failures = FailureReason.Summarize(await progress.CountFailuresAsync(campaign.Id, cancellationToken));
                return change
                    .Push(one => one.Rounds, MongoCampaign.EndedRound.Of(new CampaignRound(now, retry.By, counts, failures)))
                    .Set(one => one.Open, true)
                    .Set(one => one.Round, campaign.Round + 1)
                    .Set(one => one.Renewing, true)
                    .Set(one => one.SentBefore, counts.Sent)
                    .Set(one => one.FailedBefore, 0)
                    .Unset(one => one.CompletedAt)
                    .Unset(one => one.Frozen);

            default:
                throw new InvalidOperationException("There is a step that the store does not know.");
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

    private async Task<bool> ChangeAsync(
        MongoCampaign found, UpdateDefinition<MongoCampaign> change, CancellationToken cancellationToken)
    {
        var changed = await store.Campaigns.UpdateOneAsync(
            campaign => campaign.Id == found.Id && campaign.Status == found.Status && campaign.Round == found.Round
                && campaign.Version == found.Version,
            change,
            cancellationToken: cancellationToken);
        return changed.ModifiedCount > 0;
    }

    private Task<MongoCampaign> FindAsync(string id, CancellationToken cancellationToken) => store
        .Find(store.Campaigns, campaign => campaign.Id == id && MongoCampaign.Visible.Contains(campaign.Status))
        .FirstOrDefaultAsync(cancellationToken);
}
