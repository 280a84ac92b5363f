using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;
using Customer = XenoCrm.Data.Mongo.MongoCustomer.Names;
using Names = XenoCrm.Data.Mongo.MongoCampaign.Names;
using Order = XenoCrm.Data.Mongo.MongoOrder.Names;
using Row = XenoCrm.Data.Mongo.MongoLogRow.Names;

namespace XenoCrm.Data.Mongo;

/// <summary>What a campaign is looked back on with.</summary>
internal sealed class MongoCampaignReview(MongoStore store, MongoCampaignProgress progress)
{
    private const int StepSize = 2_000;

    // More campaigns of one rule than this are not looked through.
    private const int MaxSegments = 1_000;

    private static readonly BsonDocument RowFields = new() { { Row.Id, 0 }, { Row.CustomerId, 1 }, { Row.Status, 1 }, { Row.FailureReason, 1 } };

    public async Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken)
    {
        var rows = store.StreamAsync(store.Log, new BsonDocument(Row.CampaignId, campaign.Id), RowFields, cancellationToken);
        var deliveries = new List<Delivery>();
        foreach (var step in (await SampleOrder.FirstAsync(rows, CustomerOf, count, cancellationToken)).Chunk(StepSize))
        {
            var ids = Query.In(step.Select(CustomerOf));
            var cities = await store.RunAsync(token => CitiesAsync(ids, token), cancellationToken);
            var orders = await store.RunAsync(token => OrdersAsync(ids, campaign.CreatedAt, token), cancellationToken);
            deliveries.AddRange(step.Select(row => new Delivery(
                (DeliveryStatus)row[Row.Status].AsInt32,
                row.TryGetValue(Row.FailureReason, out var reason) ? reason.AsString : null,
                cities.GetValueOrDefault(CustomerOf(row)),
                orders.TryGetValue(CustomerOf(row), out var bought) ? bought["spend"].AsDecimal : 0,
                bought?["orders"].ToInt64() ?? 0,
                bought is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(bought["last"].AsBsonDateTime.MillisecondsSinceEpoch))));
        }

        return deliveries;
    }

    public async Task<IReadOnlyList<Campaign>> ListEarlierAsync(Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { Names.Status, MongoCampaign.Completed }, { Names.Id, Query.Lt(campaign.Id) }, { Names.Audience, Query.Gt(0) } };
        var found = await store.RunAsync(
            async token =>
            {
                if (sameRule)
                {
                    filter.Add(Names.SegmentId, Query.In(await SameSegmentsAsync(campaign.SegmentId, token)));
                }

                return await store.Find(store.Campaigns, filter).Sort(new BsonDocument(Names.Id, -1)).Limit(count).ToListAsync(token);
            },
            cancellationToken);
        var stats = await progress.CountAsync(found, cancellationToken);
        return [.. found.Select(earlier => earlier.ToCampaign(stats[earlier.Id]))];
    }

    private async Task<IEnumerable<string>> SameSegmentsAsync(string segmentId, CancellationToken cancellationToken)
    {
        var segment = await store.Find(store.Segments, new BsonDocument(MongoSegment.Names.Id, segmentId)).FirstOrDefaultAsync(cancellationToken);
        return segment is null
            ? []
            : await store.Find(store.Segments, new BsonDocument(MongoSegment.Names.Rule, segment.Rule))
                .Sort(new BsonDocument(MongoSegment.Names.Id, -1)).Limit(MaxSegments).Project(same => same.Id).ToListAsync(cancellationToken);
    }

    private async Task<Dictionary<string, string>> CitiesAsync(BsonDocument ids, CancellationToken cancellationToken)
    {
        var customers = await store.Find(store.Customers, new BsonDocument { { Customer.Id, ids }, { Customer.City, Query.Present } })
            .Project(new BsonDocument(Customer.City, 1)).ToListAsync(cancellationToken);
        return customers.ToDictionary(customer => customer[Customer.Id].AsString, customer => customer[Customer.City].AsString);
    }

    private async Task<Dictionary<string, BsonDocument>> OrdersAsync(BsonDocument ids, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var totals = await store.Aggregate(store.Orders)
            .Match(new BsonDocument { { Order.CustomerId, ids }, { Order.PlacedAt, Query.Lt(before.ToBson()) } })
            .Group(new BsonDocument
            {
                { "_id", "$" + Order.CustomerId },
                { "spend", new BsonDocument("$sum", "$" + Order.Amount) },
                { "orders", new BsonDocument("$sum", 1) },
                { "last", new BsonDocument("$max", "$" + Order.PlacedAt) },
            })
            .ToListAsync(cancellationToken);
        return totals.ToDictionary(total => total["_id"].AsString);
    }

    private static string CustomerOf(BsonDocument row) => row[Row.CustomerId].AsString;
}
