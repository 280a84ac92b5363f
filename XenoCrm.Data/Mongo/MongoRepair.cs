using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// Finishes what crashes have cut off, in every process, at start and from time to time. All of it can be done twice and
/// beside the process that is thought dead.
/// </summary>
internal sealed partial class MongoRepair(
    MongoStore store,
    MongoTotals totals,
    MongoErasures erasures,
    MongoCampaignProgress progress,
    TimeProvider time,
    IOptions<MongoStoreOptions> options,
    ILogger<MongoRepair> logger) : PollingService<StoreUnavailableException>(time, logger)
{
    private const int MaxAtOnce = 100;

    // A process may have been held up between its announcement and its write; so what it announced is settled for so long.
    private static readonly TimeSpan KeepUnsettled = TimeSpan.FromHours(1);

    protected override Backoff Idle => Backoff.Constant(options.Value.RepairEvery);

    protected override Backoff Failing => Idle;

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var before = now - options.Value.RepairAfter;
        await SettleAsync(now, before, cancellationToken);
        await FinishErasuresAsync(before, cancellationToken);
        await FreezeAsync(before, cancellationToken);
    }

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        await RunOnceAsync(stoppingToken);
        return null;
    }

    private async Task SettleAsync(DateTimeOffset now, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var after = ObjectId.Empty;
        IReadOnlyList<MongoUnsettled> left;
        do
        {
            left = await store.RunAsync(
                token => store.Find(store.Unsettled, unsettled => unsettled.At < before && unsettled.Id > after)
                    .SortBy(unsettled => unsettled.Id)
                    .Limit(MaxAtOnce)
                    .ToListAsync(token),
                cancellationToken);
            foreach (var unsettled in left)
            {
                await store.RunAsync(token => totals.SettleAsync(unsettled, token), cancellationToken);
                if (unsettled.At < now - KeepUnsettled)
                {
                    await store.RunAsync(token => totals.ForgetAsync(unsettled, token), cancellationToken);
                    Log.Settled(Logger, unsettled.Customers.Count, unsettled.Emails.Count);
                }

                after = unsettled.Id;
            }
        }
        while (left.Count == MaxAtOnce);
    }

    private async Task FinishErasuresAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var left = await store.RunAsync(
            token => store.Find(store.Erasures, erasure => erasure.At < before && Mql.IsMissing(erasure.DoneAt))
                .Limit(MaxAtOnce)
                .ToListAsync(token),
            cancellationToken);
        foreach (var erasure in left)
        {
            await erasures.FinishAsync(erasure.Id, cancellationToken);
            Log.Erased(Logger);
        }
    }

    private async Task FreezeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var left = await store.RunAsync(
            token => store.Find(store.Campaigns, campaign => campaign.CompletedAt < before && Mql.IsMissing(campaign.Frozen))
                .Limit(MaxAtOnce)
                .ToListAsync(token),
            cancellationToken);
        foreach (var campaign in left)
        {
            await progress.FreezeAsync(campaign, cancellationToken);
            Log.Frozen(Logger, campaign.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "A write of orders or customers was cut off; the totals of {Customers} customers, and of those behind {Emails} "
                + "addresses, were counted anew")]
        public static partial void Settled(ILogger logger, int customers, int emails);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An erasure was cut off and is now finished")]
        public static partial void Erased(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} was completed, and its counts are now frozen too")]
        public static partial void Frozen(ILogger logger, string campaignId);
    }
}
