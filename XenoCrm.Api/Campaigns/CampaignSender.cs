using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Campaigns;

/// <summary>
/// Empties the outbox: leases due rows of every open campaign in turn and has them delivered, a bounded number of batches
/// at once. Everything it knows is in the store, so any number of senders can run and any of them can die.
/// </summary>
internal sealed partial class CampaignSender(
    IOutbox outbox,
    ICampaignStore campaigns,
    BatchSender batches,
    VendorGate gate,
    SenderSignal signal,
    TimeProvider clock,
    IOptions<CampaignOptions> options,
    ILogger<CampaignSender> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestIdle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(2);

    // The host stops within 30 s: what is under way has this long to come back, the rest is leased again after a restart.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly CampaignOptions options = options.Value;
    private readonly SemaphoreSlim slots = new(options.Value.Concurrency);
    private long lastHousekeeping;
    private string lastCampaign = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var giveUp = new CancellationTokenSource();
        var idle = ShortestIdle;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                idle = await PollOnceAsync(giveUp.Token, stoppingToken) ? ShortestIdle : Min(idle * 2, LongestIdle);
                await HousekeepAsync(stoppingToken);
                await signal.WaitAsync(gate.Remaining > idle ? Min(gate.Remaining, HousekeepingEvery) : idle, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (StoreUnavailableException e)
            {
                Log.StoreUnavailable(logger, e.Message);
                await DelayAsync(LongestIdle, stoppingToken);
            }
#pragma warning disable CA1031 // The loop outlives any single mistake; it says so and goes on.
            catch (Exception e)
            {
                Log.Unexpected(logger, e);
                await DelayAsync(LongestIdle, stoppingToken);
            }
#pragma warning restore CA1031
        }

        giveUp.CancelAfter(Grace);
        for (var i = 0; i < options.Concurrency; i++)
        {
            await slots.WaitAsync(CancellationToken.None);
        }
    }

    public override void Dispose()
    {
        slots.Dispose();
        base.Dispose();
    }

    /// <summary>One batch of each open campaign. Says whether there was anything to do.</summary>
    private async Task<bool> PollOnceAsync(CancellationToken giveUp, CancellationToken stoppingToken)
    {
        var worked = false;

        // The one after the last comes first: a campaign that the vendor cannot take must not stand before all others.
        var open = await outbox.ListOpenAsync(stoppingToken);
        foreach (var campaign in open.OrderBy(campaign => string.CompareOrdinal(campaign.Id, lastCampaign) <= 0)
            .ThenBy(campaign => campaign.Id, StringComparer.Ordinal))
        {
            var rows = await LeaseAsync(campaign, stoppingToken);
            if (rows.Count > 0)
            {
                worked = true;
                lastCampaign = campaign.Id;
                var isAway = gate.Outage is not null;
                var delivery = DeliverAsync(campaign, rows, giveUp);
                if (isAway)
                {
                    // One batch finds out whether the vendor is back.
                    await delivery.WaitAsync(stoppingToken);
                }
            }
            else if (await outbox.TryCompleteAsync(campaign.Id, clock.GetUtcNow(), stoppingToken))
            {
                Log.Completed(logger, campaign.Id);
            }
        }

        if (!worked && gate.Outage is not null && gate.Remaining == TimeSpan.Zero)
        {
            await batches.ProbeAsync(stoppingToken);
        }

        return worked;
    }

    /// <summary>Nothing while the vendor is given its pause. With rows comes a slot, which their delivery gives back.</summary>
    private async Task<IReadOnlyList<OutboxRow>> LeaseAsync(OpenCampaign campaign, CancellationToken stoppingToken)
    {
        if (gate.Remaining > TimeSpan.Zero)
        {
            return [];
        }

        await slots.WaitAsync(stoppingToken);
        IReadOnlyList<OutboxRow> rows = [];
        try
        {
            var now = clock.GetUtcNow();
            rows = await outbox.LeaseAsync(campaign.Id, options.BatchSize, now, now + options.Lease, stoppingToken);
        }
        finally
        {
            if (rows.Count == 0)
            {
                slots.Release();
            }
        }

        return rows;
    }

    private async Task DeliverAsync(OpenCampaign campaign, IReadOnlyList<OutboxRow> rows, CancellationToken giveUp)
    {
        try
        {
            var results = await batches.DeliverAsync(campaign, rows, giveUp);
            await outbox.RecordAsync(results, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            Log.LeftLeased(logger, rows.Count);
        }
        catch (StoreUnavailableException e)
        {
            // The lease runs out and the rows are sent again under the same ids.
            Log.StoreUnavailable(logger, e.Message);
        }
#pragma warning disable CA1031 // As above; the lease runs out here too.
        catch (Exception e)
        {
            Log.Unexpected(logger, e);
        }
#pragma warning restore CA1031
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Pauses campaigns that mostly fail, and removes those whose preparation a crash has cut off.</summary>
    private async Task HousekeepAsync(CancellationToken cancellationToken)
    {
        if (lastHousekeeping != 0 && clock.GetElapsedTime(lastHousekeeping) < HousekeepingEvery)
        {
            return;
        }

        lastHousekeeping = clock.GetTimestamp();
        foreach (var campaign in await outbox.ListOpenAsync(cancellationToken))
        {
            if (campaign.Status == CampaignStatus.Sending)
            {
                await PauseIfFailingAsync(campaign.Id, cancellationToken);
            }
        }

        foreach (var id in await campaigns.FindAbandonedAsync(clock.GetUtcNow(), cancellationToken))
        {
            await campaigns.DiscardAsync(id, cancellationToken);
            Log.Discarded(logger, id);
        }
    }

    private async Task PauseIfFailingAsync(string id, CancellationToken cancellationToken)
    {
        var recent = await outbox.CountRecentAsync(id, cancellationToken);
        var final = recent.Sent + recent.Failed;
        if (final < options.MinFailureSample || recent.Failed <= options.MaxFailureRate * final)
        {
            return;
        }

        var reason = $"{recent.Failed} of {Plural.Of(final, "message")} failed, more than {options.MaxFailureRate:P0}. "
            + "See the log's failure reasons, then resume or cancel.";
        if ((await campaigns.StepAsync(id, new CampaignStep.Pause(reason), clock.GetUtcNow(), cancellationToken)).Taken)
        {
            Log.PausedItself(logger, id, recent.Failed, final);
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} is complete")]
        public static partial void Completed(ILogger logger, string campaignId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} paused itself: {Failed} of {Final} messages failed")]
        public static partial void PausedItself(ILogger logger, string campaignId, long failed, long final);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} was cut off while its audience was written; nothing was sent and it is removed")]
        public static partial void Discarded(ILogger logger, string campaignId);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} messages were under way at the stop; they are sent again under the same ids after the next start")]
        public static partial void LeftLeased(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sender cannot reach the store and tries again. {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sender met an error that it does not know and goes on")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
