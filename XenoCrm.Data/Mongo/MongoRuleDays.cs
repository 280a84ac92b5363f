using System.Diagnostics;
using System.Numerics;
using MongoDB.Bson;
using XenoCrm.Core.Rules;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// <c>floor((now - lastOrderAt) / day)</c>, as bounds of <c>lastOrderAt</c>, which is stored and indexed: at least n days
/// ago means not after <c>now - n days</c>.
/// </summary>
internal sealed class MongoRuleDays(DateTimeOffset now)
{
    // No two moments are further apart.
    private const int MaxDays = 10_000_000;

    public static readonly MongoField<MongoCustomer, DateTimeOffset?> LastOrderAt = new(customer => customer.LastOrderAt);

    private static readonly BsonDocument Nobody = new("_id", new BsonDocument("$in", new BsonArray()));

    public BsonDocument Build(FieldTest test)
    {
        Rational[] values = [.. test.Values.Select(value => Rational.Of((NumberValue)value))];
        return test.Operator switch
        {
            RuleOperator.Eq or RuleOperator.In => AnyOf(values.Where(value => value.IsInteger).Select(value => value.Numerator)),
            RuleOperator.Gt => NotAfter(values[0].Floor + 1),
            RuleOperator.Gte => NotAfter(values[0].Ceiling),
            RuleOperator.Lt => After(values[0].Ceiling),
            RuleOperator.Lte => After(values[0].Floor + 1),
            _ => throw new UnreachableException(),
        };
    }

    private BsonDocument AnyOf(IEnumerable<BigInteger> days)
    {
        BsonDocument[] ranges = [.. days.Select(day => Is(new() { { "$lte", Ago(day) }, { "$gt", Ago(day + 1) } }))];
        return ranges.Length == 0 ? Nobody : new BsonDocument("$or", new BsonArray(ranges));
    }

    private BsonDocument NotAfter(BigInteger days) => Is(new("$lte", Ago(days)));

    private BsonDocument After(BigInteger days) => Is(new("$gt", Ago(days)));

    private static BsonDocument Is(BsonDocument bounds) => new(LastOrderAt.Name, bounds);

    private BsonDateTime Ago(BigInteger days) =>
        new(now.ToUnixTimeMilliseconds() - ((long)BigInteger.Clamp(days, -MaxDays, MaxDays) * TimeSpan.MillisecondsPerDay));
}
