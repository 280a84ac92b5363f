using System.Linq.Expressions;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// How far campaigns are, and what happens to all rows of one at once. Large changes go in steps, so that none holds up others
/// for long.
/// </summary>
internal sealed class MongoCampaignProgress(MongoStore store)
{
    private const int StepSize = 5_000;

    private static readonly DeliveryStatus[] AnyStatus = Enum.GetValues<DeliveryStatus>();

    private static readonly DeliveryStatus[] Final = [DeliveryStatus.Failed, DeliveryStatus.Sent, DeliveryStatus.Skipped];

    private static readonly UpdateDefinitionBuilder<MongoLogRow> Change = Builders<MongoLogRow>.Update;

    /// <summary>
    /// The frozen counts of those that have them; of the others final rows are counted, and pending are the rest
    /// of the audience, so that a row which changes meanwhile cannot make the sum waver.
    /// </summary>
    public async Task<Dictionary<string, CampaignStats>> CountAsync(
        IReadOnlyCollection<MongoCampaign> campaigns, CancellationToken cancellationToken)
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

                var sent = counted.GetValueOrDefault((campaign.Id, DeliveryStatus.Sent));
                var failed = counted.GetValueOrDefault((campaign.Id, DeliveryStatus.Failed));
                var skipped = counted.GetValueOrDefault((campaign.Id, DeliveryStatus.Skipped));
                return new CampaignStats(Math.Max(0, campaign.Audience - sent - failed - skipped), sent, failed, skipped);
            });
    }

    /// <summary>If no row is pending: closes the campaign and freezes its counts. Says whether it did.</summary>
    public async Task<bool> TryCompleteAsync(string campaignId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var campaign = await store.RunAsync(
            token => store
                .Find(
                    store.Campaigns,
                    one => one.Id == campaignId && one.Open == true && MongoCampaign.AtWork.Contains(one.Status))
                .FirstOrDefaultAsync(token),
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
            var sent = await CountAsync(campaign.Id, DeliveryStatus.Sent, token);
            var skipped = await CountAsync(campaign.Id, DeliveryStatus.Skipped, token);
            var counts = new MongoCampaign.FrozenCounts { Sent = sent, Failed = campaign.Audience - sent - skipped, Skipped = skipped };
            await store.Campaigns.UpdateOneAsync(
                one => one.Id == campaign.Id && Mql.Exists(one.CompletedAt)
                    && (Mql.IsMissing(one.Frozen)
                        || one.Frozen!.Sent < sent
                        || (one.Frozen.Sent == sent && one.Frozen.Skipped > skipped)),
                Builders<MongoCampaign>.Update.Set(one => one.Frozen, counts),
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
            row => row.Status == DeliveryStatus.Failed && row.Round < campaign.Round && Mql.Exists(row.Recipient),
            Change
                .Set(row => row.Status, DeliveryStatus.Pending)
                .Set(row => row.Round, campaign.Round)
                .Set(row => row.Attempts, 0)
                .Set(row => row.DueAt, now)
                .Set(row => row.UpdatedAt, now)
                .Unset(row => row.VendorMessageId)
                .Unset(row => row.FailureReason)
                .Unset(row => row.Lease)
                .Unset(row => row.MaybeHanded),
            cancellationToken);
        await store.RunAsync(
            token => store.Campaigns.UpdateOneAsync(
                one => one.Id == campaign.Id && one.Round == campaign.Round,
                Builders<MongoCampaign>.Update.Unset(one => one.Renewing),
                cancellationToken: token),
            cancellationToken);
    }

    /// <summary>A row that was never tried is certainly not the vendor's. Of the others the sender asks the vendor.</summary>
    public Task SkipUntriedAsync(MongoCampaign campaign, DateTimeOffset now, CancellationToken cancellationToken) => ForEachStepAsync(
        campaign,
        row => row.Status == DeliveryStatus.Pending && row.Attempts == 0 && Mql.IsMissing(row.MaybeHanded),
        Change
            .Set(row => row.Status, DeliveryStatus.Skipped)
            .Set(row => row.FailureReason, SkipReason.Cancelled)
            .Set(row => row.UpdatedAt, now)
            .Unset(row => row.DueAt)
            .Unset(row => row.HourAt)
            .Unset(row => row.Lease),
        cancellationToken);

    /// <summary>Why the failed have failed.</summary>
    public async Task<IReadOnlyList<FailureCount>> CountFailuresAsync(string campaignId, CancellationToken cancellationToken)
    {
        var counts = await store.RunLongAsync(
            token => store.AggregateLong(store.Log)
                .Match(row => row.CampaignId == campaignId && row.Status == DeliveryStatus.Failed)
                .Group(row => row.FailureReason, rows => new { Reason = rows.Key, Rows = rows.LongCount() })
                .ToListAsync(token),
            cancellationToken);
        return counts.ConvertAll(count => new FailureCount(FailureReason.Clean(count.Reason), count.Rows));
    }

    public async Task DeleteRowsAsync(MongoCampaign campaign, CancellationToken cancellationToken)
    {
        for (var start = 0L; start < campaign.NextSeq; start += StepSize)
        {
            var step = Step(campaign, start, row => AnyStatus.Contains(row.Status));
            await store.RunAsync(token => store.Log.DeleteManyAsync(step, token), cancellationToken);
        }
    }

    private Task<long> CountAsync(string campaignId, DeliveryStatus status, CancellationToken cancellationToken) =>
        store.CountAsync(store.Log, row => row.CampaignId == campaignId && row.Status == status, cancellationToken);

    private async Task<bool> CloseAsync(MongoCampaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var pending = store.Find(store.Log, row => row.CampaignId == campaign.Id && row.Status == DeliveryStatus.Pending);
        if (await pending.Limit(1).AnyAsync(cancellationToken))
        {
            return false;
        }

        // Rows become pending only in a new round, so within this one the look just taken stays true.
        var status = campaign.ToStatus();
        var closed = await store.Campaigns.UpdateOneAsync(
            one => one.Id == campaign.Id && one.Open == true && one.Status == campaign.Status && one.Round == campaign.Round
                && Mql.IsMissing(one.Renewing),
            Builders<MongoCampaign>.Update
                .Set(
                    one => one.Status,
                    MongoCampaign.Word(CampaignTransition.Complete.Allows(status) ? CampaignTransition.Complete.To : status))
                .Set(one => one.CompletedAt, now)
                .Unset(one => one.Open),
            cancellationToken: cancellationToken);
        return closed.ModifiedCount > 0;
    }

    private async Task ForEachStepAsync(
        MongoCampaign campaign, Expression<Func<MongoLogRow, bool>> filter, UpdateDefinition<MongoLogRow> change,
        CancellationToken cancellationToken)
    {
        for (var start = 0L; start < campaign.NextSeq; start += StepSize)
        {
            var step = Step(campaign, start, filter);
            await store.RunAsync(token => store.Log.UpdateManyAsync(step, change, cancellationToken: token), cancellationToken);
        }
    }

    private static FilterDefinition<MongoLogRow> Step(
        MongoCampaign campaign, long start, Expression<Func<MongoLogRow, bool>> filter) =>
        Builders<MongoLogRow>.Filter.Where(
            row => row.CampaignId == campaign.Id && row.Seq >= start && row.Seq < start + StepSize) & filter;

    private async Task<Dictionary<(string CampaignId, DeliveryStatus Status), long>> CountFinalAsync(
        string[] campaignIds, CancellationToken cancellationToken)
    {
        var counts = await store.Aggregate(store.Log)
            .Match(row => campaignIds.Contains(row.CampaignId) && Final.Contains(row.Status))
            .Group(row => new { row.CampaignId, row.Status }, rows => new { rows.Key, Rows = rows.LongCount() })
            .ToListAsync(cancellationToken);
        return counts.ToDictionary(count => (count.Key.CampaignId, count.Key.Status), count => count.Rows);
    }
}
