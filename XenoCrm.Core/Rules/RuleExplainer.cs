using System.Globalization;

namespace XenoCrm.Core.Rules;

/// <summary>
/// Says a rule in plain English: "Customers whose city is “Pune” and with at least 3 orders." It is made from the rule
/// alone, whoever wrote that, so that a person sees what will be done and not what was meant.
/// </summary>
public static class RuleExplainer
{
    private const int MostValues = 10;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Explain(Rule rule) => rule is Everyone ? "All customers." : $"Customers {Phrase(rule)}.";

    /// <summary>One condition: <c>whose city is “Pune”</c>.</summary>
    public static string Condition(Rule test) => Phrase(test);

    private static string Phrase(Rule rule) => rule switch
    {
        AllOf all => string.Join(" and ", Grouped(all.Rules).Select(part => part is [FieldTest] or [_, _] ? Tests(part) : Nested(part[0]))),
        AnyOf any => string.Join(" or ", any.Rules.Select(Nested)),
        Not not => $"not ({Phrase(not.Rule)})",
        FieldTest test => Tests([test]),
        OrdersTest orders => OfOrders(orders),
        Everyone => "of any kind",
        _ => "",
    };

    private static string Nested(Rule rule) => rule is AllOf or AnyOf ? $"({Phrase(rule)})" : Phrase(rule);

    // A lower and an upper limit of one field are said together.
    private static IEnumerable<Rule[]> Grouped(EquatableList<Rule> rules)
    {
        for (var index = 0; index < rules.Count; index++)
        {
            if (index + 1 < rules.Count && rules[index] is FieldTest low && rules[index + 1] is FieldTest high && low.Field == high.Field
                && low.Operator is RuleOperator.Gt or RuleOperator.Gte && high.Operator is RuleOperator.Lt or RuleOperator.Lte)
            {
                yield return [low, high];
                index++;
            }
            else
            {
                yield return [rules[index]];
            }
        }
    }

    private static string Tests(Rule[] rules)
    {
        var tests = rules.Cast<FieldTest>().ToArray();
        var field = tests[0].Field;
        return field.Type switch
        {
            FieldType.Flag =>
                tests[0].Value == new FlagValue(true) == (tests[0].Operator is not (RuleOperator.Ne or RuleOperator.Nin))
                    ? "who are unsubscribed"
                    : "who are still subscribed",
            _ when tests[0].Operator == RuleOperator.Exists => Exists(field, tests[0].Value == new FlagValue(true)),
            _ when tests[0].Value is RankValue rank =>
                $"whose {(field == FieldCatalog.OrderCount ? "number of orders" : "total spend")} "
                    + $"is among the highest {Written(rank)} of all",
            FieldType.Date => $"{Subject(field)} {Times(tests)}",
            _ when tests[0].Value is WithinValue within => $"{Subject(field)} has its anniversary {(within.Days == 0 ? "today"
                : $"within the next {Span(new AgoValue(within.Days, AgoUnit.Days))}")}",
            FieldType.Any when tests[0].IsDateOfAttribute => $"{Subject(field)} is {Times(tests)}",
            FieldType.TextSet => Tagged(tests[0]),
            _ when field == FieldCatalog.OrderCount => tests is [{ Operator: RuleOperator.Eq, Value: NumberValue { Number: 0 } }]
                ? "who have never ordered" : $"with {Numbers(tests)} {(IsOne(tests) ? "order" : "orders")}",
            _ when field == FieldCatalog.DaysSinceLastOrder =>
                $"with {Numbers(tests)} {(IsOne(tests) ? "day" : "days")} since the last order",
            FieldType.Number => $"{Subject(field)} is {Numbers(tests)}",
            _ => $"{Subject(field)} {string.Join(" and ", tests.Select(Compared))}",
        };
    }

    private static bool IsOne(FieldTest[] tests) => tests is [{ Values: [NumberValue { Number: 1 }] }];

    private static string Subject(Field field) => field switch
    {
        { AttributeKey: { } key } => $"whose attribute {Quoted(key)}",
        _ when field == FieldCatalog.Email => "whose e-mail address",
        _ when field == FieldCatalog.Phone => "whose phone number",
        _ when field == FieldCatalog.TotalSpend => "whose total spend",
        _ when field == FieldCatalog.AverageOrderValue => "whose average order value",
        _ when field == FieldCatalog.LastOrderAt => "whose last order was",
        _ when field == FieldCatalog.FirstOrderAt => "whose first order was",
        _ when field == FieldCatalog.CreatedAt => "who joined",
        _ => $"whose {field.Name}",
    };

    private static string OfOrders(OrdersTest test)
    {
        if (test.IsLast)
        {
            return $"whose last order {string.Join(" and ", ByField(test.Where).SelectMany(OfLast))}";
        }

        var chosen = string.Concat(ByField(test.Where).Select(tests => " " + Chosen(tests)));
        var count = test.Having.Where(part => part.Field == OrderFields.Count).ToArray();
        if (count.Length < test.Having.Count || count.Any(IsPresence))
        {
            return $"whose orders{chosen} {string.Join(" and ", test.Having.GroupBy(part => part.Field).SelectMany(Together))}";
        }

        return count switch
        {
            [] => $"with an order{chosen}",
            [{ Operator: RuleOperator.Eq, Value: NumberValue { Number: 0 } }] => $"without an order{chosen}",
            _ => $"with {Numbers(count)} {(IsOne(count) ? "order" : "orders")}{chosen}",
        };
    }

    // In the order in which the documents list them.
    private static IEnumerable<FieldTest[]> ByField(EquatableList<FieldTest> tests) => OrderFields.All
        .Select(field => tests.Where(test => test.Field == field).ToArray())
        .Where(ofField => ofField.Length > 0);

    /// <summary>What holds of the last order: <c>was more than 90 days ago</c>, <c>has “Mug” in it</c>.</summary>
    private static IEnumerable<string> OfLast(FieldTest[] tests) => tests[0].Field switch
    {
        _ when tests[0].Field == OrderFields.Item => tests.Select(HasItem),
        _ when tests.Any(IsPresence) => tests.SelectMany(test => !IsPresence(test) ? OfLast([test])
            : [test.Value == new FlagValue(true) ? "is of any kind" : "is of no kind"]),
        { Type: FieldType.Date } => [$"was {Times(tests)}"],
        _ => [$"came to {Numbers(tests)}"],
    };

    private static string HasItem(FieldTest test) => test.Operator switch
    {
        RuleOperator.Exists => test.Value == new FlagValue(true) ? "has known items" : "has no known items",
        RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith => $"has an item that {Compared(test)}",
        RuleOperator.Ne or RuleOperator.Nin => $"does not have {List(test.Values)} in it",
        _ => $"has {List(test.Values)} in it",
    };

    /// <summary>What holds of the chosen orders: <c>come to more than 5,000</c>.</summary>
    private static IEnumerable<string> Together(IGrouping<Field, FieldTest> tests)
    {
        var (verb, noun) = tests.Key == OrderFields.Count ? ("are", "a number")
            : tests.Key == OrderFields.Sum ? ("come to", "a sum")
            : ("average", "an average");
        var presence = tests.Where(IsPresence).Select(test => test.Value == new FlagValue(true) ? $"have {noun}" : $"do not have {noun}");
        FieldTest[] limits = [.. tests.Where(test => !IsPresence(test))];
        return limits.Length == 0 ? presence : presence.Append($"{verb} {Numbers(limits)}");
    }

    private static string Chosen(FieldTest[] tests) => tests[0].Field switch
    {
        _ when tests[0].Field == OrderFields.Item => string.Join(" and ", tests.Select(WithItem)),
        _ when tests.Any(IsPresence) => string.Join(" ", tests.Select(
            test => !IsPresence(test) ? Chosen([test]) : test.Value == new FlagValue(true) ? "of any kind" : "of no kind")),
        { Type: FieldType.Date } => Times(tests),
        _ => $"of {Numbers(tests)}",
    };

    private static bool IsPresence(FieldTest test) => test.Operator == RuleOperator.Exists;

    private static string WithItem(FieldTest test) => test.Operator switch
    {
        RuleOperator.Exists => test.Value == new FlagValue(true) ? "with known items" : "without known items",
        RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith => $"with an item that {Compared(test)}",
        RuleOperator.Ne or RuleOperator.Nin => $"without the item {List(test.Values)}",
        _ => $"with the item {List(test.Values)}",
    };

    private static string Exists(Field field, bool exists) => field switch
    {
        { AttributeKey: { } key } => $"whose attribute {Quoted(key)} is {(exists ? "known" : "not known")}",
        _ when field == FieldCatalog.Phone => exists ? "who have a phone number" : "who have no phone number",
        _ when field == FieldCatalog.Email => exists ? "who have an e-mail address" : "who have no e-mail address",
        _ when field == FieldCatalog.Tags => exists ? "who have tags" : "without tags",
        _ when field.Type == FieldType.Text => $"whose {field.Name} is {(exists ? "known" : "not known")}",
        _ when field == FieldCatalog.TotalSpend || field == FieldCatalog.OrderCount || field == FieldCatalog.CreatedAt =>
            exists ? "of any kind" : "of no kind",
        _ => exists ? "who have ordered" : "who have never ordered",
    };

    private static string Numbers(FieldTest[] tests) => tests switch
    {
        [{ Operator: RuleOperator.Gte } low, { Operator: RuleOperator.Lte } high] =>
            $"between {Written(low.Value)} and {Written(high.Value)}",
        _ => string.Join(" and ", tests.Select(Number)),
    };

    private static string Number(FieldTest test) => test.Operator switch
    {
        RuleOperator.Gt => "more than ",
        RuleOperator.Gte => "at least ",
        RuleOperator.Lt when test.Field == FieldCatalog.OrderCount || test.Field == FieldCatalog.DaysSinceLastOrder
            || test.Field == OrderFields.Count => "fewer than ",
        RuleOperator.Lt => "less than ",
        RuleOperator.Lte => "at most ",
        RuleOperator.Ne or RuleOperator.Nin => "not exactly ",
        RuleOperator.Eq => "exactly ",
        _ => "",
    } + List(test.Values);

    private static string Times(FieldTest[] tests) => tests switch
    {
        [{ Operator: RuleOperator.Gte, Value: DayValue first }, { Operator: RuleOperator.Lte, Value: DayValue last }] =>
            $"from {Written(first)} to {Written(last)}",
        _ => string.Join(" and ", tests.Select(When)),
    };

    private static string When(FieldTest test) => (test.Operator, test.Value) switch
    {
        (RuleOperator.In or RuleOperator.Nin or RuleOperator.Eq or RuleOperator.Ne, _) =>
            $"{(test.Operator is RuleOperator.Ne or RuleOperator.Nin ? "not " : "")}{Point(test)} {List(test.Values)}",
        (RuleOperator.Gte, AgoValue { Count: 1 } ago) => $"in the last {Unit(ago)}",
        (RuleOperator.Gte, AgoValue ago) => $"in the last {Span(ago)}",
        (RuleOperator.Gt, AgoValue ago) => $"less than {Span(ago)} ago",
        (RuleOperator.Lt, AgoValue ago) => $"more than {Span(ago)} ago",
        (RuleOperator.Lte, AgoValue ago) => $"at least {Span(ago)} ago",
        (RuleOperator.Gte, var date) => $"since {Written(date)}",
        (RuleOperator.Lt, var date) => $"before {Written(date)}",
        (RuleOperator.Gt, var date) => $"after {Written(date)}",
        (_, DayValue day) => $"on or before {Written(day)}",
        (_, var date) => $"no later than {Written(date)}",
    };

    private static string Point(FieldTest test) => test.Values.All(value => value is DayValue) ? "on" : "exactly at";

    private static string Tagged(FieldTest test) => test.Operator switch
    {
        RuleOperator.Contains or RuleOperator.StartsWith or RuleOperator.EndsWith => $"with a tag that {Compared(test)}",
        RuleOperator.Ne or RuleOperator.Nin => $"not tagged {List(test.Values)}",
        _ => $"tagged {List(test.Values)}",
    };

    private static string Compared(FieldTest test) => test.Operator switch
    {
        RuleOperator.Contains => "contains ",
        RuleOperator.StartsWith => "starts with ",
        RuleOperator.EndsWith => "ends with ",
        RuleOperator.Ne or RuleOperator.Nin => "is not ",
        RuleOperator.Gt => "is more than ",
        RuleOperator.Gte => "is at least ",
        RuleOperator.Lt => "is less than ",
        RuleOperator.Lte => "is at most ",
        _ => "is ",
    } + List(test.Values);

    private static string List(EquatableList<RuleValue> values)
    {
        string[] written = [.. values.Take(MostValues).Select(Written)];
        var rest = values.Count - written.Length;
        return rest > 0 ? $"{string.Join(", ", written)} or {rest} {(rest == 1 ? "other" : "others")}"
            : written.Length == 1 ? written[0]
            : $"{string.Join(", ", written[..^1])} or {written[^1]}";
    }

    private static string Written(RuleValue value) => value switch
    {
        TextValue text => Quoted(text.Text),
        NumberValue { Exact: { } exact } => exact.ToString("#,0.############################", English),
        NumberValue { Number: > -1e15 and < 1e15 } number => number.Number.ToString("#,0.##########", English),
        NumberValue number => number.Number.ToString("R", English),
        RankValue rank => string.Create(English, $"{rank.Number:#,0.####}{(rank.IsPercent ? "%" : "")}"),
        FlagValue flag => flag.Flag ? "true" : "false",
        DayValue { Day: var day } => day.ToString("d MMMM yyyy", English),
        DateValue date => RuleDate.Format(date.At),
        AgoValue ago => $"{Span(ago)} ago",
        _ => "",
    };

    private static string Quoted(string text) => $"“{text}”";

    private static string Span(AgoValue ago) => ago.Count == 1 ? $"a {Unit(ago)}" : string.Create(English, $"{ago.Count} {Unit(ago)}s");

    private static string Unit(AgoValue ago) => ago.Unit switch
    {
        AgoUnit.Days => "day",
        AgoUnit.Weeks => "week",
        AgoUnit.Months => "month",
        _ => "year",
    };
}
