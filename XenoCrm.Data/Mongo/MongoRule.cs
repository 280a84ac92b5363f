using System.Diagnostics;
using MongoDB.Bson;
using XenoCrm.Data.Rules;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A rule as a filter on <c>customers</c>, made from the typed tree: the fields are the catalogue's, the operators are
/// written here, and a rule's values are BSON values or escaped literals. Nothing of the rule's JSON gets through.
/// </summary>
internal sealed class MongoRule
{
    private readonly DateTimeOffset now;
    private readonly MongoRuleDays days;

    private MongoRule(DateTimeOffset now)
    {
        this.now = RuleDate.CutToMillisecond(now);
        days = new MongoRuleDays(this.now);
    }

    public static BsonDocument Filter(Rule rule, DateTimeOffset now) => new MongoRule(now).Build(rule);

    private BsonDocument Build(Rule rule) => rule switch
    {
        Everyone => [],
        AllOf all => Join("$and", all.Rules.Select(Build)),
        AnyOf any => Join("$or", any.Rules.Select(Build)),
        Not not => Negate(Build(not.Rule)),
        FieldTest test => Build(test),
        _ => throw new UnreachableException(),
    };

    private BsonDocument Build(FieldTest test) => test.Operator switch
    {
        RuleOperator.Exists => new BsonDocument(Path(test.Field), new BsonDocument("$exists", ((FlagValue)test.Value).Flag)),
        RuleOperator.Ne => Negate(Positive(test with { Operator = RuleOperator.Eq })),
        RuleOperator.Nin => Negate(Positive(test with { Operator = RuleOperator.In })),
        _ => Positive(test),
    };

    /// <summary>A test that is false where the field is absent, as MongoDB's comparisons with a value are.</summary>
    private BsonDocument Positive(FieldTest test) => test.Operator switch
    {
        _ when test.Field == FieldCatalog.DaysSinceLastOrder => days.Build(test),
        RuleOperator.Eq => new BsonDocument(Path(test.Field), new BsonDocument("$eq", Value(test, test.Value))),
        RuleOperator.In => new BsonDocument(Path(test.Field), Query.In(test.Values.Select(value => Value(test, value)))),
        RuleOperator.Gt => new BsonDocument(Path(test.Field), Query.Gt(Value(test, test.Value))),
        RuleOperator.Gte => new BsonDocument(Path(test.Field), Query.Gte(Value(test, test.Value))),
        RuleOperator.Lt => new BsonDocument(Path(test.Field), Query.Lt(Value(test, test.Value))),
        RuleOperator.Lte => new BsonDocument(Path(test.Field), Query.Lte(Value(test, test.Value))),
        RuleOperator.Contains => new BsonDocument(Path(test.Field), Query.Contains(Key(test.Value))),
        RuleOperator.StartsWith => new BsonDocument(Path(test.Field), Query.StartsWith(Key(test.Value))),
        RuleOperator.EndsWith => new BsonDocument(Path(test.Field), Query.EndsWith(Key(test.Value))),
        _ => throw new UnreachableException(),
    };

    /// <summary>An absent set of tags and an absent attribute are fields that are not there, like all else that is absent.</summary>
    private static string Path(Field field) => field.Type switch
    {
        FieldType.Text or FieldType.TextSet or FieldType.Any => Names.Keys + field.Name,
        _ when field == FieldCatalog.DaysSinceLastOrder => Names.LastOrderAt,
        _ => field.Name,
    };

    /// <summary>MongoDB compares values of one type only, and numbers of any kind exactly: a double of an attribute, a decimal of money.</summary>
    private BsonValue Value(FieldTest test, RuleValue value) => value switch
    {
        TextValue => Key(value),
        FlagValue flag => flag.Flag,
        NumberValue number when test.Field.Type == FieldType.Any => number.Number,
        NumberValue number => new BsonDecimal128(ExactDecimal.Of(number.Number)),
        _ => RuleDate.Resolve(value, now).ToBson(),
    };

    private static string Key(RuleValue value) => TextKey.Of(((TextValue)value).Text);

    private static BsonDocument Negate(BsonDocument filter) => new("$nor", new BsonArray { filter });

    private static BsonDocument Join(string @operator, IEnumerable<BsonDocument> filters) => new(@operator, new BsonArray(filters));
}
