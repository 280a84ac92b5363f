using MongoDB.Bson;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

/// <summary>
/// There are no transactions, so each verb is several commands. Here a process dies at every point of each of them, before
/// a command and after it, and what goes on around it (the sender's loop, the repair, the vendor's next receipt) must put it right.
/// </summary>
public sealed class MongoCrashTests(MongoFixture mongo) : IClassFixture<MongoFixture>, IAsyncLifetime
{
    private MongoStores? survivor;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private MongoStores Survivor => survivor!;

    private DateTimeOffset Now => Survivor.Clock.GetUtcNow();

    [Fact]
    public Task Orders_that_were_being_added_count_as_soon_as_they_are_stored() => AtEveryPointAsync(
        async () =>
            await Survivor.Customers.UpsertAsync([Customer("c1", "mara@example.com"), Customer("c2", "bo@example.com")], Cancellation),
        victim =>
            victim.Orders.AddAsync(
                [
                    Order("o1", id: "c1"),
                    Order("o2", email: "bo@example.com"),
                    Order("o3", email: "nobody@example.com"),
                    Order("o4", id: "c9")
                ],
                Cancellation),
        AssertTotalsAsync);

    [Fact]
    public Task A_customer_that_was_arriving_has_the_orders_that_came_before_it() => AtEveryPointAsync(
        async () =>
            await Survivor.Orders.AddAsync(
                [Order("o1", id: "c1"), Order("o2", email: "mara@example.com"), Order("o3", email: "bo@example.com")], Cancellation),
        victim => victim.Customers.UpsertAsync([Customer("c1", "mara@example.com"), Customer(null, "bo@example.com")], Cancellation),
        AssertTotalsAsync);

    [Fact]
    public Task A_customer_that_was_changing_its_address_has_the_orders_that_waited_for_it() => AtEveryPointAsync(
        async () =>
        {
            await Survivor.Customers.UpsertAsync([Customer("c1", "old@example.com")], Cancellation);
            await Survivor.Orders.AddAsync([Order("o1", email: "old@example.com"), Order("o2", email: "new@example.com")], Cancellation);
        },
        victim => victim.Customers.UpsertAsync([Customer("c1", "new@example.com")], Cancellation),
        AssertTotalsAsync);

    [Fact]
    public Task Orders_that_were_being_corrected_count_where_they_are() => AtEveryPointAsync(
        async () =>
        {
            await Survivor.Customers.UpsertAsync([Customer("c1", "mara@example.com"), Customer("c2", "bo@example.com")], Cancellation);
            await Survivor.Orders.AddAsync(
                [Order("o1", id: "c1"), Order("o2", id: "c1"), Order("r1", id: "c1") with { RefundOf = "o1", Amount = -1 }], Cancellation);
        },
        victim => victim.Orders.AddAsync([Order("o1", id: "c2") with { Amount = 9 }, Order("o2", email: "nobody@example.com"), Order(
            "r2", id: "c2") with { RefundOf = "o1", Amount = -2 }], Cancellation),
        AssertTotalsAsync);

    [Fact]
    public Task An_order_that_was_being_taken_out_is_gone_with_its_refunds_or_there() => AtEveryPointAsync(
        async () =>
        {
            await Survivor.Customers.UpsertAsync([Customer("c1", "mara@example.com")], Cancellation);
            await Survivor.Orders.AddAsync(
                [Order("o1", id: "c1"), Order("o2", id: "c1"), Order("r1", id: "c1") with { RefundOf = "o1", Amount = -1 }], Cancellation);
        },
        victim => victim.Orders.RemoveAsync("o1", Cancellation),
        async cut =>
        {
            await AssertTotalsAsync(cut);
            if (!cut)
            {
                Assert.Equal((1, 2.5m), await Survivor.Customers.FindAsync("c1", Cancellation) is { } mara ? (
                    mara.OrderCount, mara.TotalSpend) : default);
            }
        });

    [Fact]
    public Task Nothing_is_left_of_a_person_who_was_being_erased() => AtEveryPointAsync(
        async () =>
        {
            await Survivor.Customers.UpsertAsync([Customer("c1", "mara@example.com"), Customer("c2", "bo@example.com")], Cancellation);
            await Survivor.Orders.AddAsync([Order("o1", id: "c1") with { Items = "[\"for mara\"]" }], Cancellation);
            await LaunchAsync("k1", "c1", "c2");
        },
        victim => victim.Customers.EraseAsync("c1", Cancellation),
        async cut =>
        {
            if (await Survivor.Customers.FindAsync("c1", Cancellation) is not null)
            {
                // It died before it had begun; the caller, who got no answer, asks again.
                Assert.True(cut);
                await Survivor.Customers.EraseAsync("c1", Cancellation);
            }

            Assert.DoesNotContain("mara", await DumpAsync(), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("bo@example.com", await DumpAsync(), StringComparison.Ordinal);
            await FinishAsync();
            Assert.Equal(new CampaignStats(0, 0, 1, Skipped: 1), (await Survivor.Campaigns.FindAsync("k1", Cancellation))!.Stats);
        });

    [Fact]
    public Task A_campaign_that_was_being_made_is_whole_or_gone() => AtEveryPointAsync(
        () => Task.CompletedTask,
        victim => MakeAsync(victim, "k1", "c1", "c2"),
        async cut =>
        {
            await FinishAsync();
            var campaign = await Survivor.Campaigns.FindAsync("k1", Cancellation);
            Assert.True(cut || campaign is not null);
            Assert.Equal(campaign is null ? 0 : 2, await CountAsync("log"));
            Assert.Equal(campaign is null ? 0 : 1, await CountAsync("segments"));
            Assert.Equal(campaign is null ? 0 : 1, (await Survivor.Segments.ListAsync(false, new(10, null), Cancellation)).Items.Count);
            Assert.Equal(
                campaign is null ? BeginStatus.Begun : BeginStatus.Existing,
                (await Survivor.Campaigns.BeginAsync(New("k2", "key of k1"), Cancellation)).Status);
        });

    [Fact]
    public Task A_campaign_that_was_being_completed_is_completed_with_its_counts() => AtEveryPointAsync(
        async () =>
        {
            await LaunchAsync("k1", "c1", "c2", "c3");
            var rows = await Survivor.Outbox.LeaseAsync("k1", 10, Now, Now.AddMinutes(1), null, Cancellation);
            await Survivor.Receipts.ApplyAsync(
                [Receipt(rows[0], DeliveryStatus.Sent), Receipt(rows[1], DeliveryStatus.Sent), Receipt(rows[2], DeliveryStatus.Failed)],
                Cancellation);
        },
        victim => victim.Outbox.TryCompleteAsync("k1", victim.Clock.GetUtcNow(), Cancellation),
        _ => AssertCompletedAsync(new CampaignStats(0, 2, 1)));

    [Fact]
    public Task A_campaign_that_was_being_cancelled_is_cancelled_or_goes_on() => AtEveryPointAsync(
        async () =>
        {
            await LaunchAsync("k1", "c1", "c2", "c3");
            await Survivor.Outbox.LeaseAsync("k1", 1, Now, Now.AddMinutes(1), null, Cancellation);
        },
        victim => victim.Campaigns.StepAsync("k1", new CampaignStep.Cancel(), victim.Clock.GetUtcNow(), Cancellation),
        async cut =>
        {
            var campaign = await Survivor.Campaigns.FindAsync("k1", Cancellation);
            Assert.True(cut || campaign!.Status == CampaignStatus.Cancelled);
            await FinishAsync();

            // What was cut off before it was skipped is given up by the sender that stands in here.
            var stats = (await Survivor.Campaigns.FindAsync("k1", Cancellation))!.Stats;
            Assert.Equal((3, 0), (stats.Failed + stats.Skipped, stats.Sent));
            Assert.True(cut || stats.Skipped == 2);
            await AssertCompletedAsync(stats);
        });

    [Fact]
    public Task A_campaign_that_was_being_retried_sends_each_failed_row_once_more() => AtEveryPointAsync(
        async () =>
        {
            await LaunchAsync("k1", "c1", "c2", "c3");
            var rows = await Survivor.Outbox.LeaseAsync("k1", 10, Now, Now.AddMinutes(1), null, Cancellation);
            await Survivor.Receipts.ApplyAsync([Receipt(rows[0], DeliveryStatus.Sent)], Cancellation);
            await FinishAsync();
        },
        victim => victim.Campaigns.StepAsync("k1", new CampaignStep.Retry("mara@example.com"), victim.Clock.GetUtcNow(), Cancellation),
        async cut =>
        {
            if ((await Survivor.Campaigns.FindAsync("k1", Cancellation))!.Status == CampaignStatus.Completed)
            {
                Assert.True(cut);
                await Survivor.Campaigns.StepAsync("k1", new CampaignStep.Retry("mara@example.com"), Now, Cancellation);
            }

            await FinishAsync();
            var log = (await Survivor.Campaigns.ListLogAsync("k1", LogFilter.All, new(10, null), Cancellation))!.Items;
            Assert.Equal([DeliveryStatus.Failed, DeliveryStatus.Failed, DeliveryStatus.Sent], log.Select(row => row.Status).Order());
            var rounds = await mongo.Database.GetCollection<MongoLogRow>("log")
                .Find(FilterDefinition<MongoLogRow>.Empty)
                .Project(row => row.Round)
                .ToListAsync(Cancellation);
            Assert.Equal([1, 2, 2], rounds.Order());
            await AssertCompletedAsync(new CampaignStats(0, 1, 2));
        });

    [Fact]
    public Task A_late_receipt_that_was_being_applied_is_counted_when_it_comes_again() => AtEveryPointAsync(
        async () =>
        {
            await LaunchAsync("k1", "c1", "c2");
            await FinishAsync();
        },
        async victim => await victim.Receipts.ApplyAsync([await LateReceiptAsync()], Cancellation),
        async _ =>
        {
            await Survivor.Receipts.ApplyAsync([await LateReceiptAsync()], Cancellation);
            await AssertCompletedAsync(new CampaignStats(0, 1, 1));
        });

    public async ValueTask InitializeAsync() => survivor = await mongo.StoresAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="arrange">What is there before.</param>
    /// <param name="verb">What the victim dies of.</param>
    /// <param name="check">What must be so after the repair; whether it was cut off.</param>
    private async Task AtEveryPointAsync(Func<Task> arrange, Func<MongoStores, Task> verb, Func<bool, Task> check)
    {
        var cutOff = new CutOff();
        var victimsStore = mongo.Open(cutOff.OnEvent);
        await victimsStore.PingAsync(Cancellation);
        for (var (point, cut) = (1, true); cut; point++)
        {
            survivor = await mongo.StoresAsync();
            await arrange();
            var victim = new MongoStores(victimsStore);
            cutOff.Arm(point);
            try
            {
                await verb(victim);
            }
            catch (CutOffException)
            {
                // As planned.
            }

            cut = cutOff.Happened;
            try
            {
                Survivor.Clock.Advance(TimeSpan.FromMinutes(3));
                await Survivor.Repair.RunOnceAsync(Cancellation);
                await check(cut);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"Cut off at point {point}, after {string.Join(", ", cutOff.Commands)}: {e.Message}", e);
            }
        }
    }

    /// <summary>The sender's loop, with a vendor that knows nothing and sends nothing, until there is no more to do.</summary>
    private async Task FinishAsync()
    {
        foreach (var abandoned in await Survivor.Campaigns.FindAbandonedAsync(Now.AddHours(1), Cancellation))
        {
            await Survivor.Campaigns.DiscardAsync(abandoned, Cancellation);
        }

        foreach (var campaign in await Survivor.Outbox.ListOpenAsync(Cancellation))
        {
            do
            {
                var rows = await Survivor.Outbox.LeaseAsync(campaign.Id, 100, Now.AddHours(1), Now.AddHours(2), null, Cancellation);
                await Survivor.Outbox.RecordAsync([.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], Now, Cancellation);
            }
            while (!await Survivor.Outbox.TryCompleteAsync(campaign.Id, Now, Cancellation));
        }

        await Survivor.Repair.RunOnceAsync(Cancellation);
    }

    private async Task AssertTotalsAsync(bool cut)
    {
        var customers = (await Survivor.Customers.ListAsync(null, new(50, null), Cancellation)).Items;
        var orders = await mongo.Database.GetCollection<MongoOrder>("orders")
            .Find(FilterDefinition<MongoOrder>.Empty)
            .ToListAsync(Cancellation);
        Assert.True(cut || orders.Count + customers.Count > 0);
        foreach (var customer in customers)
        {
            var own = orders.Where(order => order.CustomerId == customer.Id).ToArray();
            Assert.Equal(
                (own.Count(order => order.RefundOf is null), own.Sum(order => order.Amount)), (customer.OrderCount, customer.TotalSpend));
            Assert.DoesNotContain(orders, order => order.RefundOf is not null && orders.Exists(
                other => other.Id == order.RefundOf && other.CustomerId != order.CustomerId));
            Assert.DoesNotContain(orders, order => order.EmailKey is not null && order.EmailKey == customer.Email);
        }
    }

    private async Task AssertCompletedAsync(CampaignStats expected)
    {
        await FinishAsync();
        Assert.Empty(await Survivor.Outbox.ListOpenAsync(Cancellation));
        var campaign = await mongo.Database.GetCollection<MongoCampaign>("campaigns")
            .Find(FilterDefinition<MongoCampaign>.Empty)
            .SingleAsync(Cancellation);
        Assert.Equal(expected, campaign.Frozen?.Stats ?? throw new InvalidOperationException("Its counts are not frozen."));
    }

    private async Task<string> DumpAsync()
    {
        var documents = new List<string>();
        foreach (
            var name in await (await mongo.Database.ListCollectionNamesAsync(cancellationToken: Cancellation)).ToListAsync(Cancellation))
        {
            documents.AddRange(
                (await mongo.Database.GetCollection<BsonDocument>(name).Find(FilterDefinition<BsonDocument>.Empty).ToListAsync(Cancellation)).Select(document =>
                    document.ToJson()));
        }

        return string.Join('\n', documents);
    }

    private Task<long> CountAsync(string collection) =>
        mongo.Database.GetCollection<BsonDocument>(collection)
            .CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation);

    private Task LaunchAsync(string id, params string[] customers) => MakeAsync(Survivor, id, customers);

    private async Task MakeAsync(MongoStores stores, string id, params string[] customers)
    {
        await stores.Campaigns.BeginAsync(New(id, "key of " + id), Cancellation);
        await stores.Campaigns.AppendLogBatchAsync(
            new(id), [
                .. customers.Select(
                    customer =>
                        new NewLogEntry(
                            $"row of {customer}",
                            customer,
                            customer == "c1" ? "mara@example.com" : "bo@example.com",
                            "Hi",
                            Now))], Now.AddMinutes(1), Cancellation);
        await stores.Campaigns.StartAsync(new(id), Now, [], Cancellation);
    }

    private NewCampaign New(string id, string key) => NewCampaigns.Of(id, Now, TimeSpan.FromMinutes(1), key: key);

    private async Task<Receipt> LateReceiptAsync()
    {
        var row = await mongo.Database.GetCollection<MongoLogRow>("log")
            .Find(new BsonDocument("customerId", "c1"))
            .SingleAsync(Cancellation);
        return new Receipt(row.Id, "v", DeliveryStatus.Sent, null, null);
    }

    private static Receipt Receipt(OutboxRow row, DeliveryStatus status) =>
        new(row.MessageId.ToString(), "v-" + row.MessageId, status, null, null);

    private static CustomerChange Customer(string? id, string email) => new() { Id = id, Name = "N", Email = email };

    private Order Order(string orderId, string? id = null, string? email = null) =>
        new() { Id = orderId, CustomerId = id, CustomerEmail = email, Amount = 2.5m, PlacedAt = Now };
}
