using Microsoft.Extensions.Options;
using XenoCrm.Api.Vendor;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Text;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns;

/// <summary>
/// Empties the outbox: leases due rows of every open campaign in turn and has them delivered, a bounded number of batches
/// at once. Everything it knows is in the store, so any number of senders can run and any of them can die.
/// </summary>
internal sealed partial class CampaignSender(
    IOutbox outbox,
    ICampaignStore campaigns,
    BatchSender batches,
    MessageFates fates,
    Vendors vendors,
    SenderSignal signal,
    TimeProvider time,
    AccountSettings account,
    IOptions<CampaignOptions> options,
    ILogger<CampaignSender> logger) : PollingService<StoreUnavailableException>(time, logger, signal)
{
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(2);

    private readonly CampaignOptions options = options.Value;
    private readonly SemaphoreSlim slots = new(options.Value.Concurrency);
    private long lastHousekeeping;
    private string lastCampaign = "";

    protected override Backoff Idle => new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(500));

    protected override Backoff Failing => Backoff.Constant(Idle.Longest);

    // The host stops within 30 s: what is under way has this long to come back, the rest is leased again after a restart.
    protected override TimeSpan Grace => TimeSpan.FromSeconds(15);

    public override void Dispose()
    {
        slots.Dispose();
        base.Dispose();
    }

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        var worked = await SendAsync(stoppingToken);
        await HousekeepAsync(stoppingToken);
        var held = vendors.Remaining;

        // While there are rows the slots alone hold it back.
        return held > HousekeepingEvery ? HousekeepingEvery : held > TimeSpan.Zero ? held : worked ? TimeSpan.Zero : null;
    }

    protected override async Task LeaveAsync()
    {
        for (var i = 0; i < options.Concurrency; i++)
        {
            await slots.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>One batch of each open campaign. Says whether there was anything to do.</summary>
    private async Task<bool> SendAsync(CancellationToken stoppingToken)
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
                var isAway = vendors.AreAllAway;
                var delivery = DeliverAsync(campaign, rows);
                if (isAway)
                {
                    // One batch finds out whether they are back.
                    await delivery.WaitAsync(stoppingToken);
                }
            }
            else if (await outbox.TryCompleteAsync(campaign.Id, Time.GetUtcNow(), stoppingToken))
            {
                Log.Completed(Logger, campaign.Id);
            }
        }

        if (!worked)
        {
            await fates.ProbeAsync(stoppingToken);
        }

        return worked;
    }

    /// <summary>Nothing while each vendor is given its pause. With rows comes a slot, which their delivery gives back.</summary>
    private async Task<IReadOnlyList<OutboxRow>> LeaseAsync(OpenCampaign campaign, CancellationToken stoppingToken)
    {
        if (vendors.Remaining > TimeSpan.Zero)
        {
            return [];
        }

        await slots.WaitAsync(stoppingToken);
        IReadOnlyList<OutboxRow> rows = [];
        try
        {
            var now = Time.GetUtcNow();
            var hours = campaign.Status == CampaignStatus.Cancelled
                ? null
                : SendingHours.Of(campaign.Hours, campaign.IsTransactional, account.Current, now);
            var count = Math.Min(options.BatchSize, vendors.BatchSize);
            rows = await outbox.LeaseAsync(campaign.Id, count, now, now + options.Lease, hours, stoppingToken);
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

    private async Task DeliverAsync(OpenCampaign campaign, IReadOnlyList<OutboxRow> rows)
    {
        try
        {
            var results = await batches.DeliverAsync(campaign, rows, GivenUp);
            await outbox.RecordAsync(results, Time.GetUtcNow(), CancellationToken.None);
        }
        catch (OperationCanceledException) when (GivenUp.IsCancellationRequested)
        {
            Log.LeftLeased(Logger, rows.Count);
        }
        catch (StoreUnavailableException e)
        {
            // The lease runs out, and the rows are sent again under the same ids, or are in doubt.
            Log.StoreUnavailable(Logger, e.Message);
        }
#pragma warning disable CA1031 // The loop outlives any single mistake; the lease runs out here too.
        catch (Exception e)
        {
            Log.Unexpected(Logger, e);
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
        if (lastHousekeeping != 0 && Time.GetElapsedTime(lastHousekeeping) < HousekeepingEvery)
        {
            return;
        }

        lastHousekeeping = Time.GetTimestamp();
        foreach (var campaign in await outbox.ListOpenAsync(cancellationToken))
        {
            if (campaign.Status == CampaignStatus.Sending)
            {
                await PauseIfFailingAsync(campaign.Id, cancellationToken);
            }
        }

        foreach (var abandoned in await campaigns.FindAbandonedAsync(Time.GetUtcNow(), cancellationToken))
        {
            await campaigns.DiscardAsync(abandoned, cancellationToken);
            Log.Discarded(Logger, abandoned.CampaignId);
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
        if ((await campaigns.StepAsync(id, new CampaignStep.Pause(reason), Time.GetUtcNow(), cancellationToken)).Taken)
        {
            Log.PausedItself(Logger, id, recent.Failed, final);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} is complete")]
        public static partial void Completed(ILogger logger, string campaignId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} paused itself: {Failed} of {Final} messages failed")]
        public static partial void PausedItself(ILogger logger, string campaignId, long failed, long final);

        [LoggerMessage(Level = LogLevel.Warning, Message =
            "Campaign {CampaignId} was cut off while its audience was written; nothing was sent, and it is removed, or started anew if it "
                + "was scheduled")]
        public static partial void Discarded(ILogger logger, string campaignId);

        [LoggerMessage(Level = LogLevel.Information, Message =
            "{Count} messages were under way at the stop; they are sent again under the same ids after the next start")]
        public static partial void LeftLeased(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sender cannot reach the store and tries again. {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sender met an error that it does not know and goes on")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
