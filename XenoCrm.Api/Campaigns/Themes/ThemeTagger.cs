using System.Threading.Channels;
using XenoCrm.Api.Ai;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Api.Campaigns.Themes;

/// <summary>
/// Adds themes to campaigns that have started, one after the other, where there is a model to ask. A theme is an extra: no start waits for
/// it, and a campaign goes without where the queue is full, the model gives no answer, or this process ends first.
/// </summary>
internal sealed partial class ThemeTagger(LanguageModel model, ICampaignStore campaigns, ILogger<ThemeTagger> logger) : BackgroundService
{
    public const int MostWaiting = 100;

    private readonly Channel<Campaign> started = Channel.CreateBounded<Campaign>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Returns at once; without a model it does nothing.</summary>
    public void Add(Campaign campaign)
    {
        if (model.IsConfigured && !started.Writer.TryWrite(campaign))
        {
            Log.LeftOut(logger, campaign.Id, MostWaiting);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var campaign in started.Reader.ReadAllAsync(stoppingToken))
            {
                await TagAsync(campaign, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Those that wait go without.
        }
    }

    private async Task TagAsync(Campaign campaign, CancellationToken stoppingToken)
    {
        try
        {
            var answer = await model.AskAsync(ThemeQuestion.Of(campaign.Name, campaign.MessageTemplate), campaign.CreatedBy, stoppingToken);
            if (answer is ModelAnswer<IReadOnlyList<string>>.Answered { Value: { Count: > 0 } themes })
            {
                await campaigns.AddTagsAsync(campaign.Id, themes, stoppingToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // The store, or a fault of ours: not worth more than a line, and the next campaign is another one.
            Log.Failed(logger, campaign.Id, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "Campaign {CampaignId} gets no themes: {Count} campaigns wait for theirs already")]
        public static partial void LeftOut(ILogger logger, string campaignId, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} gets no themes: an error stood in the way")]
        public static partial void Failed(ILogger logger, string campaignId, Exception exception);
    }
}
