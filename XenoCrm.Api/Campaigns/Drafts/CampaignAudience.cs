using System.Runtime.CompilerServices;
using XenoCrm.Api.Http;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Whom a campaign is for, with those that it leaves out.</summary>
/// <param name="Rule">Who is wanted.</param>
/// <param name="Remaining">The same without those whom a segment or a rule excludes, and who cannot be reached by the channel.</param>
/// <param name="ExceptCampaigns">Who got one of these is left out too.</param>
/// <param name="Channel">How they are to be reached; null for as they can be.</param>
internal sealed record AudienceChoice(
    Rule Rule, Rule Remaining, IReadOnlyList<string> ExceptCampaigns, AddressKind? Channel = null);

/// <summary>How many a campaign would be sent to, and why not to the others. Each person counts once.</summary>
/// <param name="Wanted">All who match, and why some of them cannot be reached.</param>
/// <param name="Excluded">Those who could be reached and are left out.</param>
/// <param name="Capped">Those of the others who have had enough messages for now.</param>
/// <param name="Later">Those of the others at whose place it is not the hour for it.</param>
internal sealed record ChoiceCount(AudienceCount Wanted, long Excluded, long Capped, long Later)
{
    /// <summary>Those who are in the campaign; the capped are found out when a message leaves.</summary>
    public long Audience => Wanted.Reachable - Excluded;
}

/// <summary>Finds out who gets a campaign.</summary>
internal sealed class CampaignAudience(
    ISegmentStore segments, ICampaignStore campaigns, IDraftStore drafts, IContactStore contacts, AccountSettings account)
{
    private const int BatchSize = 2_000;

    /// <summary>
    /// Whom a campaign with a plan is for at a time, with its segments' rules looked up. Of a recurring one, or a run of it, those who have
    /// had it are left out.
    /// </summary>
    /// <exception cref="RefusedRequestException">409: a segment of the plan is not there any more.</exception>
    public async Task<AudienceChoice> OfAsync(Campaign campaign, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var choice = await OfAsync(campaign.Plan!, cancellationToken);
        if (campaign.Plan!.Recurrence is not { } recurrence)
        {
            return choice;
        }

        // By the times that were meant: a run that began a moment late does not put off the next.
        var after = recurrence.NotAfter(campaign.StartsAt ?? now);
        var runs = await drafts.ListRunsAsync(campaign.Plan.Series ?? campaign.Id, after, cancellationToken);
        return choice with { ExceptCampaigns = [.. choice.ExceptCampaigns, .. runs.Where(id => id != campaign.Id)] };
    }

    /// <summary>What a plan says by itself.</summary>
    /// <exception cref="RefusedRequestException">409: a segment of the plan is not there any more.</exception>
    public async Task<AudienceChoice> OfAsync(CampaignPlan plan, CancellationToken cancellationToken)
    {
        var rule = plan.Rule ?? await RuleOfAsync(plan.SegmentId!, "The segment that it goes to", "segmentId", cancellationToken);
        var excluded = new List<Rule>(plan.Exclude.Rules);
        foreach (var (i, id) in plan.Exclude.Segments.Index())
        {
            excluded.Add(await RuleOfAsync(id, "A segment that it leaves out", $"exclude.segments[{i}]", cancellationToken));
        }

        // Who got a recurring one got one of its runs.
        var campaigns = new List<string>(plan.Exclude.Campaigns);
        foreach (var id in plan.Exclude.Campaigns)
        {
            campaigns.AddRange(await drafts.ListRunsAsync(id, null, cancellationToken));
        }

        var remaining = Without(rule, excluded);
        return new AudienceChoice(
            rule, plan.Channel is { } channel ? Both(remaining, Has(channel)) : remaining, campaigns, plan.Channel);
    }

    /// <summary>Those who get it, by id, from one snapshot of the customers.</summary>
    public async IAsyncEnumerable<Customer> StreamAsync(
        AudienceChoice choice, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = segments.StreamAudienceAsync(choice.Remaining, choice.Channel, now, cancellationToken);
        if (choice.ExceptCampaigns.Count == 0)
        {
            await foreach (var customer in all)
            {
                yield return customer;
            }

            yield break;
        }

        await foreach (var batch in all.Chunk(BatchSize).WithCancellation(cancellationToken))
        {
            var reached = await campaigns.FindReachedAsync(
                choice.ExceptCampaigns, [.. batch.Select(customer => customer.Id)], cancellationToken);
            foreach (var customer in batch.Where(customer => !reached.Contains(customer.Id)))
            {
                yield return customer;
            }
        }
    }

    /// <param name="choice">Whom it is for.</param>
    /// <param name="now">The moment of evaluation.</param>
    /// <param name="isCapped">Whether the account's frequency caps hold for it.</param>
    /// <param name="hours">When its messages leave; null for at any hour.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<ChoiceCount> CountAsync(
        AudienceChoice choice, DateTimeOffset now, bool isCapped, SendingHours? hours, CancellationToken cancellationToken)
    {
        var wanted = await segments.CountAudienceAsync(choice.Rule, choice.Channel, now, cancellationToken);
        IReadOnlyList<FrequencyCap> caps = isCapped ? account.Current.FrequencyCaps : [];
        var (audience, capped, later) = (0L, 0L, 0L);
        if (choice.ExceptCampaigns.Count == 0 && caps.Count == 0 && hours is null)
        {
            audience = (await segments.CountAudienceAsync(choice.Remaining, choice.Channel, now, cancellationToken)).Reachable;
        }
        else
        {
            await foreach (var batch in StreamAsync(choice, now, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
            {
                audience += batch.Length;
                IReadOnlySet<string> enough = caps.Count == 0
                    ? new HashSet<string>()
                    : await contacts.FindCappedAsync([.. batch.Select(one => one.Id)], caps, now, cancellationToken);
                capped += enough.Count;
                later += hours is null
                    ? 0
                    : batch.Count(one => !enough.Contains(one.Id) && hours.HoldUntil(one.TimeZone, one.Country, one.City) is not null);
            }
        }

        return new ChoiceCount(wanted, Math.Max(0, wanted.Reachable - audience), capped, later);
    }

    private async Task<Rule> RuleOfAsync(string segmentId, string which, string place, CancellationToken cancellationToken) =>
        (await segments.FindAsync(segmentId, cancellationToken))?.Rule
        ?? throw RefusedRequestException.Conflict(
            $"{which} ({place} {segmentId}) is not there any more. Take the campaign back if it is scheduled, and name another.");

    // Said by the rule too, for whoever puts several audiences together.
    private static FieldTest Has(AddressKind channel) => new(
        channel == AddressKind.Email ? FieldCatalog.Email : FieldCatalog.Phone, RuleOperator.Exists, new FlagValue(true));

    private static Rule Without(Rule rule, List<Rule> excluded)
    {
        if (excluded.Count == 0)
        {
            return rule;
        }

        var others = new Not(excluded.Count == 1 ? excluded[0] : new AnyOf([.. excluded]));
        return Both(rule, others);
    }

    private static Rule Both(Rule rule, Rule other) => rule is Everyone ? other : new AllOf([rule, other]);
}
