using XenoCrm.Core.Account;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.Fatigue;

/// <summary>Who has had how many messages, counted from the log.</summary>
internal sealed class FatigueService(
    ICampaignStore campaigns, IContactStore contacts, ISegmentStore segments, AccountSettings account, TimeProvider time)
{
    public const int DefaultDays = 30;
    public const int MostDays = 90;

    // How far back a person's own page looks.
    private const int Week = 7;
    private const int Month = 30;

    private const int Tenth = 10;

    /// <param name="days">Of 24 hours each, up to now; at most <see cref="MostDays"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FatigueResponse> CountAsync(int days, CancellationToken cancellationToken)
    {
        var (now, caps) = (time.GetUtcNow(), account.Current.FrequencyCaps);
        var since = now.AddDays(-days);
        var reached = await campaigns.CountReachedAsync(since, cancellationToken);
        var customers = (await segments.CountAudienceAsync(new Everyone(), now, cancellationToken)).Matching;
        long? capped = caps.Count == 0 ? null : await contacts.CountCappedAsync(caps, now, cancellationToken);

        // Whoever came or went meanwhile makes nobody less than nobody.
        var none = new FatigueStep(0, Math.Max(0, customers - reached.Values.Sum()));
        FatigueStep[] some = [.. reached.Select(one => new FatigueStep(one.Key, one.Value)).OrderBy(step => step.Messages)];
        var messages = some.Sum(step => step.Messages * step.People);
        return new FatigueResponse(days, since, customers, messages, [none, .. some], Top(some), capped);
    }

    /// <summary>How many messages one customer has had in the last 7 and 30 days.</summary>
    public async Task<PersonFatigue> OfAsync(string customerId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var times = await campaigns.ListReachedAsync(customerId, now.AddDays(-Month), cancellationToken);
        return new PersonFatigue(times.Count(at => at >= now.AddDays(-Week)), times.Count);
    }

    // Of those who had any, the tenth with the most.
    private static FatigueTop? Top(FatigueStep[] some)
    {
        var people = some.Sum(step => step.People);
        if (people == 0)
        {
            return null;
        }

        var tenth = (people + Tenth - 1) / Tenth;
        var (left, messages, least) = (tenth, 0L, 0);
        foreach (var step in some.Reverse())
        {
            var taken = Math.Min(left, step.People);
            (left, messages, least) = (left - taken, messages + (taken * step.Messages), step.Messages);
            if (left == 0)
            {
                break;
            }
        }

        return new FatigueTop(tenth, least, messages);
    }
}

/// <param name="Customers">All that there are.</param>
/// <param name="Messages">What has left to them since then: sent, or with the vendor.</param>
/// <param name="People">How many people had so many, from none on; numbers that nobody had are left out.</param>
/// <param name="Top">The tenth of those who had any that had the most; null where nobody had one.</param>
/// <param name="Capped">How many would be skipped now, by the frequency caps; null without caps.</param>
public sealed record FatigueResponse(
    int Days, DateTimeOffset Since, long Customers, long Messages, IReadOnlyList<FatigueStep> People, FatigueTop? Top, long? Capped);

public sealed record FatigueStep(int Messages, long People);

/// <param name="AtLeast">So many messages each of them had, or more.</param>
/// <param name="Messages">What they had together.</param>
public sealed record FatigueTop(long People, int AtLeast, long Messages);

/// <param name="Week">In the last 7 days.</param>
/// <param name="Month">In the last 30.</param>
public sealed record PersonFatigue(int Week, int Month);
