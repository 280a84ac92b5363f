using System.ComponentModel.DataAnnotations;
using System.Numerics;
using XenoCrm.Api.Http;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Campaigns.Drafts;

/// <summary>Who would get several campaigns within a few days, as things stand now.</summary>
internal sealed class CampaignOverlap(CampaignAudience audience, ICampaignStore campaigns, TimeProvider time)
{
    public const int DefaultDays = 3;
    public const int MostDays = 31;

    /// <summary>Each costs a count of the customers.</summary>
    public const int MostOthers = 10;

    private const int MostListed = 100;
    private const int FewestTogether = 2;
    private const int MostTogether = 5;
    private const string Members = "campaigns";

    /// <summary>
    /// The campaign beside those that are scheduled at most so many days before or after it. Null if there is no such campaign.
    /// </summary>
    /// <param name="id">Of a draft, or of one that is scheduled.</param>
    /// <param name="days">At most <see cref="MostDays"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RefusedRequestException">409: it has begun.</exception>
    public async Task<OverlapResponse?> OfAsync(string id, int days, CancellationToken cancellationToken)
    {
        if (await campaigns.FindAsync(id, cancellationToken) is not { } campaign)
        {
            return null;
        }

        if (!IsOpen(campaign))
        {
            throw RefusedRequestException.Conflict(Begun(campaign));
        }

        var now = time.GetUtcNow();
        var start = campaign.StartsAt ?? campaign.Plan!.Schedule?.At ?? now;
        var own = await audience.OfAsync(campaign, now, cancellationToken);
        var others = new List<OverlapOther>();
        foreach (var other in await NearestAsync(campaign, start, days, cancellationToken))
        {
            var both = And([own, await audience.OfAsync(other, now, cancellationToken)]);
            others.Add(new OverlapOther(other.Id, other.Name, other.StartsAt!.Value, await CountAsync(both, now, cancellationToken)));
        }

        return new OverlapResponse(
            id,
            await CountAsync(own, now, cancellationToken),
            days,
            [.. others.OrderBy(other => other.StartsAt).ThenBy(other => other.CampaignId)]);
    }

    /// <summary>Some campaigns among each other.</summary>
    /// <exception cref="RefusedRequestException">400: it is not 2 to 5 of them, or one of them has begun or is not there.</exception>
    public async Task<OverlapTable> OfAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count < FewestTogether || ids.Count > MostTogether || ids.Distinct().Count() != ids.Count)
        {
            throw RefusedRequestException.Invalid(
                Members, $"The ids of {FewestTogether} to {MostTogether} campaigns were expected, each once.");
        }

        var (now, found, choices) = (time.GetUtcNow(), new List<Campaign>(), new List<AudienceChoice>());
        foreach (var (i, id) in ids.Index())
        {
            var campaign = await campaigns.FindAsync(id, cancellationToken)
                ?? throw RefusedRequestException.Invalid($"{Members}[{i}]", "There is no such campaign.");
            found.Add(IsOpen(campaign) ? campaign : throw RefusedRequestException.Invalid($"{Members}[{i}]", Begun(campaign)));
            choices.Add(await audience.OfAsync(campaign, now, cancellationToken));
        }

        // By the places of those that are together, a bit each.
        var counts = new Dictionary<int, long>();
        var isPlain = choices.All(choice => choice.ExceptCampaigns.Count == 0);
        for (var together = 1; together < 1 << ids.Count; together++)
        {
            if (!isPlain || BitOperations.PopCount((uint)together) <= 2)
            {
                counts[together] = await CountAsync(And([.. choices.Where((_, i) => Has(together, i))]), now, cancellationToken);
            }
        }

        // Whoever got a campaign is found by no rule: then it is all of the one, less what they share, and so on.
        var any = isPlain
            ? await CountAsync(Or(choices), now, cancellationToken)
            : counts.Sum(count => int.IsOddInteger(BitOperations.PopCount((uint)count.Key)) ? count.Value : -count.Value);
        return new OverlapTable(
            any,
            [.. found.Select((campaign, i) => new OverlapMember(campaign.Id, campaign.Name, counts[1 << i]))],
            [
                .. from i in Enumerable.Range(0, ids.Count)
                   from j in Enumerable.Range(i + 1, ids.Count - i - 1)
                   select new OverlapPair([ids[i], ids[j]], counts[(1 << i) | (1 << j)]),
            ]);
    }

    private static bool Has(int together, int place) => (together & (1 << place)) != 0;

    private static bool IsOpen(Campaign campaign) =>
        campaign is { Plan: not null, Status: CampaignStatus.Draft or CampaignStatus.Scheduled };

    private static string Begun(Campaign campaign) =>
        $"Only of a draft or a scheduled campaign it is open who gets it; this one is {CampaignResponse.Said(campaign.Status)}.";

    private async Task<IEnumerable<Campaign>> NearestAsync(
        Campaign campaign, DateTimeOffset start, int days, CancellationToken cancellationToken)
    {
        var near = await campaigns.ListStartingAsync(
            start.AddDays(-days), start.AddDays(days).AddMilliseconds(1), MostListed, cancellationToken);
        return near
            .Where(other => other is { Status: CampaignStatus.Scheduled, Plan: not null, StartsAt: not null } && other.Id != campaign.Id)
            .OrderBy(other => (other.StartsAt!.Value - start).Duration())
            .Take(MostOthers);
    }

    // Who is in all of them: those whom each wants, without those whom any leaves out.
    private static AudienceChoice And(IReadOnlyList<AudienceChoice> choices)
    {
        var all = choices.Count == 1 ? choices[0].Remaining : new AllOf([.. choices.Select(choice => choice.Remaining)]);
        return new AudienceChoice(all, all, [.. choices.SelectMany(choice => choice.ExceptCampaigns).Distinct()]);
    }

    private static AudienceChoice Or(IEnumerable<AudienceChoice> choices)
    {
        var any = new AnyOf([.. choices.Select(choice => choice.Remaining)]);
        return new AudienceChoice(any, any, []);
    }

    private async Task<long> CountAsync(AudienceChoice choice, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await audience.CountAsync(choice, now, isCapped: false, hours: null, cancellationToken)).Audience;
}

/// <param name="Audience">How many are in it now; those whom frequency caps will hold back are not taken off.</param>
/// <param name="Others">Those that are scheduled within so many days of its start, the ten nearest; the first first.</param>
public sealed record OverlapResponse(string CampaignId, long Audience, int Days, IReadOnlyList<OverlapOther> Others);

/// <param name="Both">How many people are in both.</param>
public sealed record OverlapOther(string CampaignId, string Name, DateTimeOffset StartsAt, long Both);

/// <param name="Campaigns">The ids of 2 to 5 drafts or scheduled campaigns.</param>
public sealed record OverlapRequest(
    [property: Required(ErrorMessage = "The ids of 2 to 5 campaigns were expected, each once.")]
    IReadOnlyList<string> Campaigns);

/// <param name="Any">How many people are in at least one of them now.</param>
/// <param name="Campaigns">In the order of the request.</param>
/// <param name="Pairs">Each two of them.</param>
public sealed record OverlapTable(long Any, IReadOnlyList<OverlapMember> Campaigns, IReadOnlyList<OverlapPair> Pairs);

/// <param name="Audience">How many are in it now; those whom frequency caps will hold back are not taken off.</param>
public sealed record OverlapMember(string CampaignId, string Name, long Audience);

/// <param name="Campaigns">Two ids.</param>
/// <param name="Both">How many people are in both.</param>
public sealed record OverlapPair(IReadOnlyList<string> Campaigns, long Both);
