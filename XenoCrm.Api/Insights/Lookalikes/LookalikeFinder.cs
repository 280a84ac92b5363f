using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Account;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>What was found, or why nothing was.</summary>
internal abstract record Lookalike
{
    /// <param name="Rule">The description.</param>
    /// <param name="Customers">All there are.</param>
    /// <param name="Members">In the segment.</param>
    /// <param name="Selected">By the rule; members among them.</param>
    /// <param name="Further">Selected and not in the segment: the look-alikes.</param>
    /// <param name="Searched">How it fits the half of the sample that was searched.</param>
    /// <param name="Kept">How it fits the half that was not.</param>
    /// <param name="LeftOut">The fields that the segment's own rule is made of.</param>
    public sealed record Found(
        Rule Rule,
        long Customers,
        long Members,
        long Selected,
        AudienceCount Further,
        Fit Searched,
        Fit Kept,
        Sample Sample,
        IReadOnlyList<string> LeftOut) : Lookalike
    {
        public double Precision => (double)(Selected - Further.Matching) / Selected;

        public double Recall => (double)(Selected - Further.Matching) / Members;
    }

    public sealed record Refused(string Reason) : Lookalike;
}

/// <summary>Describes a segment's members by what else they have in common.</summary>
internal sealed class LookalikeFinder(ISegmentStore segments, AccountSettings account, TimeProvider clock) : IDisposable
{
    private const int MinMembers = 50;
    private const int MaxMembers = 5_000;
    private const int MaxOthers = 20_000;

    // On the half that was not searched the rule must select members this much more often than others, and not by accident.
    private const double MinGain = 0.1;
    private const double MaxChance = 0.001;

    private const int MaxTries = 4;

    // What orders add up to.
    private static readonly string[] OfOrders =
    [
        FieldCatalog.TotalSpend.Name, FieldCatalog.OrderCount.Name, FieldCatalog.AverageOrderValue.Name, FieldCatalog.LastOrderAt.Name,
        FieldCatalog.FirstOrderAt.Name,
    ];

    // A search holds its sample in memory.
    private readonly SemaphoreSlim turns = new(2);

    /// <param name="segment">The rule of the segment.</param>
    /// <param name="size">The most look-alikes that the rule may select; null: any number.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Lookalike> FindAsync(Rule segment, long? size, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await SearchAsync(segment, size, cancellationToken);
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();

    private async Task<Lookalike> SearchAsync(Rule segment, long? size, CancellationToken cancellationToken)
    {
        var time = new RuleTime(clock.GetUtcNow(), account.Current.Zone);
        var now = time.Now;
        var customers = (await segments.CountAudienceAsync(new Everyone(), now, cancellationToken)).Matching;
        var members = (await segments.CountAudienceAsync(segment, now, cancellationToken)).Matching;
        if (members < MinMembers)
        {
            return Refuse($"The segment has {members:N0} customers; at least {MinMembers} are needed to see what they have in common.");
        }

        var rest = customers - members;
        if (rest < MinMembers)
        {
            return Refuse(
                $"The segment has all but {rest:N0} of the {customers:N0} customers: there are too few others to tell it from.");
        }

        var others = new Not(segment);
        var sample = new Sample(
            await segments.SpreadSampleAsync(segment, now, MaxMembers, cancellationToken),
            await segments.SpreadSampleAsync(others, now, MaxOthers, cancellationToken),
            members,
            rest);
        var leftOut = FieldsOf(segment);
        var conditions = await Task.Run(() => new Conditions(sample, time, leftOut).Find(), cancellationToken);

        // The sample tells the number of look-alikes roughly; if the store counts too many, the search is held tighter.
        var limit = (double?)size ?? double.PositiveInfinity;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var rule = await Task.Run(() => new RuleSearch(sample, conditions, limit).Find(), cancellationToken);
            if (rule is null || Fits(rule, sample, time) is not { } fits)
            {
                var own =
                    $"Nothing but {string.Join(", ", leftOut.Order(StringComparer.Ordinal))}, of which the segment's own rule is made,";
                var within = size is null ? "" : " within that size; a larger one may";
                return Refuse($"{own} tells these customers from others better than chance{within}.");
            }

            var selected = await segments.CountAudienceAsync(rule, now, cancellationToken);
            var further = await segments.CountAudienceAsync(new AllOf([rule, others]), now, cancellationToken);
            if (further.Matching <= (size ?? long.MaxValue) && selected.Matching > further.Matching && selected.Matching < customers)
            {
                return new Lookalike.Found(
                    rule,
                    customers,
                    members,
                    selected.Matching,
                    further,
                    fits.Searched,
                    fits.Kept,
                    sample,
                    [.. leftOut.Order(StringComparer.Ordinal)]);
            }

            limit = Math.Min(limit, size ?? further.Matching) * 0.8;
        }

        return Refuse($"No rule that describes these customers selects at most {size:N0} others. Ask for a larger size.");
    }

    /// <summary>
    /// How the rule fits both halves, by the reference meaning of rules; null if the half that was not searched does not bear it out.
    /// </summary>
    private static (Fit Searched, Fit Kept)? Fits(Rule rule, Sample sample, RuleTime time)
    {
        var selected = PeopleSet.Of(sample.People.Count, place => RuleEvaluator.Matches(rule, sample.People[place], [], time));
        var (searched, _, _) = Fit(sample.Searched, selected);
        var (kept, members, others) = Fit(sample.Kept, selected);
        return members.Rate - others.Rate >= MinGain
            && Proportion.ChanceOfDifference(members, others) <= MaxChance ? (searched, kept) : null;

        static (Fit, Proportion Members, Proportion Others) Fit(Half half, PeopleSet selected)
        {
            var members = new Proportion(selected.CountBoth(half.Members), half.MemberCount);
            var others = new Proportion(selected.CountBoth(half.Others), half.OtherCount);
            return (half.Fit((int)members.Hits, (int)others.Hits), members, others);
        }
    }

    /// <summary>The fields that a rule tests, and those from which they can be worked out.</summary>
    private static HashSet<string> FieldsOf(Rule rule)
    {
        HashSet<string> fields = [.. rule.Tests().Select(test => test.Field.Name)];
        if (rule.OrdersTests().Any())
        {
            fields.UnionWith(OfOrders);
        }

        if (fields.Contains(FieldCatalog.DaysSinceLastOrder.Name))
        {
            fields.Add(FieldCatalog.LastOrderAt.Name);
        }

        // The spend is the number of orders times their average.
        if (fields.Contains(FieldCatalog.TotalSpend.Name) || fields.Contains(FieldCatalog.OrderCount.Name))
        {
            fields.Add(FieldCatalog.AverageOrderValue.Name);
        }
        else if (fields.Contains(FieldCatalog.AverageOrderValue.Name))
        {
            fields.Add(FieldCatalog.TotalSpend.Name);
        }

        return fields;
    }

    private static Lookalike.Refused Refuse(FormattableString reason) => new(FormattableString.Invariant(reason));
}
