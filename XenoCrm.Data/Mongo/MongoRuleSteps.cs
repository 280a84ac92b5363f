using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Mongo;

/// <summary>
/// A rule as filters on <c>customers</c>, each of some of them: together they find whom the rule selects, none twice. A rule without
/// tests of orders is one filter.
/// <para>
/// With such tests it is one for so many thousand customers: the orders of these are summed up on the server, from the index that has
/// all that is asked of them but items, and who passes stands in the filter by id. The other ways were looked at. A <c>$lookup</c> from
/// the customers runs its pipeline once for each of them, which is the slowest. The ids of all who pass at once have no bound, and a
/// filter may have 16 MB. Totals kept with the customers know no periods and no items. So memory has a bound, and each query ends in
/// time, however many customers there are.
/// </para>
/// </summary>
internal static class MongoRuleSteps
{
    // With one test of orders. Ids of 128 characters, of three bytes each, stay within a filter.
    private const int StepSize = 20_000;

    private static readonly MongoField<MongoCustomer, string> Id = new(customer => customer.Id);

    private static readonly ProjectionDefinition<MongoCustomer> WithLastOrder =
        Builders<MongoCustomer>.Projection.Include(customer => customer.LastOrderAt);

    private static readonly Dictionary<OrdersTest, BsonArray> NoTests = [];

    /// <param name="store">Where the customers are.</param>
    /// <param name="rule">Whom to select.</param>
    /// <param name="time">When it is evaluated.</param>
    /// <param name="among">Of whom.</param>
    /// <param name="order">The order in which the steps come. Within a step the reader sorts.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async IAsyncEnumerable<FilterDefinition<MongoCustomer>> FiltersAsync(
        this MongoStore store, Rule rule, RuleTime time, FilterDefinition<MongoCustomer> among, SortDefinition<MongoCustomer> order,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        rule = await WithoutRankingsAsync(store, rule, cancellationToken);
        OrdersTest[] tests = [.. rule.OrdersTests().Where(test => !test.IsOnlyWhenLast).Distinct()];
        if (tests.Length == 0)
        {
            yield return among & MongoRule.Filter(rule, time, NoTests);
            yield break;
        }

        var candidates = among & MongoRule.Filter(WithoutOrders(rule), time, NoTests);
        var size = Math.Max(1, StepSize / tests.Length);
        using var cursor = await store.RunLongAsync(
            token => store.FindLongAsync(store.Customers, candidates, order, size, token, WithLastOrder), cancellationToken);
        while (await store.RunLongAsync(cursor.MoveNextAsync, cancellationToken))
        {
            foreach (var step in cursor.Current.Chunk(size))
            {
                var passing = new Dictionary<OrdersTest, BsonArray>();
                foreach (var test in tests)
                {
                    passing[test] = await PassingAsync(store, test, step, time, cancellationToken);
                }

                yield return Builders<MongoCustomer>.Filter.In(Id, step.Select(customer => customer.Id))
                    & among & MongoRule.Filter(rule, time, passing);
            }
        }
    }

    private static async Task<Rule> WithoutRankingsAsync(MongoStore store, Rule rule, CancellationToken cancellationToken)
    {
        var lowest = new Dictionary<FieldTest, decimal>();
        foreach (var test in RuleRanking.RankingsIn(rule))
        {
            var all = await store.RunAsync(token => store.CountAsync(store.Customers, _ => true, token), cancellationToken);
            var last = await store.RunAsync(
                token => store.Find(store.Customers, FilterDefinition<MongoCustomer>.Empty)
                    .Sort(Builders<MongoCustomer>.Sort.Descending(test.Field.Name))
                    .Skip((int)Math.Max(0, ((RankValue)test.Value).Of(all) - 1))
                    .Limit(1)
                    .FirstOrDefaultAsync(token),
                cancellationToken);
            lowest[test] = last is null ? 0 : test.Field == FieldCatalog.TotalSpend ? last.TotalSpend : last.OrderCount;
        }

        return RuleRanking.Resolve(rule, test => lowest[test]);
    }

    /// <summary>
    /// What holds of everybody whom the rule selects, as far as the customers' own fields say it: an AND without its tests of orders, but
    /// with when the last one was.
    /// </summary>
    private static Rule WithoutOrders(Rule rule)
    {
        Rule[] parts =
        [
            .. (rule is AllOf all ? all.Rules : [rule])
                .Select(part => part is OrdersTest { IsLast: true } last ? last.WhenLast : part)
                .Where(part => !part.OrdersTests().Any()),
        ];
        return parts.Length == 0 ? new Everyone() : new AllOf([.. parts]);
    }

    // The limits are compared here: no number of MongoDB's is every quotient.
    private static async Task<BsonArray> PassingAsync(
        MongoStore store, OrdersTest test, MongoCustomer[] customers, RuleTime time, CancellationToken cancellationToken)
    {
        string?[] ids = [.. customers.Select(customer => customer.Id)];
        var totals = await store.RunAsync(
            token => store.Aggregate(store.Orders)
                .Match(Builders<MongoOrder>.Filter.In(order => order.CustomerId, ids) & MongoRule.Chosen(test, time))
                .Group(
                    order => order.CustomerId,
                    orders => new Totals(
                        orders.Key,
                        orders.Sum(order => Mql.IsMissing(order.RefundOf) ? 1 : 0),
                        orders.Sum(order => order.Amount),
                        orders.Max(order => Mql.IsMissing(order.RefundOf) ? order.PlacedAt : (DateTimeOffset?)null)))
                .ToListAsync(token),
            cancellationToken);
        var chosen = totals.ToDictionary(total => total.CustomerId!);
        return
        [
            .. customers.Where(customer => Passes(test, customer, chosen.GetValueOrDefault(customer.Id))).Select(customer => customer.Id),
        ];
    }

    // The last of the chosen orders is the customer's last one, or later, where it has come since the customer was read.
    private static bool Passes(OrdersTest test, MongoCustomer customer, Totals? chosen) => test.IsLast
        ? chosen?.Last >= customer.LastOrderAt
        : RuleEvaluator.Holds(test, chosen?.Orders ?? 0, chosen?.Sum ?? 0);

    private sealed record Totals(string? CustomerId, int Orders, decimal Sum, DateTimeOffset? Last);
}
