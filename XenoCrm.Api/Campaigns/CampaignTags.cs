using XenoCrm.Core.Rules;

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
        Broadcast, WinBack, Active, NewCustomers, LongStanding, NeverOrdered, OneTime, Loyal, Repeat, HighValue, LowSpend, Local,
        HandPicked, Targeted,
    ];

    /// <param name="rule">Whom the campaign selects.</param>
    /// <param name="time">When it is created; "new" and "lapsed" count from there.</param>
    public static IReadOnlyList<string> Of(Rule rule, RuleTime time)
    {
        var tags = TagsOf(rule, isNegated: false, time);
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

    private static HashSet<string> TagsOf(Rule rule, bool isNegated, RuleTime time) => (rule, isNegated) switch
    {
        (Everyone, _) => [Broadcast],
        (Not not, _) => TagsOf(not.Rule, !isNegated, time),
        (AllOf all, false) => Union(all.Rules, isNegated, time),
        (AnyOf any, true) => Union(any.Rules, isNegated, time),
        (AllOf all, true) => Intersection(all.Rules, isNegated, time),
        (AnyOf any, false) => Intersection(any.Rules, isNegated, time),
        (FieldTest test, false) => [.. TagsOf(test, time)],
        (OrdersTest orders, false) => [.. TagsOf(orders, time)],
        (FieldTest test, true) => Reversed(test) is { } reversed ? [.. TagsOf(reversed, time)] : [],
        _ => [],
    };

    private static HashSet<string> Union(EquatableList<Rule> rules, bool isNegated, RuleTime time) =>
        [.. rules.SelectMany(rule => TagsOf(rule, isNegated, time))];

    private static HashSet<string> Intersection(EquatableList<Rule> rules, bool isNegated, RuleTime time) =>
        [.. rules.Select(rule => TagsOf(rule, isNegated, time)).Aggregate<IEnumerable<string>>((common, tags) => common.Intersect(tags))];

    /// <summary>
    /// The test that passes exactly where this one fails. A field that may be absent has none but for whether it is there.
    /// </summary>
    private static FieldTest? Reversed(FieldTest test)
    {
        if (test is { Operator: RuleOperator.Exists, Value: FlagValue flag })
        {
            return test with { Values = [new FlagValue(!flag.Flag)] };
        }

        var isAlwaysThere = test.Field == FieldCatalog.TotalSpend
            || test.Field == FieldCatalog.OrderCount
            || test.Field == FieldCatalog.CreatedAt;
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

    private static IEnumerable<string> TagsOf(FieldTest test, RuleTime time) => test.Field.Name switch
    {
        "orderCount" => OfOrders(test),
        "totalSpend" or "averageOrderValue" => OfSpend(test),
        "daysSinceLastOrder" => OfDays(test),
        "lastOrderAt" => OfLastOrder(test, time),
        "firstOrderAt" or "createdAt" => OfBeginning(test, time),
        "city" or "country" when IsNamed(test) => [Local],
        "tags" when IsNamed(test) => [HandPicked],
        _ => [],
    };

    /// <summary>
    /// Of chosen orders a lower limit holds of all of them too, an upper one only where every order is chosen; when they were placed
    /// says something of people who must have placed one. When the last one was says more.
    /// </summary>
    private static IEnumerable<string> TagsOf(OrdersTest orders, RuleTime time)
    {
        var limits = orders.Limits.SelectMany(limit => limit.Field == OrderFields.Count ? OfOrders(limit) : OfSpend(limit));
        var tags = orders.Where.Count == 0 ? limits : limits.Where(tag => tag is Loyal or Repeat or HighValue);
        if (orders.IsLast)
        {
            tags = orders.WhenLast.Tests().SelectMany(test => OfLastOrder(test, time));
        }

        return !orders.Limits.Any(NeedsAnOrder) ? tags : tags.Concat(orders.Where
            .Where(test => test.Field == OrderFields.PlacedAt)
            .SelectMany(test => test.Operator switch
            {
                RuleOperator.Gt or RuleOperator.Gte => OfLastOrder(test, time),
                RuleOperator.Lt or RuleOperator.Lte => OfBeginning(test, time),
                _ => [],
            }));
    }

    // Of refunds alone the sum is below 0, and there is no average.
    private static bool NeedsAnOrder(FieldTest limit) =>
        limit.Field == OrderFields.Count ? Limits(limit, isWhole: true).Least >= 1
        : limit.Field == OrderFields.Sum ? Limits(limit, isWhole: false).Least > 0
        : limit.Operator is not (RuleOperator.Ne or RuleOperator.Nin or RuleOperator.Exists);

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

    private static IEnumerable<string> OfLastOrder(FieldTest test, RuleTime time) => test.Operator switch
    {
        RuleOperator.Exists => test.Value == new FlagValue(false) ? [NeverOrdered] : [],
        RuleOperator.Lt or RuleOperator.Lte when Bound(test, time) <= Ago(LapsedDays, time) => [WinBack],
        RuleOperator.Gt or RuleOperator.Gte when Bound(test, time) >= Ago(FreshDays, time) => [Active],
        _ => [],
    };

    private static IEnumerable<string> OfBeginning(FieldTest test, RuleTime time) => test.Operator switch
    {
        RuleOperator.Gt or RuleOperator.Gte when Bound(test, time) >= Ago(FreshDays, time) => [NewCustomers],
        RuleOperator.Lt or RuleOperator.Lte when Bound(test, time) <= Ago(LongDays, time) => [LongStanding],
        _ => [],
    };

    private static bool IsNamed(FieldTest test) =>
        test.Operator is RuleOperator.Eq or RuleOperator.In or RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith;

    // The first moment that passes, or the last one; of "before" the first one that does not, which is as good.
    private static long Bound(FieldTest test, RuleTime time)
    {
        var stretch = time.StretchOf(test.Value);
        return test.Operator switch
        {
            RuleOperator.Gt => stretch.Next,
            RuleOperator.Lte => stretch.Next - 1,
            _ => stretch.First,
        };
    }

    private static long Ago(int days, RuleTime time) => time.Before(new AgoValue(days, AgoUnit.Days)).ToUnixTimeMilliseconds();

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
            RuleOperator.In =>
                (
                    test.Values.OfType<NumberValue>().Min(value => value.Number),
                    test.Values.OfType<NumberValue>().Max(value => value.Number)),
            RuleOperator.Gt => (number + step, double.PositiveInfinity),
            RuleOperator.Gte => (number, double.PositiveInfinity),
            RuleOperator.Lt => (double.NegativeInfinity, number - step),
            RuleOperator.Lte => (double.NegativeInfinity, number),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
    }
}
