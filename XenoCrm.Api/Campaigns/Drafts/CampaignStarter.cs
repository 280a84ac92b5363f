using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>
/// Starts launched campaigns when their time has come. What it knows is in the store, so that any replica can do it, and each campaign is
/// one replica's; one whose start was cut off is started anew.
/// </summary>
internal sealed partial class CampaignStarter(
    IDraftStore drafts, CampaignLauncher launcher, StartSignal signal, TimeProvider time, ILogger<CampaignStarter> logger)
    : PollingService<StoreUnavailableException>(time, logger, signal)
{
    protected override Backoff Idle => Backoff.Constant(TimeSpan.FromSeconds(1));

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        var started = false;
        foreach (var id in await drafts.FindDueAsync(Time.GetUtcNow(), stoppingToken))
        {
            try
            {
                started |= await launcher.StartAsync(id, stoppingToken);
            }
#pragma warning disable CA1031 // One campaign that cannot start does not keep the others from it.
            catch (Exception e) when (e is not StoreUnavailableException && !stoppingToken.IsCancellationRequested)
            {
                Log.NotStarted(Logger, id, e);
            }
#pragma warning restore CA1031
        }

        return started ? TimeSpan.Zero : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Campaign {CampaignId} could not be started; it is tried again")]
        public static partial void NotStarted(ILogger logger, string campaignId, Exception exception);
    }
}
