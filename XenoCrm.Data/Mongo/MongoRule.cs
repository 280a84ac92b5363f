using System.Diagnostics;
using MongoDB.Bson;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A rule as a filter on <c>customers</c>, made from the typed tree: the fields are the catalogue's, the operators are
/// written here, and a rule's values are BSON values or escaped literals. Nothing of the rule's JSON gets through. In BSON, and
/// not by the driver's builders: the fields are known at run time only, and the catalogue's names are the documents'. What a rule says
/// of orders lies in another collection: it is found first, for some customers at a time, as <see cref="MongoRuleSteps"/> says.
/// </summary>
internal sealed class MongoRule
{
    private static readonly MongoField<MongoCustomer, MongoCustomer.CustomerKeys> Keys = new(customer => customer.Keys);

    private static readonly MongoField<MongoOrder, IReadOnlyList<string>?> ItemKeys = new(order => order.ItemKeys);

    private readonly RuleTime time;
    private readonly MongoRuleDays days;
    private readonly IReadOnlyDictionary<OrdersTest, BsonArray> passing;

    private MongoRule(RuleTime time, IReadOnlyDictionary<OrdersTest, BsonArray> passing)
    {
        this.time = time;
        this.passing = passing;
        days = new MongoRuleDays(RuleDate.CutToMillisecond(time.Now));
    }

    /// <param name="rule">The rule.</param>
    /// <param name="time">When it is evaluated.</param>
    /// <param name="passing">Of each test of orders in it: the ids of those who pass.</param>
    public static BsonDocument Filter(Rule rule, RuleTime time, IReadOnlyDictionary<OrdersTest, BsonArray> passing) =>
        new MongoRule(time, passing).Build(rule);

    /// <summary>The orders that a test chooses, as a filter on <c>orders</c>.</summary>
    public static BsonDocument Chosen(OrdersTest test, RuleTime time)
    {
        var rule = new MongoRule(time, new Dictionary<OrdersTest, BsonArray>());
        return test.Where.Count == 0 ? [] : Join("$and", test.Where.Select(rule.Build));
    }

    private BsonDocument Build(Rule rule) => rule switch
    {
        Everyone => [],
        AllOf all => Join("$and", all.Rules.Select(Build)),
        AnyOf any => Join("$or", any.Rules.Select(Build)),
        Not not => Negate(Build(not.Rule)),
        FieldTest test => Build(test),
        OrdersTest { IsOnlyWhenLast: true } test => Build(test.WhenLast),
        OrdersTest test => new BsonDocument("_id", new BsonDocument("$in", passing[test])),
        _ => throw new UnreachableException(),
    };

    private BsonDocument Build(FieldTest test) => test.Operator switch
    {
        RuleOperator.Exists => Compare(test, "$exists", ((FlagValue)test.Value).Flag),
        RuleOperator.Ne => Negate(Positive(test with { Operator = RuleOperator.Eq })),
        RuleOperator.Nin => Negate(Positive(test with { Operator = RuleOperator.In })),
        _ => Positive(test),
    };

    /// <summary>A test that is false where the field is absent, as MongoDB's comparisons with a value are.</summary>
    private BsonDocument Positive(FieldTest test) => test.Operator switch
    {
        _ when test.Field == FieldCatalog.DaysSinceLastOrder => days.Build(test),
        _ when test.Field.Type == FieldType.Date => DateTest(test),
        _ when test.IsDateOfAttribute => DateOfAttribute(test),
        _ when test.Value is WithinValue within => new BsonDocument(
            $"{Path(test.Field)}.{MongoCustomer.DateOfDay}",
            new BsonDocument("$regex", MongoPattern.EndsWithOneOf(within.MonthsAndDays(time.Today)))),
        RuleOperator.Eq => Compare(test, "$eq", Value(test, test.Value)),
        RuleOperator.In => Compare(test, "$in", new BsonArray(test.Values.Select(value => Value(test, value)))),
        RuleOperator.Gt => Compare(test, "$gt", Value(test, test.Value)),
        RuleOperator.Gte => Compare(test, "$gte", Value(test, test.Value)),
        RuleOperator.Lt => Compare(test, "$lt", Value(test, test.Value)),
        RuleOperator.Lte => Compare(test, "$lte", Value(test, test.Value)),
        RuleOperator.Contains => Compare(test, "$regex", MongoPattern.Contains(Key(test, test.Value))),
        RuleOperator.StartsWith => Compare(test, "$regex", MongoPattern.StartsWith(Key(test, test.Value))),
        RuleOperator.EndsWith => Compare(test, "$regex", MongoPattern.EndsWith(Key(test, test.Value))),
        _ => throw new UnreachableException(),
    };

    // A day begins with its first moment. After all days comes "A".
    private BsonDocument DateOfAttribute(FieldTest test)
    {
        var stretch = time.StretchOf(test.Value);
        var bound = test.Operator is RuleOperator.Gt or RuleOperator.Lte ? stretch.Next : stretch.First;
        var @operator = test.Operator is RuleOperator.Gt or RuleOperator.Gte ? "$gte" : "$lt";
        var day = time.FirstDayFrom(bound) is { } first ? RuleDate.Format(first) : "A";
        BsonDocument Is(string kind, BsonValue value) => new($"{Path(test.Field)}.{kind}", new BsonDocument(@operator, value));
        return Join("$or", [Is(MongoCustomer.DateOfDay, day), Is(MongoCustomer.DateOfMoment, new BsonDateTime(bound))]);
    }

    private BsonDocument DateTest(FieldTest test)
    {
        BsonDocument[] ranges = [.. test.Values.Select(time.StretchOf).Select(value => test.Operator switch
        {
            RuleOperator.Gt => Compare(test, "$gte", new BsonDateTime(value.Next)),
            RuleOperator.Gte => Compare(test, "$gte", new BsonDateTime(value.First)),
            RuleOperator.Lt => Compare(test, "$lt", new BsonDateTime(value.First)),
            RuleOperator.Lte => Compare(test, "$lt", new BsonDateTime(value.Next)),
            _ => new BsonDocument(
                Path(test.Field), new BsonDocument { { "$gte", new BsonDateTime(value.First) }, { "$lt", new BsonDateTime(value.Next) } }),
        })];
        return ranges is [var only] ? only : Join("$or", ranges);
    }

    private static BsonDocument Compare(FieldTest test, string @operator, BsonValue value) =>
        new(Path(test.Field), new BsonDocument(@operator, value));

    /// <summary>An absent set of tags and an absent attribute are fields that are not there, like all else that is absent.</summary>
    private static string Path(Field field) => field.Type switch
    {
        _ when field == OrderFields.Item => ItemKeys.Name,
        FieldType.Text or FieldType.TextSet or FieldType.Any => $"{Keys.Name}.{field.Name}",
        _ when field == FieldCatalog.DaysSinceLastOrder => MongoRuleDays.LastOrderAt.Name,
        _ => field.Name,
    };

    /// <summary>MongoDB compares values of one type only, and numbers of any kind exactly.</summary>
    private static BsonValue Value(FieldTest test, RuleValue value) => value switch
    {
        TextValue => Key(test, value),
        FlagValue flag => flag.Flag,
        NumberValue number => new BsonDecimal128(ExactDecimal.Of(number.Written)),
        _ => throw new UnreachableException(),
    };

    private static string Key(FieldTest test, RuleValue value) => ((TextValue)value).Text is var text && test.Field == FieldCatalog.Phone
        ? PhoneNumber.KeyOf(text, test.Operator is not (RuleOperator.Contains or RuleOperator.EndsWith))
        : TextKey.Of(text);

    private static BsonDocument Negate(BsonDocument filter) => new("$nor", new BsonArray { filter });

    private static BsonDocument Join(string @operator, IEnumerable<BsonDocument> filters) => new(@operator, new BsonArray(filters));
}
