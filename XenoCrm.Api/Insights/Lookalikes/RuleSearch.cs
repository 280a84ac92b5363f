using XenoCrm.Core.Rules;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>
/// Looks for the rule that fits the searched half best: a beam search for the conditions that all hold, and then for another such group
/// that selects members whom the first leaves out. A condition or a group more must be worth it: a short rule is one that a person can
/// judge.
/// </summary>
internal sealed class RuleSearch(Sample sample, IReadOnlyList<Condition> conditions, double maxFurther)
{
    private const int Width = 20;
    private const int MaxConditions = 3;
    private const int MaxGroups = 3;
    private const double WorthACondition = 0.01;
    private const double WorthAGroup = 0.02;

    // What fits but by a handful of people fits by accident.
    private const int MinMembersHit = 10;

    /// <summary>Null if no rule selects members of the searched half, or none within the limit.</summary>
    public Rule? Find()
    {
        var selected = PeopleSet.Nobody(sample.People.Count);
        var groups = new List<Candidate>();
        while (groups.Count < MaxGroups
            && FindGroup(selected) is { } group
            && (groups.Count == 0 || group.Fit.Score >= Fit(selected).Score + WorthAGroup))
        {
            groups.Add(group);
            selected = selected.Or(group.People);
        }

        return groups.Count == 0
            ? null
            : RuleJson.Parse(RuleJson.Print(groups.Count == 1 ? ToRule(groups[0]) : new AnyOf([.. groups.Select(ToRule)])));
    }

    /// <summary>The group that, with those selected already, fits best.</summary>
    private Candidate? FindGroup(PeopleSet selected)
    {
        Candidate? best = null;
        Candidate[] beam = [];
        for (var length = 1; length <= MaxConditions; length++)
        {
            var longer = length == 1
                ? conditions.Select(condition => Extend(null, condition, selected))
                : beam.SelectMany(
                    group =>
                        conditions.Where(condition => group.Conditions.All(condition.Combines))
                            .Select(condition => Extend(group, condition, selected)));

            // Of those that select the same people the first is enough.
            beam =
            [
                .. longer.Where(group => group.MembersHit >= MinMembersHit)
                    .OrderByDescending(Promise)
                    .DistinctBy(group => (group.MembersHit, group.Fit))
                    .Take(Width)
            ];
            var fitting = beam.Where(group => group.Fit.Further <= maxFurther).MaxBy(group => group.Fit.Score);
            if (fitting is not null && (best is null || fitting.Fit.Score >= best.Fit.Score + WorthACondition))
            {
                best = fitting;
            }
        }

        return best;
    }

    // One that selects too many may yet become narrow enough.
    private double Promise(Candidate group) => group.Fit.Score * Math.Min(1, maxFurther / Math.Max(1, group.Fit.Further));

    private Candidate Extend(Candidate? group, Condition condition, PeopleSet selected)
    {
        var before = group?.People ?? condition.People;
        var half = sample.Searched;
        var membersHit = condition.People.CountJoined(before, selected, half.Members);
        return new Candidate(
            group is null ? [condition] : [.. group.Conditions, condition],
            new Lazy<PeopleSet>(() => before.And(condition.People)),
            membersHit,
            half.Fit(membersHit, condition.People.CountJoined(before, selected, half.Others)));
    }

    private Fit Fit(PeopleSet people) =>
        sample.Searched.Fit(people.CountBoth(sample.Searched.Members), people.CountBoth(sample.Searched.Others));

    // In the catalogue's order, a lower limit before an upper one, as a person would write it.
    private static Rule ToRule(Candidate group)
    {
        FieldTest[] tests = [.. group.Conditions.Select(condition => condition.Test)
            .OrderBy(test => test.Field.AttributeKey is not null)
            .ThenBy(test => FieldCatalog.All.Index().FirstOrDefault(field => field.Item == test.Field).Index)
            .ThenBy(test => test.Field.Name, StringComparer.Ordinal)
            .ThenBy(test => test.Operator)];
        return tests.Length == 1 ? tests[0] : new AllOf([.. tests]);
    }

    private sealed record Candidate(IReadOnlyList<Condition> Conditions, Lazy<PeopleSet> Lazily, int MembersHit, Fit Fit)
    {
        public PeopleSet People => Lazily.Value;
    }
}
