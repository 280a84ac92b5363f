using System.ComponentModel.DataAnnotations;
using System.Globalization;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <param name="Rule">Of the segment to describe; or <paramref name="SegmentId"/>.</param>
/// <param name="SegmentId">A segment, whose rule is evaluated now.</param>
/// <param name="Size">The most look-alikes that the rule may select; without it, as many as the best description does.</param>
public sealed record LookalikeRequest(
    Rule? Rule,
    string? SegmentId,
    [property: Range(1, 1_000_000_000, ErrorMessage = "A number of people from 1 to 1,000,000,000 was expected, such as 5000.")]
    long? Size);

/// <param name="Rule">For a person to judge and edit; it selects members and look-alikes alike.</param>
/// <param name="Explanation">The rule in plain English.</param>
/// <param name="Text">How it was found and what it is worth.</param>
/// <param name="Precision">Of all customers whom the rule selects, the share that is in the segment.</param>
/// <param name="Recall">Of all in the segment, the share that the rule selects.</param>
/// <param name="BaseRate">The share of all customers that is in the segment: what a rule that tells nothing would have as its
/// precision.</param>
/// <param name="Members">How many are in the segment.</param>
/// <param name="Selected">How many the rule selects.</param>
/// <param name="Lookalikes">Those of them who are not in the segment.</param>
/// <param name="LookalikesReachable">Those of these whom a message can reach.</param>
/// <param name="Searched">The half of the sample in which the rule was looked for.</param>
/// <param name="HeldOut">The half that was kept aside.</param>
/// <param name="LeftOut">The fields that were not searched, because the segment's own rule is made of them.</param>
public sealed record LookalikeResponse(
    Rule Rule,
    string Explanation,
    string Text,
    double Precision,
    double Recall,
    double BaseRate,
    long Members,
    long Selected,
    long Lookalikes,
    long LookalikesReachable,
    FitResponse Searched,
    FitResponse HeldOut,
    IReadOnlyList<string> LeftOut)
{
    internal static LookalikeResponse Of(Lookalike.Found found) => new(
        found.Rule,
        RuleExplainer.Explain(found.Rule),
        Words(found),
        found.Precision,
        found.Recall,
        (double)found.Members / found.Customers,
        found.Members,
        found.Selected,
        found.Further.Matching,
        found.Further.Reachable,
        FitResponse.Of(found.Searched, found.Sample.Searched),
        FitResponse.Of(found.Kept, found.Sample.Kept),
        found.LeftOut);

    private static string Words(Lookalike.Found found)
    {
        var baseRate = (double)found.Members / found.Customers;
        var searched = Plural.Of(found.Sample.Searched.MemberCount + found.Sample.Searched.OtherCount, "customer");
        var kept = Plural.Of(found.Sample.Kept.MemberCount + found.Sample.Kept.OtherCount, "other");
        return $"These conditions fit {Plural.Of(found.Selected, "customer")}, "
            + $"{found.Further.Matching.ToString("N0", CultureInfo.InvariantCulture)} of them new. "
            + string.Create(CultureInfo.InvariantCulture, $"{found.Precision:0.0%} of whom they fit are in the segment already, ")
            + string.Create(CultureInfo.InvariantCulture, $"where {baseRate:0.0%} of all customers are; ")
            + string.Create(CultureInfo.InvariantCulture, $"they find {found.Recall:0.0%} of the segment. ")
            + $"Found among {searched} without looking at {string.Join(", ", found.LeftOut)}, and checked on {kept}.";
    }
}

/// <param name="Members">How many people of the segment are in this half.</param>
/// <param name="Others">How many who are not in the segment.</param>
/// <param name="Precision">As for all customers, each person of the half counted for as many as it was drawn from.</param>
/// <param name="Recall">As for all customers.</param>
public sealed record FitResponse(long Members, long Others, double Precision, double Recall)
{
    internal static FitResponse Of(Fit fit, Half half) => new(half.MemberCount, half.OtherCount, fit.Precision, fit.Recall);
}
