using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;

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
    ILogger<MongoRepair> logger) : BackgroundService
{
    private const int MaxAtOnce = 100;

    // A process may have been held up between its announcement and its write; so what it announced is settled for so long.
    private static readonly TimeSpan KeepUnsettled = TimeSpan.FromHours(1);

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = Query.Lt((now - options.Value.RepairAfter).ToBson());
        await SettleAsync(now, before, cancellationToken);
        await FinishErasuresAsync(before, cancellationToken);
        await FreezeAsync(before, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RepairEvery, time);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException e)
            {
                Log.Unavailable(logger, e.Message);
            }
#pragma warning disable CA1031 // The loop outlives any single mistake; it says so and goes on.
            catch (Exception e)
            {
                Log.Unexpected(logger, e);
            }
#pragma warning restore CA1031
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SettleAsync(DateTimeOffset now, BsonDocument before, CancellationToken cancellationToken)
    {
        var next = new BsonDocument(MongoUnsettled.Names.At, before);
        IReadOnlyList<MongoUnsettled> left;
        do
        {
            left = await store.RunAsync(
                token => store.Find(store.Unsettled, next).Sort(new BsonDocument(MongoUnsettled.Names.Id, 1)).Limit(MaxAtOnce).ToListAsync(token),
                cancellationToken);
            foreach (var unsettled in left)
            {
                await store.RunAsync(token => totals.SettleAsync(unsettled, token), cancellationToken);
                if (unsettled.At < now - KeepUnsettled)
                {
                    await store.RunAsync(token => totals.ForgetAsync(unsettled, token), cancellationToken);
                    Log.Settled(logger, unsettled.Customers.Count, unsettled.Emails.Count);
                }

                next[MongoUnsettled.Names.Id] = Query.Gt(unsettled.Id);
            }
        }
        while (left.Count == MaxAtOnce);
    }

    private async Task FinishErasuresAsync(BsonDocument before, CancellationToken cancellationToken)
    {
        var left = await store.RunAsync(
            token => store.Find(store.Erasures, new BsonDocument { { MongoErasure.Names.At, before }, { MongoErasure.Names.DoneAt, Query.Absent } }).Limit(MaxAtOnce).ToListAsync(token),
            cancellationToken);
        foreach (var erasure in left)
        {
            await erasures.FinishAsync(erasure.Id, cancellationToken);
            Log.Erased(logger);
        }
    }

    private async Task FreezeAsync(BsonDocument before, CancellationToken cancellationToken)
    {
        var left = await store.RunAsync(
            token => store.Find(store.Campaigns, new BsonDocument { { MongoCampaign.Names.CompletedAt, before }, { MongoCampaign.Names.Frozen, Query.Absent } }).Limit(MaxAtOnce).ToListAsync(token),
            cancellationToken);
        foreach (var campaign in left)
        {
            await progress.FreezeAsync(campaign, cancellationToken);
            Log.Frozen(logger, campaign.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A write of orders or customers was cut off; the totals of {Customers} customers, and of those behind {Emails} addresses, were counted anew")]
        public static partial void Settled(ILogger logger, int customers, int emails);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An erasure was cut off and is now finished")]
        public static partial void Erased(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} was completed, and its counts are now frozen too")]
        public static partial void Frozen(ILogger logger, string campaignId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "What crashes may have cut off cannot be looked for now. {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "What crashes have cut off was not finished because of an error that the store does not know; it is tried again")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
