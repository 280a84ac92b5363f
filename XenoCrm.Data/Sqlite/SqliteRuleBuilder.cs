using System.Diagnostics;
using XenoCrm.Core;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

/// <summary>
/// Builds the condition. A test on an absent field comes out as NULL, which AND, OR and WHERE take as the false that it
/// is; only a negation would not, so each is written <c>IS NOT TRUE</c>.
/// </summary>
internal sealed class SqliteRuleBuilder(SqliteRuleParameters parameters, RuleTime time)
{
    private readonly SqliteRuleNumbers numbers = new(parameters, time.Now);

    public string Build(Rule rule) => rule switch
    {
        Everyone => "TRUE",
        AllOf all => Join(" AND ", all.Rules.Select(Build)),
        AnyOf any => Join(" OR ", any.Rules.Select(Build)),
        Not not => Negate(Build(not.Rule)),
        FieldTest test => Build(test),
        OrdersTest test => Build(test),
        _ => throw new UnreachableException(),
    };

    // A set of customers, found once, and not customer by customer: an index of the orders has all that is asked of them in the order of
    // the customers. Where the limits hold of nothing too, it is the set of those for whom they do not.
    private string Build(OrdersTest test)
    {
        if (test.IsLast)
        {
            return OfLast(test);
        }

        var (orders, chosen) = new SqliteRuleOrders(Build).Choose(test);
        if (test.Having.Count == 0)
        {
            return $"id IN (SELECT customer_id FROM {orders} WHERE refund_of IS NULL AND {chosen})";
        }

        var totals = "SELECT customer_id, count(*) FILTER (WHERE refund_of IS NULL) AS order_count, sum(amount) AS total_spend "
            + $"FROM {orders} WHERE {chosen} GROUP BY customer_id";
        var limits = Join(" AND ", test.Having.Select(Build));
        return RuleEvaluator.Holds(test, count: 0, sum: 0)
            ? $"id NOT IN (SELECT customer_id FROM ({totals}) WHERE {Negate(limits)})"
            : $"id IN (SELECT customer_id FROM ({totals}) WHERE {limits})";
    }

    // By an item that it has, its orders are found first, which are few. What it lacks is not in the index of the orders, so that it is
    // looked up for each customer's last order alone; the rest is, customer by customer.
    private string OfLast(OrdersTest test)
    {
        if (test.IsOnlyWhenLast)
        {
            return Build(test.WhenLast);
        }

        var (orders, chosen) = new SqliteRuleOrders(Build).Choose(test);
        if (orders != SqliteRuleOrders.Orders)
        {
            return $"(id, last_order_at) IN (SELECT customer_id, placed_at FROM {orders} WHERE refund_of IS NULL AND {chosen})";
        }

        return test.Where.Any(part => part.Field == OrderFields.Item)
            ? $"EXISTS (SELECT 1 FROM {orders} WHERE customer_id = customers.id AND placed_at = last_order_at "
                + $"AND refund_of IS NULL AND {chosen})"
            : $"id IN (SELECT customer_id FROM {orders} WHERE customer_id IS NOT NULL AND refund_of IS NULL "
                + $"GROUP BY customer_id HAVING max(placed_at) = max(placed_at) FILTER (WHERE {chosen}))";
    }

    private string Build(FieldTest test) => test.Operator switch
    {
        RuleOperator.Exists when test.Value is FlagValue { Flag: true } => Present(test.Field),
        RuleOperator.Exists => Negate(Present(test.Field)),
        RuleOperator.Ne => Negate(Positive(test with { Operator = RuleOperator.Eq })),
        RuleOperator.Nin => Negate(Positive(test with { Operator = RuleOperator.In })),
        _ => Positive(test),
    };

    private string Present(Field field) => field switch
    {
        { Type: FieldType.Any } => $"json_type(attributes_key, {AttributePath(field)}) IS NOT NULL",
        { Type: FieldType.TextSet } when field != OrderFields.Item => "json_array_length(tags_key) > 0",
        _ when IsAverage(field) => "order_count > 0",
        _ => $"{Column(field)} IS NOT NULL",
    };

    private string Positive(FieldTest test) => test.Field.Type switch
    {
        _ when test.Value is RankValue rank => Ranked(Column(test.Field), rank),
        FieldType.Text when test.Field == FieldCatalog.Phone =>
            $"EXISTS (SELECT 1 FROM json_each(phone_key) WHERE {TextTest("value", test.Operator, test.Values, PhoneKey)})",
        FieldType.Text => TextTest(Column(test.Field), test.Operator, test.Values),
        FieldType.TextSet when test.Field == OrderFields.Item => TextTest(Column(test.Field), test.Operator, test.Values),
        FieldType.TextSet => Written("tags_key", test, text => SqliteCustomerRow.KeyJson([text]))
            + $"EXISTS (SELECT 1 FROM json_each(tags_key) WHERE {TextTest("value", test.Operator, test.Values)})",
        FieldType.Number when IsAverage(test.Field) => numbers.Average(test),
        FieldType.Number when test.Field == FieldCatalog.DaysSinceLastOrder => numbers.DaysSinceLastOrder(test),
        FieldType.Number => numbers.Whole(Column(test.Field), test, IsMoney(test.Field) ? Money.UnitsPerOne : 1),
        FieldType.Date => DateTest(Column(test.Field), test.Operator, [.. test.Values.Select(time.StretchOf)]),
        FieldType.Flag => Compare(Column(test.Field), test.Operator, [.. test.Values.Select(value => ((FlagValue)value).Flag ? 1L : 0L)]),
        _ => AttributeTest(test),
    };

    // At least what the last of them has; of fewer than so many everybody is one.
    private string Ranked(string column, RankValue rank)
    {
        var count = rank.IsPercent
            ? $"(SELECT (count(*) * {parameters.Add(rank.Parts)} + {RankValue.PartsOfAll - 1}) / {RankValue.PartsOfAll} FROM customers)"
            : parameters.Add((long)rank.Number);
        return $"{column} >= coalesce((SELECT {column} FROM customers ORDER BY {column} DESC LIMIT 1 OFFSET {count} - 1), {column})";
    }

    private string TextTest(
        string text, RuleOperator @operator, IEnumerable<RuleValue> values, Func<string, RuleOperator, string>? keyOf = null)
    {
        string[] keys =
            [.. values.Select(value => ((TextValue)value).Text).Select(value => keyOf?.Invoke(value, @operator) ?? TextKey.Of(value))];
        if (@operator is RuleOperator.Eq or RuleOperator.In)
        {
            return parameters.OneOf(text, keys);
        }

        var key = parameters.Add(keys[0]);
        return @operator switch
        {
            RuleOperator.Contains => $"instr({text}, {key}) > 0",
            RuleOperator.StartsWith => $"substr({text}, 1, length({key})) = {key}",
            RuleOperator.EndsWith => $"substr({text}, length({text}) - length({key}) + 1) = {key}",
            _ => throw new UnreachableException(),
        };
    }

    // Whether the JSON has one text as it is written in it. That is no proof, but most customers who lack it need not be looked at as JSON.
    private string Written(string json, FieldTest test, Func<string, string> write) =>
        test is { Operator: RuleOperator.Eq, Value: TextValue text }
            ? $"instr({json}, {parameters.Add(write(text.Text)[1..^1])}) > 0 AND "
            : "";

    private string AttributeTest(FieldTest test)
    {
        var path = AttributePath(test.Field);
        var type = $"json_type(attributes_key, {path})";
        var value = $"(attributes_key ->> {path})";
        if (test.Value is WithinValue within)
        {
            // A moment, a whole number, has no month in it.
            return $"{type} = 'text' AND {parameters.OneOf($"substr(date_key{value}, 6)", within.MonthsAndDays(time.Today))}";
        }

        if (test.IsDateOfAttribute)
        {
            return $"{type} = 'text' AND {DateOfAttribute($"date_key{value}", test)}";
        }

        var alternatives = new List<string>();
        if (test.Values.OfType<TextValue>().ToArray() is { Length: > 0 } texts)
        {
            var written = Written(
                "attributes_key",
                test,
                text => SqliteCustomerRow.KeyJson(new Dictionary<string, AttributeValue>
                {
                    [test.Field.AttributeKey!] = AttributeValue.Of(text),
                }));
            alternatives.Add($"{written}{type} = 'text' AND {TextTest(value, test.Operator, texts)}");
        }

        if (test.Values.OfType<NumberValue>().Select(number => SqliteCustomerRow.NumberKey(number.Written)).ToArray()
            is { Length: > 0 } keys)
        {
            alternatives.Add($"{type} = 'array' AND {Compare(value, test.Operator, keys)}");
        }

        if (test.Values.OfType<FlagValue>().Select(flag => flag.Flag ? "true" : "false").ToArray() is { Length: > 0 } flags)
        {
            alternatives.Add(parameters.OneOf(type, flags));
        }

        return Join(" OR ", alternatives);
    }

    // Text that is a day, which begins with its first moment, or a whole number that is a moment. After all days comes "A".
    private string DateOfAttribute(string date, FieldTest test)
    {
        var stretch = time.StretchOf(test.Value);
        var bound = test.Operator is RuleOperator.Gt or RuleOperator.Lte ? stretch.Next : stretch.First;
        var sign = test.Operator is RuleOperator.Gt or RuleOperator.Gte ? ">=" : "<";
        var day = parameters.Add(time.FirstDayFrom(bound) is { } first ? RuleDate.Format(first) : "A");
        return $"CASE typeof({date}) WHEN 'text' THEN {date} {sign} {day} WHEN 'integer' THEN {date} {sign} {parameters.Add(bound)} END";
    }

    private string DateTest(string column, RuleOperator @operator, Stretch[] values) => (@operator, values) switch
    {
        (RuleOperator.Eq or RuleOperator.In, [var only]) =>
            $"{column} >= {parameters.Add(only.First)} AND {column} < {parameters.Add(only.Next)}",
        (RuleOperator.Eq or RuleOperator.In, _) =>
            $"EXISTS (SELECT 1 FROM {parameters.AddTable(values.Select(value => new[] { value.First, value.Next }))} "
                + $"WHERE {column} >= value ->> 0 AND {column} < value ->> 1)",
        (RuleOperator.Gt, _) => $"{column} >= {parameters.Add(values[0].Next)}",
        (RuleOperator.Gte, _) => $"{column} >= {parameters.Add(values[0].First)}",
        (RuleOperator.Lt, _) => $"{column} < {parameters.Add(values[0].First)}",
        (RuleOperator.Lte, _) => $"{column} < {parameters.Add(values[0].Next)}",
        _ => throw new UnreachableException(),
    };

    private string Compare<T>(string number, RuleOperator @operator, T[] values)
        where T : notnull => @operator switch
        {
            RuleOperator.Eq or RuleOperator.In => parameters.OneOf(number, values),
            RuleOperator.Gt => $"{number} > {parameters.AddValue(values[0])}",
            RuleOperator.Gte => $"{number} >= {parameters.AddValue(values[0])}",
            RuleOperator.Lt => $"{number} < {parameters.AddValue(values[0])}",
            RuleOperator.Lte => $"{number} <= {parameters.AddValue(values[0])}",
            _ => throw new UnreachableException(),
        };

    private static string PhoneKey(string text, RuleOperator @operator) =>
        PhoneNumber.KeyOf(text, @operator is not (RuleOperator.Contains or RuleOperator.EndsWith));

    // A key has no quotation marks and no backslash: AttributeKey.IsValid.
    private string AttributePath(Field field) => parameters.Add($"$.\"{field.AttributeKey}\"");

    private static string Join(string word, IEnumerable<string> conditions) =>
        string.Join(word, conditions.Select(condition => $"({condition})"));

    private static string Negate(string condition) => $"({condition}) IS NOT TRUE";

    private static bool IsAverage(Field field) => field == FieldCatalog.AverageOrderValue || field == OrderFields.Average;

    private static bool IsMoney(Field field) =>
        field == FieldCatalog.TotalSpend || field == OrderFields.Amount || field == OrderFields.Sum;

    private static string Column(Field field) => field.Name switch
    {
        "name" => "name_key",
        "email" => "email_key",
        "phone" => "phone_key",
        "city" => "city_key",
        "country" => "country_key",
        "totalSpend" or "$sum" => "total_spend",
        "orderCount" or "$count" => "order_count",
        "placedAt" => "placed_at",
        "amount" => "amount",
        "item" => "item_key",
        "lastOrderAt" or "daysSinceLastOrder" => "last_order_at",
        "firstOrderAt" => "first_order_at",
        "createdAt" => "created_at",
        "unsubscribed" => "unsubscribed",
        _ => throw new UnreachableException(),
    };
}
