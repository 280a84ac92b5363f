using System.Runtime.CompilerServices;
using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Whom a campaign is for, with those that it leaves out.</summary>
/// <param name="Rule">Who is wanted.</param>
/// <param name="Remaining">The same without those whom a segment or a rule excludes.</param>
/// <param name="ExceptCampaigns">Who got one of these is left out too.</param>
internal sealed record AudienceChoice(Rule Rule, Rule Remaining, IReadOnlyList<string> ExceptCampaigns);

/// <summary>How many a campaign would be sent to, and why not to the others. Each person counts once.</summary>
/// <param name="Wanted">All who match, and why some of them cannot be reached.</param>
/// <param name="Excluded">Those who could be reached and are left out.</param>
/// <param name="Capped">Those of the others who have had enough messages for now.</param>
internal sealed record ChoiceCount(AudienceCount Wanted, long Excluded, long Capped)
{
    /// <summary>Those who are in the campaign; the capped are found out when a message leaves.</summary>
    public long Audience => Wanted.Reachable - Excluded;
}

/// <summary>Finds out who gets a campaign.</summary>
internal sealed class CampaignAudience(
    ISegmentStore segments, ICampaignStore campaigns, IContactStore contacts, AccountSettings account)
{
    private const int BatchSize = 2_000;

    /// <summary>What a plan says, with its segments' rules looked up.</summary>
    /// <exception cref="InvalidDataException">A segment of the plan is not there any more.</exception>
    public async Task<AudienceChoice> OfAsync(CampaignPlan plan, CancellationToken cancellationToken)
    {
        var rule = plan.Rule ?? await RuleOfAsync(plan.SegmentId!, cancellationToken);
        var excluded = new List<Rule>(plan.Exclude.Rules);
        foreach (var id in plan.Exclude.Segments)
        {
            excluded.Add(await RuleOfAsync(id, cancellationToken));
        }

        return new AudienceChoice(rule, Without(rule, excluded), plan.Exclude.Campaigns);
    }

    /// <summary>Those who get it, by id, from one snapshot of the customers.</summary>
    public async IAsyncEnumerable<Customer> StreamAsync(
        AudienceChoice choice, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = segments.StreamAudienceAsync(choice.Remaining, now, cancellationToken);
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
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<ChoiceCount> CountAsync(
        AudienceChoice choice, DateTimeOffset now, bool isCapped, CancellationToken cancellationToken)
    {
        var wanted = await segments.CountAudienceAsync(choice.Rule, now, cancellationToken);
        IReadOnlyList<FrequencyCap> caps = isCapped ? account.Current.FrequencyCaps : [];
        var (audience, capped) = (0L, 0L);
        if (choice.ExceptCampaigns.Count == 0 && caps.Count == 0)
        {
            audience = (await segments.CountAudienceAsync(choice.Remaining, now, cancellationToken)).Reachable;
        }
        else
        {
            await foreach (var batch in StreamAsync(choice, now, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
            {
                audience += batch.Length;
                capped += caps.Count == 0
                    ? 0
                    : (await contacts.FindCappedAsync([.. batch.Select(one => one.Id)], caps, now, cancellationToken)).Count;
            }
        }

        return new ChoiceCount(wanted, Math.Max(0, wanted.Reachable - audience), capped);
    }

    private async Task<Rule> RuleOfAsync(string segmentId, CancellationToken cancellationToken) =>
        (await segments.FindAsync(segmentId, cancellationToken))?.Rule
        ?? throw new InvalidDataException($"Segment {segmentId}, which a campaign names, is not there.");

    private static Rule Without(Rule rule, List<Rule> excluded)
    {
        if (excluded.Count == 0)
        {
            return rule;
        }

        var others = new Not(excluded.Count == 1 ? excluded[0] : new AnyOf([.. excluded]));
        return rule is Everyone ? others : new AllOf([rule, others]);
    }
}
