using XenoCrm.Api.Insights.Statistics;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Api.Insights.Lookalikes;

/// <summary>
/// The tests that are worth trying on a sample: limits at round numbers near the quantiles, and values that many have. What one or a few
/// have is never among them, and name, address and phone number are not looked at.
/// </summary>
internal sealed class Conditions(Sample sample, RuleTime time, IReadOnlySet<string> leftOut)
{
    /// <summary>A value that fewer members of the sample have could tell who somebody is.</summary>
    private const int MinShared = 10;

    private const double MinShare = 0.02;
    private const int MostValues = 40;
    private const int MostListed = 10;
    private const int MostAttributes = 30;

    // A value is listed with others if members have it this much more often than others have.
    private const double MinEnrichment = 1.5;

    private static readonly double[] Shares = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

    private static readonly string[] PersonalWords = ["name", "mail", "phone", "mobile", "address", "street", "birth", "passport", "iban"];

    private readonly List<Condition> found = [];

    public IReadOnlyList<Condition> Find()
    {
        AddNumbers(FieldCatalog.TotalSpend, customer => (double)customer.TotalSpend);
        AddNumbers(FieldCatalog.OrderCount, customer => customer.OrderCount);
        AddNumbers(FieldCatalog.AverageOrderValue, customer => (double?)customer.AverageOrderValue);
        AddDaysAgo(FieldCatalog.LastOrderAt, customer => customer.LastOrderAt);
        AddDates(FieldCatalog.FirstOrderAt, customer => customer.FirstOrderAt);
        AddDates(FieldCatalog.CreatedAt, customer => customer.CreatedAt);
        AddTexts(FieldCatalog.City, customer => customer.City is { } city ? [city] : []);
        AddTexts(FieldCatalog.Country, customer => customer.Country is { } country ? [country] : []);
        AddTexts(FieldCatalog.Tags, customer => customer.Tags);
        foreach (var key in AttributeKeys())
        {
            var field = FieldCatalog.Attribute(key);
            AddNumbers(field, customer => (double?)Attribute(customer, key)?.Number);
            AddTexts(field, customer => Attribute(customer, key)?.Text is { } text ? [text] : []);
            AddFlags(field, customer => Attribute(customer, key)?.Flag);
        }

        return found;
    }

    private static AttributeValue? Attribute(Customer customer, string key) =>
        customer.Attributes.TryGetValue(key, out var value) ? value : null;

    private IEnumerable<string> AttributeKeys() => sample.People.SelectMany(customer => customer.Attributes.Keys)
        .CountBy(key => key)
        .Where(
            key => key.Value >= MinShare * sample.People.Count
                && !PersonalWords.Any(word => key.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
        .OrderByDescending(key => key.Value).ThenBy(key => key.Key, StringComparer.Ordinal)
        .Take(MostAttributes)
        .Select(key => key.Key);

    private void AddNumbers(Field field, Func<Customer, double?> valueOf)
    {
        var values = Values(valueOf);
        foreach (var limit in Limits(values, Readable.Round))
        {
            Add(field, RuleOperator.Gte, new NumberValue(limit), place => values[place] >= limit);
            Add(field, RuleOperator.Lt, new NumberValue(limit), place => values[place] < limit);
        }
    }

    private void AddDaysAgo(Field field, Func<Customer, DateTimeOffset?> timeOf)
    {
        var times = Values(customer => timeOf(customer)?.ToUnixTimeMilliseconds());
        var days = Values(customer => (time.Now - timeOf(customer))?.TotalDays);
        foreach (var limit in Limits(days, value => Math.Max(1, Math.Round(Readable.Round(value, value < 1000 ? 2 : 3)))))
        {
            AddDate(field, new AgoValue((int)limit, AgoUnit.Days), times);
        }
    }

    private void AddDates(Field field, Func<Customer, DateTimeOffset?> timeOf)
    {
        var times = Values(customer => timeOf(customer)?.ToUnixTimeMilliseconds());
        var days = Values(customer => timeOf(customer) is { } at ? time.DayOf(at).DayNumber : null);
        foreach (var limit in Limits(days, day => FirstOfMonth((int)day).DayNumber))
        {
            AddDate(field, new DayValue(DateOnly.FromDayNumber((int)limit)), times);
        }

        static DateOnly FirstOfMonth(int day)
        {
            var near = DateOnly.FromDayNumber(Math.Min(day + 15, DateOnly.MaxValue.DayNumber));
            return new DateOnly(near.Year, near.Month, 1);
        }
    }

    private void AddDate(Field field, RuleValue value, double[] times)
    {
        var first = time.StretchOf(value).First;
        Add(field, RuleOperator.Gte, value, place => times[place] >= first);
        Add(field, RuleOperator.Lt, value, place => times[place] < first);
    }

    private void AddTexts(Field field, Func<Customer, IEnumerable<string>> textsOf)
    {
        HashSet<string>[] keys = [.. sample.People.Select(customer => textsOf(customer).Select(TextKey.Of).ToHashSet())];
        var values = Shared(place => keys[place]);
        var spelled = sample.People.SelectMany(textsOf).CountBy(text => text).GroupBy(text => TextKey.Of(text.Key))
            .ToDictionary(
                same => same.Key,
                same => same.OrderByDescending(text => text.Value).ThenBy(text => text.Key, StringComparer.Ordinal).First().Key);
        foreach (var (key, _) in values)
        {
            Add(field, RuleOperator.Eq, new TextValue(spelled[key]), place => keys[place].Contains(key));
        }

        string[] enriched =
        [
            .. values.Where(value => value.Enrichment >= MinEnrichment)
                .OrderByDescending(value => value.Enrichment)
                .ThenBy(value => value.Key, StringComparer.Ordinal)
                .Take(MostListed)
                .Select(value => value.Key)
        ];
        if (enriched.Length > 1)
        {
            Add(
                field,
                RuleOperator.In,
                [.. enriched.Order(StringComparer.Ordinal).Select(key => new TextValue(spelled[key]))],
                place => keys[place].Overlaps(enriched));
        }
    }

    private void AddFlags(Field field, Func<Customer, bool?> flagOf)
    {
        foreach (var flag in (bool[])[true, false])
        {
            Add(field, RuleOperator.Eq, new FlagValue(flag), place => flagOf(sample.People[place]) == flag);
        }
    }

    /// <summary>The values that enough of the searched members have, and how much more often these have them.</summary>
    private (string Key, double Enrichment)[] Shared(Func<int, IEnumerable<string>> keysOf)
    {
        var members = new Dictionary<string, int>();
        var others = new Dictionary<string, int>();
        foreach (
            var (place, count) in Places(sample.Searched.Members)
                .Select(place => (place, members))
                .Concat(Places(sample.Searched.Others).Select(place => (place, others))))
        {
            foreach (var key in keysOf(place))
            {
                count[key] = count.GetValueOrDefault(key) + 1;
            }
        }

        return
        [
            .. members
                .Where(
                    value => value.Value >= Math.Max(MinShared, MinShare * sample.Searched.MemberCount)
                        && value.Key.Length is > 0 and <= RuleLimits.MaxTextLength
                        && !value.Key.Any(char.IsControl))
                .OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal)
                .Take(MostValues)
                .Select(
                    value =>
                        (
                            value.Key,
                            (double)value.Value / sample.Searched.MemberCount * sample.Searched.OtherCount / (
                                others.GetValueOrDefault(value.Key) + 1))),
        ];
    }

    /// <summary>NaN, which is neither above nor below anything, where there is none.</summary>
    private double[] Values(Func<Customer, double?> valueOf) => [.. sample.People.Select(customer => valueOf(customer) ?? double.NaN)];

    private IEnumerable<double> Limits(double[] values, Func<double, double> round)
    {
        var limits = new SortedSet<double>();
        foreach (var half in (PeopleSet[])[sample.Searched.Members, sample.Searched.Others])
        {
            var sorted = Places(half).Select(place => values[place]).Where(value => !double.IsNaN(value)).Order().ToArray();
            if (sorted.Distinct().Take(MostValues + 1).Count() <= MostValues)
            {
                limits.UnionWith(sorted.Select(round));
            }
            else
            {
                limits.UnionWith(Shares.Select(share => round(sorted[(int)(share * (sorted.Length - 1))])));
            }
        }

        return limits;
    }

    private IEnumerable<int> Places(PeopleSet people) => Enumerable.Range(0, sample.People.Count).Where(people.Contains);

    private void Add(Field field, RuleOperator @operator, RuleValue value, Func<int, bool> holds) => Add(field, @operator, [value], holds);

    private void Add(Field field, RuleOperator @operator, EquatableList<RuleValue> values, Func<int, bool> holds)
    {
        if (leftOut.Contains(field.Name))
        {
            return;
        }

        var people = PeopleSet.Of(sample.People.Count, holds);
        if (people.Count() is var count && count >= MinShared && count < sample.People.Count)
        {
            found.Add(new Condition(new FieldTest(field, @operator, values), people));
        }
    }
}
