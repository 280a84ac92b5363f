using XenoCrm.Api.Campaigns.Drafts;
using XenoCrm.Api.Campaigns.Messages;
using XenoCrm.Api.Campaigns.Themes;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns;

/// <summary>What a segment and its campaign are made from, checked already.</summary>
/// <param name="Message">Null for the built-in engine's.</param>
internal sealed record LaunchOrder(
    string Name,
    Rule Rule,
    MessageTemplate? Message,
    string CampaignName,
    string? Prompt,
    string By,
    string? IdempotencyKey,
    string RequestHash);

/// <summary>
/// Starts campaigns, together with their segments or by a plan: the audience is read from one snapshot and every recipient's row is stored
/// before the campaign starts. If anything fails before, no row of it remains.
/// </summary>
internal sealed partial class CampaignLauncher(
    ICampaignStore campaigns,
    IDraftStore drafts,
    CampaignAudience audience,
    CampaignSeries series,
    SenderSignal signal,
    ThemeTagger themes,
    AccountSettings account,
    UnsubscribeLinks links,
    TimeProvider time,
    ILogger<CampaignLauncher> logger)
{
    private const int BatchSize = 2_000;

    // Each batch prolongs it; a preparation that is older was cut off.
    private static readonly TimeSpan PreparationLease = TimeSpan.FromSeconds(30);

    /// <summary>Makes a segment and its campaign: the answer means that all of it is on disk.</summary>
    public async Task<BeginOutcome> LaunchAsync(LaunchOrder order, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tags = CampaignTags.Of(order.Rule, new RuleTime(now, account.Current.Zone));
        var message = order.Message ?? MessageTemplate.Parse(MessageWriter.Default(order.CampaignName, order.Prompt, tags));
        var segment = new Segment(NewId(now), order.Name, order.Rule, order.Prompt, order.By, now, Audience: 0);
        var campaign = new Campaign
        {
            Id = NewId(now),
            SegmentId = segment.Id,
            Name = order.CampaignName,
            MessageTemplate = message.Text,
            Status = CampaignStatus.Preparing,
            Tags = tags,
            CreatedBy = order.By,
            CreatedAt = now,
        };

        var begun = await campaigns.BeginAsync(
            new NewCampaign(segment, campaign, now + PreparationLease, order.IdempotencyKey, order.RequestHash), cancellationToken);
        if (begun.Status != BeginStatus.Begun)
        {
            return begun;
        }

        var everybody = new AudienceChoice(order.Rule, order.Rule, []);
        var (count, warnings) = await StartAsync(new Preparation(campaign.Id), campaign, everybody, message, now, cancellationToken);
        return begun with { Audience = count, Warnings = warnings };
    }

    /// <summary>
    /// Starts a scheduled campaign whose time has come, or a run of one that recurs. False if another has taken it, or it is not
    /// scheduled any more.
    /// </summary>
    public async Task<bool> StartAsync(string id, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { Status: CampaignStatus.Scheduled, Plan: { } plan } campaign)
        {
            return false;
        }

        if (plan.IsRecurring)
        {
            await series.RunAsync(campaign, cancellationToken);
            return true;
        }

        var now = time.GetUtcNow();
        var choice = await audience.OfAsync(campaign, now, cancellationToken);
        var message = MessageTemplate.Parse(campaign.MessageTemplate);
        var segment = plan.Rule is { } rule
            ? new Segment(campaign.SegmentId, plan.SegmentName ?? campaign.Name, rule, plan.Prompt, campaign.CreatedBy, now, Audience: 0)
            : null;
        if (await drafts.TakeAsync(id, now, segment, now + PreparationLease, cancellationToken) is not { } preparation)
        {
            return false;
        }

        await StartAsync(preparation, campaign, choice, message, now, cancellationToken);
        return true;
    }

    private async Task<(long Audience, IReadOnlyList<string> Warnings)> StartAsync(
        Preparation preparation, Campaign campaign, AudienceChoice choice, MessageTemplate message, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        try
        {
            var warnings = await WriteAudienceAsync(preparation, choice, message, now, cancellationToken);
            var count = await campaigns.StartAsync(preparation, time.GetUtcNow(), warnings, cancellationToken);
            signal.Wake();
            themes.Add(campaign);
            Log.Launched(logger, campaign.Id, count);
            return (count, warnings);
        }
        catch
        {
            // If this fails too, the sender's housekeeping removes it.
            await campaigns.DiscardAsync(preparation, CancellationToken.None);
            throw;
        }
    }

    private async Task<IReadOnlyList<string>> WriteAudienceAsync(
        Preparation preparation, AudienceChoice choice, MessageTemplate message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gaps = new MessageGaps(message, account.Current, links);
        var ids = new MessageIds(now);
        var batch = new List<NewLogEntry>(BatchSize);
        var writing = Task.CompletedTask;
        try
        {
            // The next batch is read while one is written.
            await foreach (var customer in audience.StreamAsync(choice, now, cancellationToken))
            {
                batch.Add(Row(ids.Next(), customer, choice.Channel, gaps.Render(customer), now));
                if (batch.Count == BatchSize)
                {
                    await writing;
                    writing = WriteAsync(batch);
                    batch = new List<NewLogEntry>(BatchSize);
                }
            }

            await writing;
            writing = WriteAsync(batch);
        }
        finally
        {
            // What is under way must not come after a discard.
            await writing;
        }

        return gaps.Warnings();

        Task WriteAsync(List<NewLogEntry> rows) =>
            campaigns.AppendLogBatchAsync(preparation, rows, time.GetUtcNow() + PreparationLease, cancellationToken);
    }

    private static NewLogEntry Row(string id, Customer customer, AddressKind? channel, string text, DateTimeOffset now) => new(
        id, customer.Id, customer.AddressOf(channel)!, text, now, MessageTemplate.IsEmpty(text) ? SkipReason.EmptyText : null);

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} started; recipients: {Audience}")]
        public static partial void Launched(ILogger logger, string campaignId, long audience);
    }
}
