using XenoCrm.Api.Http;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.ServiceDefaults;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>
/// Starts launched campaigns when their time has come. What it knows is in the store, so that any replica can do it, and each campaign is
/// one replica's; one whose start was cut off is started anew. One that cannot be started has its problem told, and is tried again less
/// and less often, at last every minute.
/// </summary>
internal sealed partial class CampaignStarter(
    IDraftStore drafts, CampaignLauncher launcher, StartSignal signal, TimeProvider time, ILogger<CampaignStarter> logger)
    : PollingService<StoreUnavailableException>(time, logger, signal)
{
    private static readonly Backoff TryAgain = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private readonly Dictionary<string, (int Failures, DateTimeOffset NextTry)> failing = [];

    protected override Backoff Idle => Backoff.Constant(TimeSpan.FromSeconds(1));

    protected override async Task<TimeSpan?> PollOnceAsync(CancellationToken stoppingToken)
    {
        var started = false;
        var due = await drafts.FindDueAsync(Time.GetUtcNow(), stoppingToken);

        // Whoever takes one back and mends it need not wait for the next try.
        foreach (var id in failing.Keys.Except(due).ToList())
        {
            failing.Remove(id);
        }

        foreach (var id in due.Where(id => !failing.TryGetValue(id, out var known) || known.NextTry <= Time.GetUtcNow()))
        {
            try
            {
                started |= await launcher.StartAsync(id, stoppingToken);
                failing.Remove(id);
            }
#pragma warning disable CA1031 // One campaign that cannot start does not keep the others from it.
            catch (Exception e) when (e is not StoreUnavailableException && !stoppingToken.IsCancellationRequested)
            {
                Log.NotStarted(Logger, id, e);
                var failures = failing.GetValueOrDefault(id).Failures + 1;
                failing[id] = (failures, Time.GetUtcNow() + TryAgain.After(failures));
                await drafts.NoteProblemAsync(id, ProblemOf(e), stoppingToken);
            }
#pragma warning restore CA1031
        }

        return started ? TimeSpan.Zero : null;
    }

    private static string ProblemOf(Exception failure) => failure switch
    {
        RefusedRequestException refused => refused.Message,
        MessageTemplateException message => $"message: {message.Message} Take the campaign back, and write another text.",
        _ => "Something failed in the server, and its log says what under this campaign's id. If that does not pass by itself, take the "
            + "campaign back.",
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Campaign {CampaignId} could not be started; it is tried again, within a minute")]
        public static partial void NotStarted(ILogger logger, string campaignId, Exception exception);
    }
}
