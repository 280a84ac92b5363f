using System.Globalization;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Insights.Campaigns;

/// <summary>
/// What is notable of a campaign, and that nothing is where nothing is: finding by finding, and as the built-in engine's short paragraph.
/// </summary>
internal static class InsightText
{
    private const int MostGroups = 2;
    private const int MostFurtherGroups = 4;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Of(IEnumerable<Finding> findings) =>
        string.Join(' ', findings.Where(finding => finding.Use != FindingUse.Further).Select(finding => finding.Text));

    /// <summary>The plainest that can be said: the counts.</summary>
    public static string Plain(CampaignNumbers numbers) =>
        $"{Recipients(numbers.Audience)}: {Count(numbers.Sent)} sent, {Count(numbers.Failed)} failed, "
        + $"{Count(numbers.Skipped)} skipped, {Count(numbers.Pending)} pending.";

    public static IReadOnlyList<Finding> Find(Campaign campaign, CampaignNumbers numbers) =>
        campaign.Status is CampaignStatus.Draft or CampaignStatus.Scheduled or CampaignStatus.Starting
            ? [Fixed("waiting", "The campaign has not started yet, so there is nothing to tell.")]
        : numbers.Audience == 0 ? [Fixed("nobody", "The campaign had no recipients, so there is nothing to tell.")]
        : campaign.Status == CampaignStatus.Completed ? [.. Completed(numbers)]
        : [.. Unfinished(campaign, numbers)];

    private static IEnumerable<Finding> Unfinished(Campaign campaign, CampaignNumbers numbers)
    {
        var state = campaign.Status switch
        {
            CampaignStatus.Paused => "The campaign is paused",
            CampaignStatus.Cancelled => "The campaign was cancelled",
            _ => "The campaign is still being sent",
        };
        yield return Fixed("state", numbers.DeliveryRate is { } rate
            ? $"{state}: {Count(numbers.Sent)} of its {Recipients(numbers.Audience)} {(numbers.Sent == 1 ? "has" : "have")} the message "
                + $"and {Count(numbers.Failed)} failed, a delivery rate of {Percent(rate)} so far; "
                + $"{Count(numbers.Pending)} {(numbers.Pending == 1 ? "is" : "are")} open."
            : $"{state}, and none of its {Plural.Of(numbers.Audience, "message")} has been answered for yet.");
        if (Skipped(numbers) is { } skipped)
        {
            yield return skipped;
        }

        foreach (var finding in Failures(numbers).Where(finding => finding.Use != FindingUse.Further))
        {
            // Its figures change with each look: there is nothing in it to reword.
            yield return finding with { Use = FindingUse.Fixed };
        }

        yield return Fixed("early", campaign.Status == CampaignStatus.Cancelled
            ? "As it was cancelled, it is not compared with other campaigns."
            : "It is too early to compare groups or campaigns.");
    }

    private static IEnumerable<Finding> Completed(CampaignNumbers numbers)
    {
        var skipped = Skipped(numbers);
        if (numbers.DeliveryRate is not { } rate)
        {
            yield return skipped!;
            yield break;
        }

        yield return new Finding("delivery", skipped is null
            ? $"The campaign reached {Count(numbers.Sent)} of its {Recipients(numbers.Audience)}, a delivery rate of {Percent(rate)}."
            : $"The campaign reached {Count(numbers.Sent)} of the {Recipients(numbers.Sent + numbers.Failed)} that it was sent to, "
                + $"a delivery rate of {Percent(rate)}.");
        if (skipped is not null)
        {
            yield return skipped;
        }

        foreach (var finding in Failures(numbers).Concat(Groups(numbers)))
        {
            yield return finding;
        }

        // What is still under way is not judged.
        var isOver = numbers.CompletedAfterSeconds is not null;
        if (numbers.Earlier is { } earlier)
        {
            yield return Compared("earlier", "campaign before it", "campaigns before it", earlier, rate, isOver);
        }

        if (numbers.SameRule is { } same)
        {
            yield return Compared(
                "same-rule", "earlier campaign to the same segment", "earlier campaigns to the same segment", same, rate, isOver);
        }

        if (numbers.CompletedAfterSeconds is { } seconds)
        {
            yield return new Finding("duration", $"It was complete {Duration(seconds)} after it began.");
        }

        if (numbers.Sample < numbers.Audience)
        {
            yield return Fixed("sample", $"Reasons and groups are counted from a sample of {Plural.Of(numbers.Sample, "message")}.");
        }
    }

    private static Finding? Skipped(CampaignNumbers numbers) => numbers.Skipped == 0 ? null : Fixed(
        "skipped",
        $"Nothing was sent to {Count(numbers.Skipped)} of its {Recipients(numbers.Audience)}, "
            + "for reasons that the log names; no rate counts them.");

    private static IEnumerable<Finding> Failures(CampaignNumbers numbers)
    {
        if (numbers.Failed == 0 && numbers.Sent > 0)
        {
            yield return Fixed("no-failure", "No message failed.");
        }

        foreach (var (index, failure) in numbers.Failures.Where(failure => failure.Reason != FailureReason.Others).Index())
        {
            var one = index == 0 ? "The most frequent reason" : "Another reason";
            yield return new Finding(
                string.Create(English, $"reason-{index + 1}"),
                $"{one} for a failure was {{reason}} ({Count(failure.Count)}, {Percent(failure.Share)} of the failures).",
                index == 0 ? FindingUse.Told : FindingUse.Further,
                Name: new FindingName("{reason}", "the vendor's words for it, in quotation marks", $"“{failure.Reason}”"));
        }
    }

    private static IEnumerable<Finding> Groups(CampaignNumbers numbers)
    {
        // One of each kind first: what differs by spend differs by the number of orders too.
        var differing = numbers.Groups.Where(group => group.Differs && group.Name != GroupTable.Others)
            .OrderByDescending(group => Math.Abs(group.Rate - group.RestRate)).ToArray();
        var notable = differing.DistinctBy(group => group.By).Take(MostGroups).ToArray();
        if (notable.Length == 0)
        {
            yield return Fixed("no-group", numbers.Groups.Count == 0
                ? "There are too few recipients to compare groups of them."
                : "No group by spend, recency, number of orders or city differs from the others by more than chance would explain.");
        }

        foreach (var (index, group) in notable.Concat(differing.Except(notable).Take(MostFurtherGroups)).Index())
        {
            var isWorse = group.Rate < group.RestRate;
            yield return new Finding(
                string.Create(English, $"group-{index + 1}"),
                $"Among {{group}}, {(isWorse ? "fewer" : "more")} messages arrived than among the others: {Percent(group.Rate)} of "
                    + $"{Count(group.Size)} against {Percent(group.RestRate)}.",
                index < notable.Length ? FindingUse.Told : FindingUse.Further,
                isWorse ? Trend.Worse : Trend.Better,
                Who(group));
        }
    }

    private static FindingName Who(GroupNumbers group)
    {
        var who = (group.By, group.Name) switch
        {
            ("city", "other cities") => "the recipients in smaller cities",
            ("city", "no city known") => "the recipients whose city is not known",
            ("city", var city) => $"the recipients in “{city}”",
            ("orders", var orders) => $"the recipients with {orders}",
            ("recency", "never") => "the recipients who had never ordered",
            ("recency", var days) => $"the recipients who had last ordered {days}",
            (_, var spend) => $"the recipients who had spent {spend}",
        };
        return new FindingName("{group}", group.By == "city" ? "some of the recipients, by their city" : who, who);
    }

    private static Finding Compared(string id, string one, string many, EarlierNumbers earlier, double rate, bool isOver)
    {
        var them = earlier.Campaigns == 1 ? one : $"{Count(earlier.Campaigns)} {many}";
        var delivered = (earlier.Campaigns, Percent(earlier.LowestRate) == Percent(earlier.HighestRate)) switch
        {
            (1, _) => Percent(earlier.MeanRate),
            (_, true) => $"{Percent(earlier.LowestRate)} each",
            _ => $"{Percent(earlier.MeanRate)} on average, between {Percent(earlier.LowestRate)} and {Percent(earlier.HighestRate)}",
        };
        var isWorse = rate < earlier.MeanRate;
        return earlier.Differs
            ? new Finding(
                id,
                $"With its {Percent(rate)} it did notably {(isWorse ? "worse" : "better")} than the {them}, which delivered {delivered}.",
                Trend: isWorse ? Trend.Worse : Trend.Better)
            : Fixed(id, $"The {them} delivered {delivered}{(isOver ? ", which is not notably different" : "")}.");
    }

    private static Finding Fixed(string id, string sentence) => new(id, sentence, FindingUse.Fixed);

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => string.Create(English, $"{seconds:0.0} seconds"),
        < 2 * 3600 => string.Create(English, $"{seconds / 60:0} minutes"),
        < 2 * 86400 => string.Create(English, $"{seconds / 3600:0} hours"),
        _ => string.Create(English, $"{seconds / 86400:0} days"),
    };

    private static string Recipients(long count) => Plural.Of(count, "recipient");

    private static string Count(long count) => count.ToString("N0", English);

    private static string Percent(double share) => string.Create(English, $"{share * 100:0.0}%");
}
