using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Segments;

namespace XenoCrm.Data.Mongo;

/// <summary>What a campaign is looked back on with.</summary>
internal sealed class MongoCampaignReview(MongoStore store, MongoCampaignProgress progress)
{
    private const int StepSize = 2_000;

    // More campaigns of one rule than this are not looked through.
    private const int MaxSegments = 1_000;

    private static readonly ProjectionDefinition<MongoLogRow> RowFields = Builders<MongoLogRow>.Projection
        .Exclude(row => row.Id)
        .Include(row => row.CustomerId)
        .Include(row => row.Status)
        .Include(row => row.FailureReason);

    public async Task<IReadOnlyList<Delivery>> SampleDeliveriesAsync(Campaign campaign, int count, CancellationToken cancellationToken)
    {
        var those = Builders<MongoLogRow>.Filter.Where(row => row.CampaignId == campaign.Id);
        var rows = store.StreamAsync(store.Log, those, RowFields, cancellationToken);
        var deliveries = new List<Delivery>();
        foreach (var step in (await SampleOrder.FirstAsync(rows, row => row.CustomerId, count, cancellationToken)).Chunk(StepSize))
        {
            string[] ids = [.. step.Select(row => row.CustomerId)];
            var cities = await store.RunAsync(token => CitiesAsync(ids, token), cancellationToken);
            var orders = await store.RunAsync(token => OrdersAsync(ids, campaign.CreatedAt, token), cancellationToken);
            deliveries.AddRange(step.Select(row =>
            {
                var (city, bought) = (cities.GetValueOrDefault(row.CustomerId), orders.GetValueOrDefault(row.CustomerId));
                return new Delivery(row.Status, row.FailureReason, city, bought?.Spend ?? 0, bought?.Orders ?? 0, bought?.Last);
            }));
        }

        return deliveries;
    }

    public async Task<IReadOnlyList<Campaign>> ListEarlierAsync(
        Campaign campaign, bool sameRule, int count, CancellationToken cancellationToken)
    {
        var found = await store.RunAsync(
            async token =>
            {
                var filter = Builders<MongoCampaign>.Filter.Where(one => one.Status == MongoCampaign.Completed && one.Audience > 0)
                    & Builders<MongoCampaign>.Filter.Lt(one => one.Id, campaign.Id);
                if (sameRule)
                {
                    filter &= Builders<MongoCampaign>.Filter.In(one => one.SegmentId, await SameSegmentsAsync(campaign.SegmentId, token));
                }

                return await store.Find(store.Campaigns, filter).SortByDescending(one => one.Id).Limit(count).ToListAsync(token);
            },
            cancellationToken);
        var stats = await progress.CountAsync(found, cancellationToken);
        return [.. found.Select(earlier => earlier.ToCampaign(stats[earlier.Id]))];
    }

    private async Task<IEnumerable<string>> SameSegmentsAsync(string segmentId, CancellationToken cancellationToken)
    {
        var segment = await store.Find(store.Segments, one => one.Id == segmentId).FirstOrDefaultAsync(cancellationToken);
        return segment is null
            ? []
            : await store.Find(store.Segments, one => one.Rule == segment.Rule)
                .SortByDescending(one => one.Id)
                .Limit(MaxSegments)
                .Project(one => one.Id)
                .ToListAsync(cancellationToken);
    }

    private async Task<Dictionary<string, string?>> CitiesAsync(string[] ids, CancellationToken cancellationToken)
    {
        var customers = await store.Find(store.Customers, customer => ids.Contains(customer.Id) && Mql.Exists(customer.City))
            .Project<MongoCustomer>(Builders<MongoCustomer>.Projection.Include(customer => customer.City))
            .ToListAsync(cancellationToken);
        return customers.ToDictionary(customer => customer.Id, customer => customer.City);
    }

    private async Task<Dictionary<string, Bought>> OrdersAsync(string[] ids, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var totals = await store.Aggregate(store.Orders)
            .Match(order => ids.Contains(order.CustomerId) && order.PlacedAt < before)
            .Group(
                order => order.CustomerId,
                orders => new Bought(
                    orders.Key, orders.Sum(order => order.Amount), orders.LongCount(), orders.Max(order => order.PlacedAt)))
            .ToListAsync(cancellationToken);
        return totals.ToDictionary(total => total.CustomerId!);
    }

    private sealed record Bought(string? CustomerId, decimal Spend, long Orders, DateTimeOffset? Last);
}
