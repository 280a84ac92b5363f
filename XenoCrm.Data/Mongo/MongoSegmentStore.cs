using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Data.Customers;
using XenoCrm.Data.Rules;
using XenoCrm.Data.Segments;
using Names = XenoCrm.Data.Mongo.MongoCustomer.Names;

namespace XenoCrm.Data.Mongo;

internal sealed class MongoSegmentStore(MongoStore store) : ISegmentStore
{
    private const string List = "segments";
    private const int StreamChunk = 500;

    private static readonly BsonDocument HasAddress = new("$or", new BsonArray { new BsonDocument(Names.Email, Query.Present), new BsonDocument(Names.Phone, Query.Present) });

    public Task<AudienceCount> CountAudienceAsync(Rule rule, DateTimeOffset now, CancellationToken cancellationToken) => store.RunAsync(
        async token =>
        {
            var noAddress = new BsonDocument("$and", new BsonArray { new BsonDocument("$not", "$" + Names.Unsubscribed), Missing(Names.Email), Missing(Names.Phone) });
            var counts = await store.Aggregate(store.Customers)
                .Match(MongoRule.Filter(rule, now))
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
                .Match(MongoRule.Filter(rule, now))
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
            var customers = await store.Find(store.Customers, MongoRule.Filter(rule, now)).Sort(new BsonDocument(Names.Id, 1)).Limit(count).ToListAsync(token);
            return [.. customers.Select(customer => customer.ToCustomer())];
        },
        cancellationToken);

    /// <remarks>
    /// One cursor, a page at a time. It is no snapshot of a moment: who matches all the while is in it, once; who comes to
    /// match or ceases to while it is read may be in it or not.
    /// </remarks>
    public async IAsyncEnumerable<Customer> StreamAudienceAsync(Rule rule, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reachable = new BsonDocument("$and", new BsonArray { MongoRule.Filter(rule, now), new BsonDocument(Names.Unsubscribed, false), HasAddress });
        using var cursor = await store.RunLongAsync(token => store.FindLongAsync(store.Customers, reachable, new BsonDocument(Names.Id, 1), StreamChunk, token), cancellationToken);
        while (await store.RunLongAsync(cursor.MoveNextAsync, cancellationToken))
        {
            foreach (var customer in cursor.Current)
            {
                yield return customer.ToCustomer();
            }
        }
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

    private static BsonDocument Sum(BsonValue value) => new("$sum", value);

    private static BsonDocument SumIf(BsonValue condition) => Sum(new BsonDocument("$cond", new BsonArray { condition, 1, 0 }));

    private static BsonDocument AtLeast(string field, BsonValue value) => new("$gte", new BsonArray { "$" + field, value });

    private static BsonDocument Missing(string field) => new("$eq", new BsonArray { new BsonDocument("$type", "$" + field), "missing" });
}
