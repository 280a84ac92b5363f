using System.Linq.Expressions;
using MongoDB.Driver;
using MongoDB.Driver.Linq;
using XenoCrm.Core.Campaigns;

namespace XenoCrm.Data.Mongo;

/// <summary>Whom messages have left to, and when: sent, or with the vendor. Who was erased has no recipient in the log.</summary>
internal sealed class MongoReached(MongoStore store)
{
    public async Task<IReadOnlyDictionary<int, long>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var campaigns = await CampaignsAsync(since, cancellationToken);
        var counts = campaigns.Length == 0 ? [] : await store.RunLongAsync(
            token => store.AggregateLong(store.Log)
                .Match(row => campaigns.Contains(row.CampaignId))
                .Match(IsReached(since))
                .Group(row => row.CustomerId, rows => new { rows.Key, Messages = rows.Count() })
                .Group(person => person.Messages, people => new { people.Key, People = people.LongCount() })
                .ToListAsync(token),
            cancellationToken);
        return counts.ToDictionary(count => count.Key, count => count.People);
    }

    public async Task<IReadOnlyList<DateTimeOffset>> ListAsync(
        string customerId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var campaigns = await CampaignsAsync(since, cancellationToken);
        var rows = Builders<MongoLogRow>.Filter;
        return await store.RunAsync<IReadOnlyList<DateTimeOffset>>(
            async token => await store
                .Find(
                    store.Log,
                    rows.Where(row => campaigns.Contains(row.CampaignId) && row.CustomerId == customerId) & rows.Where(IsReached(since)))
                .Project(row => row.UpdatedAt)
                .ToListAsync(token),
            cancellationToken);
    }

    private static Expression<Func<MongoLogRow, bool>> IsReached(DateTimeOffset since) =>
        row => row.Recipient != null && row.UpdatedAt >= since
            && (row.Status == DeliveryStatus.Sent || (row.Status == DeliveryStatus.Pending && row.VendorMessageId != null));

    // What a campaign that was over by then has sent left before.
    private Task<string[]> CampaignsAsync(DateTimeOffset since, CancellationToken cancellationToken) => store.RunAsync(
        async token => (await store
                .Find(
                    store.Campaigns,
                    one => MongoCampaign.Begun.Contains(one.Status) && (one.CompletedAt == null || one.CompletedAt >= since))
                .Project(one => one.Id)
                .ToListAsync(token))
            .ToArray(),
        cancellationToken);
}
