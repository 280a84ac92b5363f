using System.Text.Json;
using XenoCrm.Core.Text;

namespace XenoCrm.Core.Rules;

/// <summary>
/// Reads one rule. Whatever the grammar does not have is refused: a rule that was misread would write to the wrong people.
/// </summary>
internal sealed class RuleParser
{
    private int nodes;

    private readonly bool isStored;

    private RuleParser(bool isStored) => this.isStored = isStored;

    /// <param name="json">The rule.</param>
    /// <param name="isStored">It was taken once: empty text, which earlier versions let pass, goes on to be read.</param>
    public static Rule Parse(JsonElement json, bool isStored) =>
        new RuleParser(isStored).ParseRule(json, new RulePath(RulePath.Root), depth: 1);

    private Rule ParseRule(JsonElement json, RulePath path, int depth)
    {
        CheckDepth(depth, path);
        var members = RuleMembers.Read(json, path, """a rule, such as {"orderCount": {"$gte": 3}}""");
        if (members.Count == 0)
        {
            throw path.Error("""Expected a rule, found an empty object. If everybody is meant, say {"$everyone": true}.""");
        }

        foreach (var (name, value) in members)
        {
            if (name.StartsWith('$'))
            {
                return ParseOperator(name, value, path, members.Count == 1, depth);
            }
        }

        return ParseFields(members, path, depth);
    }

    private Rule ParseOperator(string name, JsonElement json, RulePath parent, bool alone, int depth)
    {
        var path = parent.Member(name);
        if (name is not (RuleSyntax.And or RuleSyntax.Or or RuleSyntax.Not or RuleSyntax.Everyone))
        {
            throw path.Error(RuleSyntax.FindOperator(name) is null
                ? "There is no such operator. A rule is $and, $or, $not, $everyone, or a field with its test."
                : """Expected a field before its operator, such as {"orderCount": {"$gte": 3}}.""");
        }

        if (!alone)
        {
            throw path.Error($"{name} stands alone in its object. Join it with the other tests in the list of an $and.");
        }

        CountNode(path);
        switch (name)
        {
            case RuleSyntax.And:
                return All(ParseRules(json, path, depth));
            case RuleSyntax.Or:
                return Any(ParseRules(json, path, depth));
            case RuleSyntax.Not:
                var denied = ParseRule(json, path, depth + 1);
                return IsNobody(denied)
                    && !isStored
                    ? throw path.Error("""Nobody's text is empty, so this would be everybody. If that is meant, say {"$everyone": true}.""")
                    : new Not(denied);
            default:
                return json.ValueKind == JsonValueKind.True && parent.Text == RulePath.Root
                    ? new Everyone()
                    : throw path.Error("""{"$everyone": true} is the whole rule or no part of it, and its value is true.""");
        }
    }

    private List<Rule> ParseRules(JsonElement json, RulePath path, int depth)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw path.Expected("a list of rules", json);
        }

        if (json.GetArrayLength() == 0)
        {
            throw path.Error("Expected a list of rules, found an empty one.");
        }

        return [.. json.EnumerateArray().Select((item, index) => ParseRule(item, path.Item(index), depth + 1))];
    }

    private Rule ParseFields(List<(string Name, JsonElement Value)> members, RulePath path, int depth)
    {
        var tests = new List<Rule>();
        foreach (var (name, value) in members)
        {
            tests.AddRange(name == RuleSyntax.Orders
                ? [ParseOrders(value, path.Member(name), depth)]
                : ParseField(name, value, path.Member(name)));
        }

        if (!RulePrinter.FitOneObject(tests))
        {
            // Two names of one field: the canonical form has an $and for it, so it counts as one.
            CheckDepth(depth + 1, path);
            CountNode(path);
        }

        return All(tests);
    }

    private OrdersTest ParseOrders(JsonElement json, RulePath path, int depth)
    {
        CountNode(path);
        CheckDepth(depth + 1, path);
        var members = RuleMembers.Read(json, path, """what holds of the orders, such as {"amount": {"$gt": 100}}""");
        if (members.Count == 0)
        {
            throw path.Error("""
                Expected tests on orders, found an empty object. Who has ordered at all is found with {"orderCount": {"$gte": 1}}.
                """);
        }

        var tests = new List<FieldTest>();
        foreach (var (name, value) in members.Where(member => member.Name != RuleSyntax.Last))
        {
            var place = path.Member(name);
            var field = OrderFields.Find(name) ?? throw place.Error(
                $"An order has no such field. Of each order there are {Names(isOfAll: false)}, of those chosen {Names(isOfAll: true)}; "
                    + $"{RuleSyntax.Last} asks of the last order alone.");
            tests.AddRange(ParseTests(field, value, place));
        }

        var orders = new OrdersTest(
            [.. tests.Where(test => !OrderFields.IsOfAll(test.Field))], [.. tests.Where(test => OrderFields.IsOfAll(test.Field))]);
        return members.FindIndex(member => member.Name == RuleSyntax.Last) is var last and >= 0
            ? ParseLast(orders, members[last].Value, path.Member(RuleSyntax.Last))
            : orders;

        static string Names(bool isOfAll) =>
            string.Join(", ", OrderFields.All.Where(field => OrderFields.IsOfAll(field) == isOfAll).Select(field => field.Name));
    }

    private static OrdersTest ParseLast(OrdersTest orders, JsonElement json, RulePath path)
    {
        if (json.ValueKind != JsonValueKind.True)
        {
            throw json.ValueKind == JsonValueKind.False
                ? path.Error($"Expected true. Without {RuleSyntax.Last} any order will do: leave it out.")
                : path.Expected("true", json);
        }

        if (orders.Having.Count > 0)
        {
            throw path.Error(
                $"The last order is one, and {orders.Having[0].Field.Name} says something of several together. Leave one of the two out, "
                    + $"or put each into an {RuleSyntax.Orders} of its own, both in the list of an {RuleSyntax.And}.");
        }

        return orders.Where.Count > 0
            ? orders with { IsLast = true }
            : throw path.Error("""
                Expected a test of the last order beside it, such as "item": "Mug". Who has ordered at all is {"orderCount": {"$gte": 1}}.
                """);
    }

    private IEnumerable<FieldTest> ParseField(string name, JsonElement json, RulePath path)
    {
        if (name == RuleSyntax.LastPurchaseBefore)
        {
            yield return ParseTest(FieldCatalog.LastOrderAt, RuleOperator.Lte, json, path);
            yield break;
        }

        var field = FieldCatalog.Find(name) ?? throw path.Error(
            $"There is no such field. The fields are {string.Join(", ", FieldCatalog.All.Select(known => known.Name))}, "
                + $"{RuleSyntax.Orders} and attributes.<key>.");
        foreach (var test in ParseTests(field, json, path))
        {
            yield return test;
        }
    }

    private IEnumerable<FieldTest> ParseTests(Field field, JsonElement json, RulePath path)
    {
        if (json.ValueKind != JsonValueKind.Object || RuleValueParser.IsAgo(json, path, out _))
        {
            // The seed's shorthand: a bare amount of money is the least that was spent.
            yield return ParseTest(field, field == FieldCatalog.TotalSpend ? RuleOperator.Gte : RuleOperator.Eq, json, path);
            yield break;
        }

        var members = RuleMembers.Read(json, path, "a test");
        if (members.Count == 0)
        {
            throw path.Error("Expected a value, or an operator with its value, found an empty object.");
        }

        foreach (var (operatorName, operand) in members)
        {
            var place = path.Member(operatorName);
            var @operator = RuleSyntax.FindOperator(operatorName) ?? throw place.Error(
                $"There is no such operator. {field.Name} takes {RuleSyntax.OperatorsOf(field)}.");
            yield return ParseTest(field, @operator, operand, place);
        }
    }

    private FieldTest ParseTest(Field field, RuleOperator @operator, JsonElement json, RulePath path)
    {
        CountNode(path);
        if (!RuleSyntax.Takes(field, @operator))
        {
            throw path.Error($"{field.Name} does not take {RuleSyntax.Name(@operator)}. It takes {RuleSyntax.OperatorsOf(field)}.");
        }

        if (@operator == RuleOperator.Top)
        {
            return new FieldTest(field, @operator, RuleValueParser.ParseRank(json, path));
        }

        if (@operator == RuleOperator.Anniversary)
        {
            return new FieldTest(field, @operator, RuleValueParser.ParseWithin(json, path));
        }

        if (field.AttributeKey is not null && RuleSyntax.IsOrder(@operator))
        {
            return new FieldTest(field, @operator, RuleValueParser.ParseNumberOrDate(json, path));
        }

        var type = RuleSyntax.ValueType(field.Type, @operator);
        var isList = @operator is RuleOperator.In or RuleOperator.Nin;
        EquatableList<RuleValue> values = isList ? RuleValueParser.ParseList(json, type, path) : [RuleValueParser.Parse(json, type, path)];
        var test = new FieldTest(field, @operator, values);
        if (!isStored && test.Values.ToList().FindIndex(IsEmpty) is var empty and >= 0)
        {
            var place = isList ? path.Item(empty) : path;
            if (((TextValue)test.Values[empty]).Text.Length > 0)
            {
                throw place.Error("Expected text with something in it besides white space and characters that cannot be seen.");
            }

            if (@operator != RuleOperator.Eq || field == OrderFields.Item)
            {
                // It is a part of every text, and not equal to anybody's: everybody, without saying so.
                throw place.Error("""Expected text that is not empty. Who has nothing there is found with {"$exists": false}.""");
            }
        }

        return test;
    }

    // Equal to empty text: an attribute may be, but no field of ours, whose empty values are absent.
    private static bool IsNobody(Rule rule) => rule switch
    {
        AllOf all => all.Rules.Any(IsNobody),
        AnyOf any => any.Rules.All(IsNobody),
        FieldTest { Operator: RuleOperator.Eq, Field.AttributeKey: null } test => IsEmpty(test.Value),
        _ => false,
    };

    private static bool IsEmpty(RuleValue value) => value is TextValue { Text: var text } && TextKey.Of(text).Length == 0;

    private static Rule All(List<Rule> rules) =>
        rules is [var only]
            ? only
            : new AllOf(new EquatableList<Rule>([.. rules.SelectMany(rule => rule is AllOf all ? all.Rules : [rule])]));

    private static Rule Any(List<Rule> rules) =>
        rules is [var only]
            ? only
            : new AnyOf(new EquatableList<Rule>([.. rules.SelectMany(rule => rule is AnyOf any ? any.Rules : [rule])]));

    private static void CheckDepth(int depth, RulePath path)
    {
        if (depth > RuleLimits.MaxDepth)
        {
            throw path.Error($"Expected at most {RuleLimits.MaxDepth} levels of rules inside one another.");
        }
    }

    private void CountNode(RulePath path)
    {
        if (++nodes > RuleLimits.MaxNodes)
        {
            throw path.Error($"Expected at most {RuleLimits.MaxNodes} tests and operators in one rule; this is one more.");
        }
    }
}
