using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Core.Rules;
using XenoCrm.Core.Segments;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>What every store tells of campaigns in retrospect.</summary>
public abstract class CampaignReviewContract
{
    private static readonly DateTimeOffset Began = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly Rule Pune = RuleJson.Parse("""{"city":"Pune"}""");

    private int campaigns;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICustomerStore Customers { get; }

    protected abstract IOrderStore Orders { get; }

    private protected abstract ICampaignStore Campaigns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected abstract IReceiptStore Receipts { get; }

    [Fact]
    public async Task A_delivery_tells_what_its_recipient_had_bought_when_the_campaign_began()
    {
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "a", Name = "Ann", Email = "a@example.com", City = "Pune" },
                new CustomerChange { Id = "b", Name = "Bob", Email = "b@example.com" },
                new CustomerChange { Id = "c", Name = "Cat", Email = "c@example.com", City = "Delhi" },
                new CustomerChange { Id = "d", Name = "Dan", Email = "d@example.com", City = "Delhi" },
            ],
            Cancellation);
        await Orders.AddAsync(
            [
                Order("a", 10.0001m, Began.AddDays(-40)), Order(
                    "a", 5m, Began.AddMilliseconds(-1)), Order("a", 900m, Began), Order("a", 1m, Began.AddDays(3)),
                Order("b", 7m, Began.AddDays(1)),
                Order("c", 2.5m, Began.AddDays(-400)),
            ],
            Cancellation);
        var campaign = await RunAsync(Pune, sent: ["a", "c"], failed: ["b"], open: ["d"]);
        await Customers.EraseAsync("c", Cancellation);

        Assert.Equal(
            [
                new Delivery(DeliveryStatus.Sent, null, "Pune", 15.0001m, 2, Began.AddMilliseconds(-1)),
                new Delivery(DeliveryStatus.Failed, "mailbox full", null, 0, 0, null),
                new Delivery(DeliveryStatus.Sent, null, null, 2.5m, 1, Began.AddDays(-400)), // erased: the orders stay, without a name
                new Delivery(DeliveryStatus.Pending, null, "Delhi", 0, 0, null),
            ],
            await Campaigns.SampleDeliveriesAsync(campaign, 100, Cancellation));
    }

    [Fact]
    public async Task A_sample_of_deliveries_is_the_first_in_its_order()
    {
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"c{i:D2}")];
        await Customers.UpsertAsync(
            [.. ids.Select(id => new CustomerChange { Id = id, Name = "Ann", Email = $"{id}@example.com", City = id })], Cancellation);
        var campaign = await RunAsync(Pune, sent: ids[..20], failed: ids[20..]);
        var sample = await Campaigns.SampleDeliveriesAsync(campaign, 11, Cancellation);
        Assert.Equal(ids.OrderBy(SampleOrder.Of).Take(11).Order(StringComparer.Ordinal), sample.Select(delivery => delivery.City));
        Assert.All(
            sample, delivery => Assert.Equal(string.CompareOrdinal(delivery.City, "c20") < 0, delivery.Status == DeliveryStatus.Sent));
    }

    [Fact]
    public async Task Earlier_are_the_completed_campaigns_with_recipients_newest_first()
    {
        var first = await RunAsync(Pune, sent: ["a"], failed: ["b"]);
        await RunAsync(Pune, sent: ["a"], failed: [], open: ["b"]);
        await RunAsync(Pune, sent: [], failed: []);
        var other = await RunAsync(new Everyone(), sent: ["a", "b"], failed: []);
        var campaign = await RunAsync(Pune, sent: ["a"], failed: []);
        await RunAsync(Pune, sent: ["a"], failed: []);

        var earlier = await Campaigns.ListEarlierAsync(campaign, sameRule: false, 10, Cancellation);
        Assert.Equal([other.Id, first.Id], earlier.Select(one => one.Id));
        Assert.Equal([new CampaignStats(0, 2, 0), new CampaignStats(0, 1, 1)], earlier.Select(one => one.Stats));
        Assert.Equal([other.Id], (await Campaigns.ListEarlierAsync(campaign, sameRule: false, 1, Cancellation)).Select(one => one.Id));
        Assert.Equal([first.Id], (await Campaigns.ListEarlierAsync(campaign, sameRule: true, 10, Cancellation)).Select(one => one.Id));
        Assert.Empty(await Campaigns.ListEarlierAsync(first, sameRule: false, 10, Cancellation));
    }

    private async Task<Campaign> RunAsync(Rule rule, string[] sent, string[] failed, params string[] open)
    {
        var id = Guid.CreateVersion7(Began.AddMinutes(campaigns++)).ToString();
        await Campaigns.BeginAsync(NewCampaigns.Of(id, Began, TimeSpan.FromSeconds(30), rule), Cancellation);
        NewLogEntry[] rows =
        [
            .. ((string[])[.. sent, .. failed, .. open])
                .Select(customer => new NewLogEntry(Guid.CreateVersion7().ToString(), customer, customer + "@example.com", "Hi", Began))
        ];
        await Campaigns.AppendLogBatchAsync(new(id), rows, Began.AddSeconds(30), Cancellation);
        await Campaigns.StartAsync(new(id), Began, [], Cancellation);
        await Receipts.ApplyAsync(
            [.. rows.Where(row => !open.Contains(row.CustomerId)).Select(row => sent.Contains(row.CustomerId)
                ? new Receipt(row.Id, "v" + row.Id, DeliveryStatus.Sent, null, null)
                : new Receipt(row.Id, "v" + row.Id, DeliveryStatus.Failed, "mailbox full", null))],
            Cancellation);
        await Outbox.TryCompleteAsync(id, Began.AddMinutes(1), Cancellation);
        return (await Campaigns.FindAsync(id, Cancellation))!;
    }

    private static Order Order(string customer, decimal amount, DateTimeOffset placedAt) =>
        new() { Id = Guid.CreateVersion7().ToString(), CustomerId = customer, Amount = amount, PlacedAt = placedAt };
}
