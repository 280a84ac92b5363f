using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;
using XenoCrm.Tests.Mongo;

namespace XenoCrm.Tests.Suppressions;

public sealed class MongoSuppressionStoreTests(MongoFixture mongo)
    : SuppressionStoreContract, IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? stores;

    private protected override ISuppressionStore Suppressions => stores!.Suppressions;

    private protected override ICustomerStore Customers => stores!.Customers;

    private protected override ISegmentStore Segments => stores!.Segments;

    private protected override ICampaignStore Campaigns => stores!.Campaigns;

    private protected override IOutbox Outbox => stores!.Outbox;

    private protected override IImportStore Imports => stores!.Imports;

    public async ValueTask InitializeAsync() => stores = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Processes_that_are_the_first_at_once_make_one_key_and_one_entry()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => new MongoStores(mongo.Open())).ToArray();
        var suppression = new NewSuppression(
            ContactAddress.OfEmail("gone@example.com"), SuppressionReason.Bounced, DateTimeOffset.UnixEpoch, "mara@example.com");
        var added = await Task.WhenAll(processes.Select(process => process.Suppressions.AddAsync(suppression, Cancellation)));

        Assert.Single(added, one => one.IsNew);
        Assert.Single(added.Select(one => one.Entry).Distinct());
        Assert.Equal(1, await Suppressions.CountAsync(Cancellation));
    }

    [Fact]
    public async Task What_one_process_puts_on_the_list_holds_at_once_in_another()
    {
        await UpsertAsync(new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" });
        var id = await LaunchAsync(("c0", "c0@example.com"));
        var other = new MongoStores(mongo.Open());
        await AddAsync("warm@example.com");
        await other.Suppressions.AddAsync(
            new NewSuppression(ContactAddress.OfEmail("c0@example.com"), SuppressionReason.Manual, DateTimeOffset.UnixEpoch, "b"),
            Cancellation);

        Assert.Empty(await AudienceAsync());
        Assert.Equal(["c0 suppressed"], await LeasedAsync(id));
    }

    [Fact]
    public async Task A_flag_that_a_crash_has_left_out_lets_nobody_be_written_to_and_comes_with_the_next_time_it_is_said()
    {
        await AddAsync("c0@example.com");
        await UpsertAsync(new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" });
        var id = await LaunchAsync(("c0", "c0@example.com"));
        await mongo.Database.GetCollection<BsonDocument>("customers").UpdateOneAsync(
            new BsonDocument("_id", "c0"), Builders<BsonDocument>.Update.Unset("emailSuppressed"), cancellationToken: Cancellation);

        Assert.Equal(["c0"], await AudienceAsync());
        Assert.Equal(["c0 suppressed"], await LeasedAsync(id));
        await AddAsync("c0@example.com");
        Assert.Empty(await AudienceAsync());
        Assert.Equal(1, (await Segments.CountAudienceAsync(new Everyone(), DateTimeOffset.UnixEpoch, Cancellation)).Suppressed);
    }

    [Fact]
    public async Task No_address_is_in_the_database()
    {
        await AddAsync("very.secret.person@example.com");
        var names = await mongo.Database.ListCollectionNamesAsync(cancellationToken: Cancellation);
        foreach (var name in await names.ToListAsync(Cancellation))
        {
            var documents = await mongo.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).ToListAsync(Cancellation);
            Assert.DoesNotContain("very.secret", string.Concat(documents.Select(document => document.ToJson())), StringComparison.Ordinal);
        }
    }
}
