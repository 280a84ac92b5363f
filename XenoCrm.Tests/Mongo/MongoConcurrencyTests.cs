using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Mongo;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

/// <summary>Several processes at once on the same documents, some of which die; then the repair, and then the books must balance.</summary>
public sealed class MongoConcurrencyTests(MongoFixture mongo) : IClassFixture<MongoFixture>
{
    private static readonly string[] Ids = ["c1", "c2", "c3"];
    private static readonly string[] Emails = ["a@example.com", "b@example.com", "c@example.com", "d@example.com"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IMongoCollection<MongoOrder> Orders => mongo.Database.GetCollection<MongoOrder>("orders");

    private IMongoCollection<MongoCampaign> Campaigns => mongo.Database.GetCollection<MongoCampaign>("campaigns");

    private IMongoCollection<MongoLogRow> Log => mongo.Database.GetCollection<MongoLogRow>("log");

    [Fact]
    public Task Totals_are_those_of_the_orders_whoever_wrote_or_died_beside_whom() => Property.CheckAsync(cases: 4, async random =>
    {
        var survivor = await mongo.StoresAsync();
        var acknowledged = new List<string>();
        var removed = new HashSet<string>();
        int[] seeds = [.. Enumerable.Range(0, 6).Select(_ => random.Next())];
        await Task.WhenAll(seeds.Select(async (seed, process) =>
        {
            var history = new Random(seed);
            var cutOff = new CutOff();
            var stores = new MongoStores(mongo.Open(cutOff.OnEvent));
            await stores.Store.PingAsync(Cancellation);
            for (var step = 0; step < 15; step++)
            {
                // One in five dies somewhere in its first fourteen commands, and is started again.
                cutOff.Arm(history.OneIn(5) ? history.Next(1, 29) : int.MaxValue);
                try
                {
                    if (history.OneIn(5))
                    {
                        // Said before it is done: one that dies may have done it.
                        var id = history.OneIn(2) ? "seen before" : $"{process}-{step - 1}-0";
                        lock (acknowledged)
                        {
                            removed.Add(id);
                        }

                        await stores.Orders.RemoveAsync(id, Cancellation);
                    }
                    else if (history.OneIn(3))
                    {
                        await stores.Customers.UpsertAsync([RandomChange(history), RandomChange(history)], Cancellation);
                    }
                    else
                    {
                        Order[] orders =
                        [
                            .. Enumerable.Range(0, history.Next(1, 4)).Select(i => RandomOrder(history, $"{process}-{step}-{i}"))
                        ];
                        var outcomes = await stores.Orders.AddAsync(orders, Cancellation);
                        lock (acknowledged)
                        {
                            // A refund goes with its order.
                            acknowledged.AddRange(orders.Zip(outcomes).Where(
                                pair => pair.Second.Refusal() is null && pair.First.RefundOf is null).Select(pair => pair.First.Id));
                        }
                    }
                }
                catch (Exception e) when (e is CutOffException or StoreUnavailableException)
                {
                    // Nobody was told that it worked. A server may refuse a write that another one is in the way of.
                }
            }
        }));

        survivor.Clock.Advance(TimeSpan.FromMinutes(3));
        await survivor.Repair.RunOnceAsync(Cancellation);

        var all = await Orders.Find(FilterDefinition<MongoOrder>.Empty).ToListAsync(Cancellation);
        Assert.Empty(acknowledged.Except(all.Select(order => order.Id)).Except(removed));
        foreach (var customer in (await survivor.Customers.ListAsync(null, new(500, null), Cancellation)).Items)
        {
            var own = all.Where(order => order.CustomerId == customer.Id).ToArray();
            Assert.Equal(
                (own.Count(order => order.RefundOf is null), own.Sum(order => order.Amount)), (customer.OrderCount, customer.TotalSpend));
            Assert.Equal(
                own.Where(order => order.RefundOf is null).Select(order => (DateTimeOffset?)order.PlacedAt).Max(), customer.LastOrderAt);
            Assert.DoesNotContain(all, order => order.EmailKey is not null && order.EmailKey == customer.Email);
        }
    });

    [Fact]
    public Task Frozen_counts_are_those_of_the_log_whatever_came_between() => Property.CheckAsync(cases: 6, async random =>
    {
        var stores = await mongo.StoresAsync();
        var now = stores.Clock.GetUtcNow();
        var rows = await LaunchAsync(stores, 40);
        await stores.Outbox.RecordAsync([.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], now, Cancellation);

        // Late successes, some of them twice, while two senders close the campaign.
        var late = rows.Where(_ => random.OneIn(2))
            .Select(row => new Receipt(row.MessageId.ToString(), "v", DeliveryStatus.Sent, null, null))
            .ToArray();
        await Task.WhenAll(
            Task.WhenAll(late.Concat(late).Chunk(5).Select(batch => stores.Receipts.ApplyAsync(batch, Cancellation))),
            stores.Outbox.TryCompleteAsync("k1", now, Cancellation),
            stores.Outbox.TryCompleteAsync("k1", now, Cancellation));

        var campaign = await Campaigns.Find(FilterDefinition<MongoCampaign>.Empty).SingleAsync(Cancellation);
        Assert.Equal(new CampaignStats(0, late.Length, 40 - late.Length), campaign.Frozen!.Stats);
    });

    [Fact]
    public async Task A_retry_beside_senders_that_close_the_campaign_leaves_no_row_behind()
    {
        var stores = await mongo.StoresAsync();
        var now = stores.Clock.GetUtcNow();
        await LaunchAsync(stores, 60);
        for (var round = 1; round < 6; round++)
        {
            bool[] done = [false];
            var senders = Enumerable.Range(0, 3).Select(async _ =>
            {
                while (!done[0])
                {
                    var rows = await stores.Outbox.LeaseAsync("k1", 25, now.AddHours(round), now.AddHours(round + 1), null, Cancellation);
                    await stores.Outbox.RecordAsync(
                        [.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], now, Cancellation);
                    await stores.Outbox.TryCompleteAsync("k1", now, Cancellation);
                }
            }).ToArray();
            await Poll.UntilAsync(
                async () => (await stores.Campaigns.StepAsync(
                    "k1", new CampaignStep.Retry("mara@example.com"), now.AddHours(round), Cancellation)).Taken,
                "a retry of the completed campaign");
            await Poll.UntilAsync(
                async () => (await stores.Outbox.ListOpenAsync(Cancellation)).Count == 0, "the campaign to be completed again");
            done[0] = true;
            await Task.WhenAll(senders);
            Assert.Equal(
                60,
                await Log.CountDocumentsAsync(
                    new BsonDocument { { "status", 1 }, { "round", round + 1 } }, cancellationToken: Cancellation));
            now = now.AddHours(1);
        }
    }

    [Fact]
    public async Task A_lease_takes_as_many_commands_for_a_thousand_rows_as_for_one()
    {
        var stores = await mongo.StoresAsync();
        var now = stores.Clock.GetUtcNow();
        await LaunchAsync(stores, 1_500);
        var commands = 0;
        var other = new MongoStores(mongo.Open(@event => commands += @event is CommandStartedEvent ? 1 : 0));
        await other.Store.PingAsync(Cancellation);
        commands = 0;

        Assert.Equal(1_000, (await other.Outbox.LeaseAsync("k1", 1_000, now.AddHours(1), now.AddHours(2), null, Cancellation)).Count);

        // Is it sending? Which are due? Mark them. Read them and their customers, a page and its rest at most.
        Assert.InRange(commands, 5, 7);
    }

    [Fact]
    public async Task Who_was_erased_while_the_audience_was_written_is_not_written_to()
    {
        var stores = await mongo.StoresAsync();
        var now = stores.Clock.GetUtcNow();
        await stores.Customers.UpsertAsync([new CustomerChange { Id = "c0", Name = "Mara", Email = "mara@example.com" }], Cancellation);
        await stores.Campaigns.BeginAsync(NewCampaigns.Of("k1", now, TimeSpan.FromMinutes(1)), Cancellation);
        await stores.Customers.EraseAsync("c0", Cancellation);
        await stores.Campaigns.AppendLogBatchAsync(new("k1"), [Row(0, now), Row(1, now)], now.AddMinutes(1), Cancellation);
        await stores.Campaigns.StartAsync(new("k1"), now, [], Cancellation);

        var leased = Assert.Single(await stores.Outbox.LeaseAsync("k1", 10, now, now.AddMinutes(1), null, Cancellation));
        Assert.Equal("c1@example.com", leased.Recipient);
        Assert.Equal(new CampaignStats(1, 0, 0, Skipped: 1), (await stores.Campaigns.FindAsync("k1", Cancellation))!.Stats);
        Assert.Equal(0, await Log.CountDocumentsAsync(new BsonDocument("recipient", "c0@example.com"), cancellationToken: Cancellation));
    }

    private static async Task<IReadOnlyList<OutboxRow>> LaunchAsync(MongoStores stores, int recipients)
    {
        var now = stores.Clock.GetUtcNow();
        await stores.Campaigns.BeginAsync(NewCampaigns.Of("k1", now, TimeSpan.FromMinutes(1)), Cancellation);
        await stores.Campaigns.AppendLogBatchAsync(
            new("k1"), [.. Enumerable.Range(0, recipients).Select(i => Row(i, now))], now.AddMinutes(1), Cancellation);
        await stores.Campaigns.StartAsync(new("k1"), now, [], Cancellation);
        return recipients > 100 ? [] : await stores.Outbox.LeaseAsync("k1", recipients, now, now.AddMinutes(1), null, Cancellation);
    }

    private static NewLogEntry Row(int i, DateTimeOffset now) => new($"row {i}", $"c{i}", $"c{i}@example.com", "Hi", now);

    private static CustomerChange RandomChange(Random random) => random.Next(4) switch
    {
        0 => new CustomerChange { Name = "N", Email = random.Pick(Emails) },
        1 => new CustomerChange { Id = random.Pick(Ids), Name = "N", Email = "" },
        _ => new CustomerChange { Id = random.Pick(Ids), Name = "N", Email = random.Pick(Emails) },
    };

    private static Order RandomOrder(Random random, string id)
    {
        var byEmail = random.OneIn(2);
        var isRefund = random.OneIn(6);
        return new Order
        {
            Id = random.OneIn(6) && !isRefund ? "seen before" : id,
            RefundOf = isRefund ? "seen before" : null,
            CustomerId = byEmail ? null : random.Pick(Ids),
            CustomerEmail = byEmail ? random.Pick(Emails) : null,
            Amount = random.Next(1, 100_000) / (isRefund ? -10_000m : 10_000m),
            PlacedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(1_000_000)),
        };
    }
}
