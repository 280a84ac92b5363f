using System.Globalization;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>
/// Makes the runs of recurring campaigns: a campaign for each time, of those who have not had it, and none where there is nobody. The
/// time is the run's key, so that any number of servers make it once, and one that is cut off is gone on with.
/// </summary>
internal sealed class CampaignSeries(
    ICampaignStore campaigns, IDraftStore drafts, ISegmentStore segments, CampaignAudience audience, TimeProvider time)
{
    public async Task RunAsync(Campaign series, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (plan, startsAt) = (series.Plan!, series.StartsAt!.Value);
        var choice = await audience.OfAsync(series, now, cancellationToken);
        if (await audience.StreamAsync(choice, now, cancellationToken).AnyAsync(cancellationToken))
        {
            var segmentId = await SegmentOfAsync(series, now, cancellationToken);
            var run = new Campaign
            {
                Id = Guid.CreateVersion7(now).ToString(),
                SegmentId = segmentId,
                Name = NameOf(series, startsAt),
                MessageTemplate = series.MessageTemplate,
                Status = CampaignStatus.Draft,
                Tags = series.Tags,
                CreatedBy = series.CreatedBy,
                CreatedAt = now,
                Plan = plan with { SegmentId = segmentId, Rule = null, Schedule = null, Series = series.Id },
            };
            var key = string.Create(CultureInfo.InvariantCulture, $"run {series.Id} {startsAt.ToUnixTimeMilliseconds()}");
            var added = await drafts.AddAsync(new NewDraft(run, key, RequestHash: ""), cancellationToken);
            await campaigns.StepAsync(added.CampaignId, new CampaignStep.Launch(startsAt, run.Version), now, cancellationToken);
        }

        // Times that passed while no server ran are one.
        if (plan.Recurrence!.NextFrom((startsAt > now ? startsAt : now).AddMilliseconds(1)) is { } next)
        {
            await drafts.MoveOnAsync(series.Id, startsAt, next, cancellationToken);
        }
    }

    private async Task<string> SegmentOfAsync(Campaign series, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var plan = series.Plan!;
        if (plan.SegmentId is not { } stored)
        {
            // With the first run.
            var segment = new Segment(
                series.SegmentId, plan.SegmentName ?? series.Name, plan.Rule!, plan.Prompt, series.CreatedBy, now, Audience: 0);
            return (await segments.AddAsync(segment, $"series {series.Id}", cancellationToken)).Id;
        }

        return stored;
    }

    private static string NameOf(Campaign series, DateTimeOffset startsAt)
    {
        var zone = ZoneId.FindOr(TimeZoneInfo.Utc, series.Plan!.Recurrence!.Zone);
        var at = TimeZoneInfo.ConvertTime(startsAt, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var most = CampaignRequest.MaxNameLength - at.Length - 2;
        var name = series.Name.Length <= most ? series.Name : series.Name[..most];
        return $"{name}, {at}";
    }
}
