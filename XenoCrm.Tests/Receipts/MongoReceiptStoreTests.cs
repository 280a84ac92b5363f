using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Receipts;

public sealed class MongoReceiptStoreTests(MongoFixture mongo) : ReceiptStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private const string Campaign = "c-1";

    private MongoStores? stores;

    private protected override IReceiptStore Store => stores!.Receipts;

    private IMongoCollection<MongoLogRow> Log => mongo.Database.GetCollection<MongoLogRow>("log");

    private IMongoCollection<MongoCampaign> Campaigns => mongo.Database.GetCollection<MongoCampaign>("campaigns");

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync(Now);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override async Task AddAsync(params IEnumerable<LogRow> rows)
    {
        var begun = DateTimeOffset.UnixEpoch;
        await Campaigns.ReplaceOneAsync(
            campaign => campaign.Id == Campaign,
            new MongoCampaign
            {
                Id = Campaign,
                SegmentId = "s-1",
                Name = "c",
                MessageTemplate = "hello",
                Status = MongoCampaign.Sending,
                Tags = [],
                CreatedBy = "test",
                CreatedAt = begun,
                Open = true,
                Round = 1
            },
            new ReplaceOptions { IsUpsert = true },
            Cancellation);
        await Log.InsertManyAsync(
            rows.Select((row, seq) => new MongoLogRow
            {
                Id = row.Id,
                CampaignId = Campaign,
                CustomerId = "customer of " + row.Id,
                Seq = seq,
                Recipient = "someone@example.com",
                Message = "hello",
                Status = row.Status,
                Round = row.Round,
                VendorMessageId = row.VendorMessageId,
                FailureReason = row.FailureReason,
                Attempts = 1,
                DueAt = row.DueAt is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null,
                CreatedAt = begun,
                UpdatedAt = begun,
            }),
            cancellationToken: Cancellation);
    }

    private protected override async Task<LogRow> RowAsync(string id)
    {
        var row = await Log.Find(row => row.Id == id).SingleAsync(Cancellation);
        return new LogRow
        {
            Id = row.Id,
            Status = (DeliveryStatus)row.Status,
            Round = row.Round,
            VendorMessageId = row.VendorMessageId,
            FailureReason = row.FailureReason,
            DueAt = row.DueAt?.ToUnixTimeMilliseconds(),
            UpdatedAt = row.UpdatedAt.ToUnixTimeMilliseconds(),
        };
    }

    protected override async Task CompleteCampaignAsync()
    {
        var (sent, failed) = (await CountAsync(DeliveryStatus.Sent), await CountAsync(DeliveryStatus.Failed));
        await Campaigns.UpdateOneAsync(
            campaign => campaign.Id == Campaign,
            Builders<MongoCampaign>.Update
                .Set(campaign => campaign.Status, MongoCampaign.Completed)
                .Set(campaign => campaign.CompletedAt, DateTimeOffset.UnixEpoch)
                .Set(campaign => campaign.Audience, sent + failed)
                .Set(campaign => campaign.Frozen, new MongoCampaign.FrozenCounts { Sent = sent, Failed = failed })
                .Unset(campaign => campaign.Open),
            cancellationToken: Cancellation);
    }

    protected override async Task<CampaignStats?> FrozenStatsAsync() =>
        (await Campaigns.Find(campaign => campaign.Id == Campaign).SingleAsync(Cancellation)).Frozen?.Stats;

    private Task<long> CountAsync(DeliveryStatus status) =>
        Log.CountDocumentsAsync(row => row.Status == status, cancellationToken: Cancellation);
}
