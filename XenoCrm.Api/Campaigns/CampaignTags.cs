using XenoCrm.Data.Rules;

namespace XenoCrm.Api.Campaigns;

/// <summary>
/// What a campaign is about, read off its rule. A tag says something that holds for every recipient: both sides of an AND count, of an OR
/// only what its sides have in common, and a NOT turns a test round where nobody can lack the field. The same rule has the same tags.
/// </summary>
internal static class CampaignTags
{
    public const string Broadcast = "broadcast";
    public const string WinBack = "win-back";
    public const string Active = "active";
    public const string NewCustomers = "new-customers";
    public const string LongStanding = "long-standing";
    public const string NeverOrdered = "never-ordered";
    public const string OneTime = "one-time";
    public const string Repeat = "repeat";
    public const string Loyal = "loyal";
    public const string HighValue = "high-value";
    public const string LowSpend = "low-spend";
    public const string Local = "local";
    public const string HandPicked = "hand-picked";
    public const string Targeted = "targeted";

    private const int LapsedDays = 30;
    private const int FreshDays = 90;
    private const int LongDays = 365;
    private const int LoyalOrders = 3;

    /// <summary>The vocabulary, in the order in which tags are given.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Broadcast, WinBack, Active, NewCustomers, LongStanding, NeverOrdered, OneTime, Loyal, Repeat, HighValue, LowSpend, Local, HandPicked, Targeted,
    ];

    /// <param name="rule">Whom the campaign selects.</param>
    /// <param name="at">When it is created; "new" and "lapsed" count from there.</param>
    public static IReadOnlyList<string> Of(Rule rule, DateTimeOffset at)
    {
        var tags = TagsOf(rule, isNegated: false, at);
        if (tags.Contains(Loyal))
        {
            tags.Remove(Repeat);
        }

        if (tags.Contains(WinBack))
        {
            tags.Remove(Active);
        }

        return tags.Count == 0 ? [Targeted] : [.. All.Where(tags.Contains)];
    }

    private static HashSet<string> TagsOf(Rule rule, bool isNegated, DateTimeOffset at) => (rule, isNegated) switch
    {
        (Everyone, _) => [Broadcast],
        (Not not, _) => TagsOf(not.Rule, !isNegated, at),
        (AllOf all, false) => Union(all.Rules, isNegated, at),
        (AnyOf any, true) => Union(any.Rules, isNegated, at),
        (AllOf all, true) => Intersection(all.Rules, isNegated, at),
        (AnyOf any, false) => Intersection(any.Rules, isNegated, at),
        (FieldTest test, false) => [.. TagsOf(test, at)],
        (FieldTest test, true) => Reversed(test) is { } reversed ? [.. TagsOf(reversed, at)] : [],
        _ => [],
    };

    private static HashSet<string> Union(EquatableList<Rule> rules, bool isNegated, DateTimeOffset at) => [.. rules.SelectMany(rule => TagsOf(rule, isNegated, at))];

    private static HashSet<string> Intersection(EquatableList<Rule> rules, bool isNegated, DateTimeOffset at) =>
        [.. rules.Select(rule => TagsOf(rule, isNegated, at)).Aggregate<IEnumerable<string>>((common, tags) => common.Intersect(tags))];

    /// <summary>The test that passes exactly where this one fails. A field that may be absent has none but for whether it is there.</summary>
    private static FieldTest? Reversed(FieldTest test)
    {
        if (test is { Operator: RuleOperator.Exists, Value: FlagValue flag })
        {
            return test with { Values = [new FlagValue(!flag.Flag)] };
        }

        var isAlwaysThere = test.Field == FieldCatalog.TotalSpend || test.Field == FieldCatalog.OrderCount || test.Field == FieldCatalog.CreatedAt;
        return test.Operator switch
        {
            RuleOperator.Ne => test with { Operator = RuleOperator.Eq },
            RuleOperator.Nin => test with { Operator = RuleOperator.In },
            RuleOperator.Gt when isAlwaysThere => test with { Operator = RuleOperator.Lte },
            RuleOperator.Gte when isAlwaysThere => test with { Operator = RuleOperator.Lt },
            RuleOperator.Lt when isAlwaysThere => test with { Operator = RuleOperator.Gte },
            RuleOperator.Lte when isAlwaysThere => test with { Operator = RuleOperator.Gt },
            _ => null,
        };
    }

    private static IEnumerable<string> TagsOf(FieldTest test, DateTimeOffset at) => test.Field.Name switch
    {
        "orderCount" => OfOrders(test),
        "totalSpend" or "averageOrderValue" => OfSpend(test),
        "daysSinceLastOrder" => OfDays(test),
        "lastOrderAt" => OfLastOrder(test, at),
        "firstOrderAt" or "createdAt" => OfBeginning(test, at),
        "city" or "country" when IsNamed(test) => [Local],
        "tags" when IsNamed(test) => [HandPicked],
        _ => [],
    };

    private static IEnumerable<string> OfOrders(FieldTest test)
    {
        var (least, most) = Limits(test, isWhole: true);
        return (least, most) switch
        {
            ( >= LoyalOrders, _) => [Loyal, Repeat],
            ( >= 2, _) => [Repeat],
            (1, 1) => [OneTime],
            (_, 0) => [NeverOrdered],
            _ => [],
        };
    }

    private static IEnumerable<string> OfSpend(FieldTest test) => Limits(test, isWhole: false) switch
    {
        ( > 0, double.PositiveInfinity) => [HighValue],
        (double.NegativeInfinity, < double.PositiveInfinity) => [LowSpend],
        _ => [],
    };

    private static IEnumerable<string> OfDays(FieldTest test) => Limits(test, isWhole: true) switch
    {
        ( >= LapsedDays, _) => [WinBack],
        (_, <= FreshDays) => [Active],
        _ => [],
    };

    private static IEnumerable<string> OfLastOrder(FieldTest test, DateTimeOffset at) => test.Operator switch
    {
        RuleOperator.Exists => test.Value == new FlagValue(false) ? [NeverOrdered] : [],
        RuleOperator.Lt or RuleOperator.Lte when When(test, at) <= at.AddDays(-LapsedDays) => [WinBack],
        RuleOperator.Gt or RuleOperator.Gte when When(test, at) >= at.AddDays(-FreshDays) => [Active],
        _ => [],
    };

    private static IEnumerable<string> OfBeginning(FieldTest test, DateTimeOffset at) => test.Operator switch
    {
        RuleOperator.Gt or RuleOperator.Gte when When(test, at) >= at.AddDays(-FreshDays) => [NewCustomers],
        RuleOperator.Lt or RuleOperator.Lte when When(test, at) <= at.AddDays(-LongDays) => [LongStanding],
        _ => [],
    };

    private static bool IsNamed(FieldTest test) => test.Operator is RuleOperator.Eq or RuleOperator.In or RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith;

    private static DateTimeOffset When(FieldTest test, DateTimeOffset at) => test.Value is AgoValue ago ? ago.Before(at) : ((DateValue)test.Value).At;

    // Between what every number that passes lies. Of whole numbers, more than 2 is 3 at least.
    private static (double Least, double Most) Limits(FieldTest test, bool isWhole)
    {
        if (test.Value is not NumberValue { Number: var number })
        {
            return (double.NegativeInfinity, double.PositiveInfinity);
        }

        var step = isWhole ? 1 : 0;
        return test.Operator switch
        {
            RuleOperator.Eq => (number, number),
            RuleOperator.In => (test.Values.OfType<NumberValue>().Min(value => value.Number), test.Values.OfType<NumberValue>().Max(value => value.Number)),
            RuleOperator.Gt => (number + step, double.PositiveInfinity),
            RuleOperator.Gte => (number, double.PositiveInfinity),
            RuleOperator.Lt => (double.NegativeInfinity, number - step),
            RuleOperator.Lte => (double.NegativeInfinity, number),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
    }
}
