using XenoCrm.Core.Rules;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language;

/// <summary>
/// Random rules of the class that is read back from its own explanation: tests of every field of the catalogue but the
/// attributes, with every operator that fits it (of numbers also a lower and an upper limit together; of dates moments a
/// day long and spans of one unit), joined by AND, OR and NOT, up to four levels inside one another.
/// </summary>
internal sealed class SayableRules(Random random)
{
    private static readonly string[] Cities = ["Mumbai", "Delhi", "Pune", "New York", "Los Angeles"];
    private static readonly string[] Countries = ["India", "France", "Germany", "New Zealand"];
    private static readonly string[] Tags = ["vip", "wholesale", "staff", "gold"];
    private static readonly string[] Names = ["San", "Kumar", "Amit Kumar", "O'Brien", "and", "the", "12"];
    private static readonly string[] Emails = ["@gmail.com", "gmail", ".edu", "ann@example.com", "or"];
    private static readonly string[] Phones = ["+91", "555", "555 01", "020-7"];
    private static readonly double[] Amounts = [0.01, 1, 49.99, 100, 250, 999.5, 1000, 2500, 15_000, 150_000, 1_234_567.25];
    private static readonly double[] Counts = [0, 1, 2, 3, 7, 12, 90, 1000];
    private static readonly Field[] Texts =
        [FieldCatalog.City, FieldCatalog.Country, FieldCatalog.Name, FieldCatalog.Email, FieldCatalog.Phone];

    public Rule Rule(int levels = 4) => (levels > 1 ? random.Next(7) : 0) switch
    {
        0 or 1 or 2 => Test(),
        3 => new Not(Rule(levels - 1)),
        4 or 5 => new AllOf(Parts(levels)),
        _ => new AnyOf(Parts(levels)),
    };

    private EquatableList<Rule> Parts(int levels) => new([.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Rule(levels - 1))]);

    private Rule Test() => random.Next(6) switch
    {
        0 => Number(FieldCatalog.TotalSpend, Amounts),
        1 => Number(random.OneIn(2) ? FieldCatalog.OrderCount : FieldCatalog.DaysSinceLastOrder, Counts),
        2 => Number(FieldCatalog.AverageOrderValue, Amounts),
        3 => Date(random.Pick([FieldCatalog.LastOrderAt, FieldCatalog.FirstOrderAt, FieldCatalog.CreatedAt])),
        4 => random.OneIn(3) ? new FieldTest(FieldCatalog.Unsubscribed, RuleOperator.Eq, new FlagValue(random.OneIn(2))) : Tag(),
        _ => Text(random.Pick(Texts)),
    };

    private Rule Number(Field field, double[] values)
    {
        if (random.OneIn(5))
        {
            var low = random.Pick(values);
            return new AllOf(
            [
                new FieldTest(field, random.OneIn(2) ? RuleOperator.Gt : RuleOperator.Gte, new NumberValue(low)),
                new FieldTest(field, random.OneIn(2)
                    ? RuleOperator.Lt
                    : RuleOperator.Lte, new NumberValue(Math.Round(low + 2 + random.Next(500), 2))),
            ]);
        }

        var @operator =
            random.Pick(
                [RuleOperator.Eq, RuleOperator.Ne, RuleOperator.Gt, RuleOperator.Gte, RuleOperator.Lt, RuleOperator.Lte, RuleOperator.In,
                    RuleOperator.Nin]);
        var count = @operator is RuleOperator.In or RuleOperator.Nin ? random.Next(2, 4) : 1;
        return new FieldTest(field, @operator,
            new EquatableList<RuleValue>(
                [.. values.OrderBy(_ => random.Next()).Take(count).Order().Select(value => new NumberValue(value))]));
    }

    private FieldTest Date(Field field)
    {
        var day = new DateTimeOffset(2016 + random.Next(6), 1 + random.Next(12), 1 + random.Next(28), 0, 0, 0, TimeSpan.Zero);
        RuleValue value = random.Next(5) switch
        {
            0 => new DateValue(day),
            1 or 2 => new DayValue(DateOnly.FromDateTime(day.DateTime)),
            _ => new AgoValue(1 + random.Next(40), random.Pick(Enum.GetValues<AgoUnit>())),
        };
        return new FieldTest(field, random.Pick([RuleOperator.Gt, RuleOperator.Gte, RuleOperator.Lt, RuleOperator.Lte]), value);
    }

    private FieldTest Tag() => random.OneIn(5)
        ? new FieldTest(FieldCatalog.Tags, RuleOperator.Exists, new FlagValue(random.OneIn(2)))
        : Listed(FieldCatalog.Tags, Tags);

    private FieldTest Text(Field field)
    {
        var values = field == FieldCatalog.City
            ? Cities
            : field == FieldCatalog.Country
            ? Countries
            : field == FieldCatalog.Name
            ? Names
            : field == FieldCatalog.Email
            ? Emails
            : Phones;
        return random.Next(3) switch
        {
            0 => new FieldTest(field, RuleOperator.Exists, new FlagValue(random.OneIn(2))),
            1 => new FieldTest(field, random.Pick([RuleOperator.Contains, RuleOperator.StartsWith, RuleOperator.EndsWith]),
                new TextValue(random.Pick(values))),
            _ => Listed(field, values),
        };
    }

    private FieldTest Listed(Field field, string[] values)
    {
        var @operator = random.Pick([RuleOperator.Eq, RuleOperator.Ne, RuleOperator.In, RuleOperator.Nin]);
        var count = @operator is RuleOperator.In or RuleOperator.Nin ? random.Next(2, 4) : 1;
        return new FieldTest(field, @operator,
            new EquatableList<RuleValue>([.. values.OrderBy(_ => random.Next()).Take(count).Select(value => new TextValue(value))]));
    }
}
