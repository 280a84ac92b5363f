using System.Globalization;
using XenoCrm.Data.Campaigns;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>A short paragraph over a campaign's numbers: what is notable, and that nothing is where nothing is.</summary>
internal static class InsightText
{
    private const int MostGroups = 2;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Of(Campaign campaign, CampaignNumbers numbers) => string.Join(' ', Sentences(campaign, numbers));

    /// <summary>The plainest that can be said: the counts.</summary>
    public static string Plain(CampaignNumbers numbers) => $"{Count(numbers.Audience)} recipients: {Count(numbers.Sent)} sent, {Count(numbers.Failed)} failed, {Count(numbers.Pending)} pending.";

    private static IEnumerable<string> Sentences(Campaign campaign, CampaignNumbers numbers)
    {
        if (numbers.Audience == 0)
        {
            return ["The campaign had no recipients, so there is nothing to tell."];
        }

        return campaign.Status == CampaignStatus.Completed ? Completed(numbers) : Unfinished(campaign, numbers);
    }

    private static IEnumerable<string> Unfinished(Campaign campaign, CampaignNumbers numbers)
    {
        var state = campaign.Status switch
        {
            CampaignStatus.Paused => "The campaign is paused",
            CampaignStatus.Cancelled => "The campaign was cancelled",
            _ => "The campaign is still being sent",
        };
        yield return numbers.DeliveryRate is { } rate
            ? $"{state}: {Count(numbers.Sent)} of its {Count(numbers.Audience)} recipients have the message and {Count(numbers.Failed)} failed, a delivery rate of {Percent(rate)} so far; {Count(numbers.Pending)} are open."
            : $"{state}, and none of its {Count(numbers.Audience)} messages has been answered for yet.";
        foreach (var sentence in Failures(numbers))
        {
            yield return sentence;
        }

        yield return campaign.Status == CampaignStatus.Cancelled
            ? "What was not sent counts as failed, so it is not compared with other campaigns."
            : "It is too early to compare groups or campaigns.";
    }

    private static IEnumerable<string> Completed(CampaignNumbers numbers)
    {
        yield return $"The campaign reached {Count(numbers.Sent)} of its {Count(numbers.Audience)} recipients, a delivery rate of {Percent(numbers.DeliveryRate!.Value)}.";
        foreach (var sentence in Failures(numbers))
        {
            yield return sentence;
        }

        yield return Groups(numbers);
        if (numbers.Earlier is { } earlier)
        {
            yield return Compared("campaign before it", "campaigns before it", earlier, numbers.DeliveryRate.Value);
        }

        if (numbers.SameRule is { } same)
        {
            yield return Compared("earlier campaign to the same segment", "earlier campaigns to the same segment", same, numbers.DeliveryRate.Value);
        }

        if (numbers.CompletedAfterSeconds is { } seconds)
        {
            yield return $"It was complete {Duration(seconds)} after it began.";
        }

        if (numbers.Sample < numbers.Audience)
        {
            yield return $"Reasons and groups are counted from a sample of {Count(numbers.Sample)} messages.";
        }
    }

    private static IEnumerable<string> Failures(CampaignNumbers numbers)
    {
        if (numbers.Failures is [{ Reason: not FailureTable.Others } first, ..])
        {
            yield return $"The most frequent reason for a failure was “{first.Reason}” ({Count(first.Count)}, {Percent(first.Share)} of the failures).";
        }
        else if (numbers.Failed == 0 && numbers.Sent > 0)
        {
            yield return "No message failed.";
        }
    }

    private static string Groups(CampaignNumbers numbers)
    {
        // One of each kind: what differs by spend differs by the number of orders too.
        var notable = numbers.Groups.Where(group => group.Differs && group.Name != GroupTable.Others)
            .GroupBy(group => group.By)
            .Select(by => by.MaxBy(group => Math.Abs(group.Rate - group.RestRate))!)
            .OrderByDescending(group => Math.Abs(group.Rate - group.RestRate))
            .Take(MostGroups)
            .Select(group => $"{Who(group)}, {(group.Rate < group.RestRate ? "fewer" : "more")} messages arrived than among the others: {Percent(group.Rate)} of {Count(group.Size)} against {Percent(group.RestRate)}.")
            .ToArray();
        return notable.Length > 0 ? string.Join(' ', notable)
            : numbers.Groups.Count == 0 ? "There are too few recipients to compare groups of them."
            : "No group by spend, recency, number of orders or city differs from the others by more than accident would explain.";
    }

    private static string Who(GroupNumbers group) => (group.By, group.Name) switch
    {
        ("city", "other cities") => "Among the recipients in smaller cities",
        ("city", "no city known") => "Among the recipients whose city is not known",
        ("city", var city) => $"Among the recipients in “{city}”",
        ("orders", var orders) => $"Among the recipients with {orders}",
        ("recency", "never") => "Among the recipients who had never ordered",
        ("recency", var days) => $"Among the recipients who had last ordered {days}",
        (_, var spend) => $"Among the recipients who had spent {spend}",
    };

    private static string Compared(string one, string many, EarlierNumbers earlier, double rate)
    {
        var before = (earlier.Campaigns, Percent(earlier.LowestRate) == Percent(earlier.HighestRate)) switch
        {
            (1, _) => $"The {one} delivered {Percent(earlier.MeanRate)}",
            (_, true) => $"The {Count(earlier.Campaigns)} {many} delivered {Percent(earlier.LowestRate)} each",
            _ => $"The {Count(earlier.Campaigns)} {many} delivered {Percent(earlier.MeanRate)} on average, between {Percent(earlier.LowestRate)} and {Percent(earlier.HighestRate)}",
        };
        return before + (!earlier.Differs ? ", which is not notably different."
            : rate < earlier.MeanRate ? ": this one did notably worse."
            : ": this one did notably better.");
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => string.Create(English, $"{seconds:0.0} seconds"),
        < 2 * 3600 => string.Create(English, $"{seconds / 60:0} minutes"),
        < 2 * 86400 => string.Create(English, $"{seconds / 3600:0} hours"),
        _ => string.Create(English, $"{seconds / 86400:0} days"),
    };

    private static string Count(long count) => count.ToString("N0", English);

    private static string Percent(double share) => string.Create(English, $"{share * 100:0.0}%");
}
