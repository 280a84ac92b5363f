using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core;
using XenoCrm.Core.Account;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSegmentStore(MongoStore store, IOptions<AccountOptions> account) : ISegmentStore
{
    private const string List = "segments";
    private const int StreamChunk = 500;
    private const int StepSize = 2_000;

    private static readonly BsonDocument HasAddress = new("$or", new BsonArray { new BsonDocument(Names.Email, Query.Present), new BsonDocument(Names.Phone, Query.Present) });

    private static readonly BsonDocument OnlyId = new(Names.Id, 1);

    public Task<AudienceCount> CountAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var noAddress = new BsonDocument("$and", new BsonArray { new BsonDocument("$not", "$" + Names.Unsubscribed), Missing(Names.Email), Missing(Names.Phone) });
            var counts = await store.Aggregate(store.Customers)
                .Match(Filter(rule, now))
                .Group(new BsonDocument
                {
                    { "_id", BsonNull.Value },
                    { "matching", Sum(1) },
                    { "unsubscribed", SumIf("$" + Names.Unsubscribed) },
                    { "noAddress", SumIf(noAddress) },
                })
                .FirstOrDefaultAsync(token);
            return counts is null
                ? new AudienceCount(0, 0, 0)
                : new AudienceCount(counts["matching"].ToInt64(), counts["unsubscribed"].ToInt64(), counts["noAddress"].ToInt64());
        },
        cancellationToken);

    public Task<AudienceSummary> SummarizeAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            // What is absent is less than every date.
            var recent = AtLeast(Names.LastOrderAt, now.AddDays(-AudienceSummary.RecentDays).ToBson());
            var sums = await store.Aggregate(store.Customers)
                .Match(Filter(rule, now))
                .Group(new BsonDocument
                {
                    { "_id", BsonNull.Value },
                    { "customers", Sum(1) },
                    { "ordered", SumIf(AtLeast(Names.OrderCount, 1)) },
                    { "again", SumIf(AtLeast(Names.OrderCount, 2)) },
                    { "recent", SumIf(recent) },
                    { "orders", Sum("$" + Names.OrderCount) },
                    { "spend", Sum("$" + Names.TotalSpend) },
                })
                .FirstOrDefaultAsync(token);
            return sums is null
                ? AudienceSummary.Nobody
                : new AudienceSummary(
                    sums["customers"].ToInt64(), sums["ordered"].ToInt64(), sums["again"].ToInt64(), sums["recent"].ToInt64(), sums["orders"].ToInt64(), sums["spend"].ToDecimal());
        },
        cancellationToken);

    public Task<IReadOnlyList<Customer>> SampleAudienceAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken) => store.RunAsync<IReadOnlyList<Customer>>(
        async token =>
        {
            var customers = await store.Find(store.Customers,
                Filter(rule, now)).Sort(new BsonDocument(Names.Id, 1)).Limit(count).ToListAsync(token);
            return [.. customers.Select(customer => customer.ToCustomer())];
        },
        cancellationToken);

    /// <remarks>
    /// One cursor, a page at a time. It is no snapshot of a moment: who matches all the while is in it, once; who comes to
    /// match or ceases to while it is read may be in it or not.
    /// </remarks>
    public async IAsyncEnumerable<Customer> StreamAudienceAsync(Rule rule, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cursor = await store.RunLongAsync(token => store.FindLongAsync(store.Customers, Reachable(rule, now), new BsonDocument(Names.Id, 1), StreamChunk, token), cancellationToken);
        while (await store.RunLongAsync(cursor.MoveNextAsync, cancellationToken))
        {
            foreach (var customer in cursor.Current)
            {
                yield return customer.ToCustomer();
            }
        }
    }

    public async Task<IReadOnlyList<Customer>> SpreadSampleAsync(Rule rule, DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        var customers = new List<Customer>();
        var ids = await SampleOrder.FirstAsync(store.StreamAsync(store.Customers, Filter(rule, now), OnlyId, cancellationToken), IdOf,
            count, cancellationToken);
        foreach (var step in ids.Select(IdOf).Chunk(StepSize))
        {
            customers.AddRange(await store.RunAsync(
                async token =>
                {
                    var found = await store.Find(store.Customers, new BsonDocument(Names.Id, Query.In(step))).Sort(new BsonDocument(Names.Id, 1)).ToListAsync(token);
                    return found.Select(customer => customer.ToCustomer());
                },
                cancellationToken));
        }

        return customers;
    }

    public async Task<OrderTimes> CountOrderTimesAsync(Rule rule, DateTimeOffset now, TimeZoneInfo zone, int customers, CancellationToken cancellationToken)
    {
        // A step's orders come customer by customer from an index that has all that is read of them.
        var tally = new OrderTimesTally(zone);
        var ids = await SampleOrder.FirstAsync(store.StreamAsync(store.Customers, Reachable(rule, now), OnlyId, cancellationToken), IdOf, customers, cancellationToken);
        foreach (var step in ids.Select(IdOf).Chunk(StepSize))
        {
            await store.RunAsync(
                async token =>
                {
                    using var cursor = await store.Find(
                        store.Orders, new BsonDocument { { Order.CustomerId, Query.In(step) }, { Order.RefundOf, Query.Absent } })
                        .Sort(new BsonDocument { { Order.CustomerId, 1 }, { Order.PlacedAt, 1 } })
                        .Project(new BsonDocument { { Order.Id, 0 }, { Order.CustomerId, 1 }, { Order.PlacedAt, 1 } })
                        .ToCursorAsync(token);
                    while (await cursor.MoveNextAsync(token))
                    {
                        foreach (var order in cursor.Current)
                        {
                            tally.Add(order[Order.CustomerId].AsString, order[Order.PlacedAt].AsBsonDateTime.MillisecondsSinceEpoch);
                        }
                    }
                },
                cancellationToken);
        }

        return tally.Finish();
    }

    public Task<Segment?> FindAsync(string id, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var visible = new BsonDocument { { MongoSegment.Names.Id, id }, { MongoSegment.Names.Visible, true } };
            return (await store.Find(store.Segments, visible).FirstOrDefaultAsync(token))?.ToSegment();
        },
        cancellationToken);

    public Task<Page<Segment>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument(MongoSegment.Names.Visible, true);
        if (page.Cursor is { } cursor)
        {
            filter.Add(MongoSegment.Names.Id, Query.Lt(Cursor.Decode(List, cursor)));
        }

        return store.RunAsync(
            async token =>
            {
                var segments = await store.Find(store.Segments, filter).Sort(new BsonDocument(MongoSegment.Names.Id, -1)).Limit(page.Limit + 1).ToListAsync(token);
                return Cursor.Page(List, segments, page.Limit, segment => segment.Id).Select(segment => segment.ToSegment());
            },
            cancellationToken);
    }

    private BsonDocument Filter(Rule rule, DateTimeOffset now) => MongoRule.Filter(rule, new RuleTime(now, account.Value.Zone));

    private BsonDocument Reachable(Rule rule, DateTimeOffset now) =>
        new("$and", new BsonArray { Filter(rule, now), new BsonDocument(Names.Unsubscribed, false), HasAddress });

    private static string IdOf(BsonDocument customer) => customer[Names.Id].AsString;

    private static BsonDocument Sum(BsonValue value) => new("$sum", value);

    private static BsonDocument SumIf(BsonValue condition) => Sum(new BsonDocument("$cond", new BsonArray { condition, 1, 0 }));

    private static BsonDocument AtLeast(string field, BsonValue value) => new("$gte", new BsonArray { "$" + field, value });

    private static BsonDocument Missing(string field) => new("$eq", new BsonArray { new BsonDocument("$type", "$" + field), "missing" });
}
