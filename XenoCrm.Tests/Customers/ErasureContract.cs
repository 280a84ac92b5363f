using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

/// <summary>What an erasure means for a campaign that has the person in it, in every store.</summary>
public abstract class ErasureContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract DateTimeOffset Now { get; }

    protected abstract ICustomerStore Customers { get; }

    private protected abstract ICampaignStore Campaigns { get; }

    private protected abstract IOutbox Outbox { get; }

    private protected abstract IReceiptStore Receipts { get; }

    [Fact]
    public async Task What_waits_is_not_sent_any_more_and_the_counts_stay()
    {
        var id = await LaunchAsync("c1", "c2");
        await Customers.EraseAsync("c1", Cancellation);

        Assert.Equal("c2@example.com", Assert.Single(await LeaseAsync(id, Now)).Recipient);
        await AssertErasedAsync(id, DeliveryStatus.Skipped);
        Assert.Equal(new CampaignStats(1, 0, 0, Skipped: 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
    }

    [Theory]
    [InlineData(DeliveryStatus.Sent, DeliveryStatus.Sent)]
    [InlineData(DeliveryStatus.Failed, DeliveryStatus.Failed)]
    public async Task What_is_on_its_way_ends_as_the_vendor_says_and_is_not_sent_twice(DeliveryStatus receipt, DeliveryStatus end)
    {
        var id = await LaunchAsync("c1", "c2");
        var rows = await LeaseAsync(id, Now);
        await Customers.EraseAsync("c1", Cancellation);
        await Outbox.RecordAsync(
            [.. rows.Select(row => new SendResult.Accepted(row.MessageId, "v " + row.MessageId, Now.AddMinutes(1)))], Now, Cancellation);

        // Neither sent nor asked about again: only the other's receipt is overdue.
        Assert.Equal("c2@example.com", Assert.Single(await LeaseAsync(id, Now.AddHours(1))).Recipient);

        var outcomes = await Receipts.ApplyAsync(
            [.. rows.Select(row =>
                new Receipt(
                    row.MessageId.ToString(),
                    "v " + row.MessageId,
                    receipt,
                    receipt == DeliveryStatus.Failed ? "Mara Rao is unknown" : null,
                    Now))], Cancellation);
        Assert.DoesNotContain(ReceiptOutcome.Unmatched, outcomes);
        await AssertErasedAsync(id, end);
        Assert.True(await Outbox.TryCompleteAsync(id, Now, Cancellation));
        var stats = (await Campaigns.FindAsync(id, Cancellation))!.Stats;
        Assert.Equal(end == DeliveryStatus.Sent ? new CampaignStats(0, 2, 0) : new CampaignStats(0, 0, 2), stats);
    }

    [Fact]
    public async Task What_is_tried_again_later_is_not()
    {
        var id = await LaunchAsync("c1");
        var row = Assert.Single(await LeaseAsync(id, Now));
        await Customers.EraseAsync("c1", Cancellation);
        await Outbox.RecordAsync([new SendResult.Later(row.MessageId, Now)], Now, Cancellation);
        Assert.Empty(await LeaseAsync(id, Now.AddHours(1)));
        await AssertErasedAsync(id, DeliveryStatus.Skipped);
    }

    [Fact]
    public async Task Who_is_erased_while_the_audience_is_written_is_not_written_to()
    {
        var campaign = await BeginAsync("c1", "c2");
        await Customers.EraseAsync("c1", Cancellation);
        await Campaigns.AppendLogBatchAsync(new(campaign), [Row("c1"), Row("c2")], Now.AddMinutes(1), Cancellation);
        await Campaigns.StartAsync(new(campaign), Now, [], Cancellation);

        Assert.Equal("c2@example.com", Assert.Single(await LeaseAsync(campaign, Now)).Recipient);
        await AssertErasedAsync(campaign, DeliveryStatus.Skipped);
        Assert.Equal(new CampaignStats(1, 0, 0, Skipped: 1), (await Campaigns.FindAsync(campaign, Cancellation))!.Stats);
    }

    [Fact]
    public async Task A_retry_passes_over_the_erased_and_a_failures_words_are_gone()
    {
        var id = await LaunchAsync("c1", "c2");
        var rows = await LeaseAsync(id, Now);
        await Receipts.ApplyAsync(
            [
                .. rows.Select(
                    row => new Receipt(row.MessageId.ToString(), "v " + row.MessageId, DeliveryStatus.Failed, "Mara Rao is unknown", Now))
            ],
            Cancellation);
        await Outbox.TryCompleteAsync(id, Now, Cancellation);
        await Customers.EraseAsync("c1", Cancellation);
        await AssertErasedAsync(id, DeliveryStatus.Failed);

        Assert.True((await Campaigns.StepAsync(id, new CampaignStep.Retry("mara@example.com"), Now, Cancellation)).Taken);
        Assert.Equal("c2@example.com", Assert.Single(await LeaseAsync(id, Now)).Recipient);
    }

    private async Task AssertErasedAsync(string campaign, DeliveryStatus status)
    {
        var row = (
            await Campaigns.ListLogAsync(campaign, LogFilter.All, new PageRequest(10, null), Cancellation))!.Items.Single(row =>
                row.CustomerId == "c1");
        Assert.Equal((status, null, null, status == DeliveryStatus.Sent ? null : "erased"), (
            row.Status, row.Recipient, row.Message, row.FailureReason));
    }

    private Task<IReadOnlyList<OutboxRow>> LeaseAsync(string campaign, DateTimeOffset at) =>
        Outbox.LeaseAsync(campaign, 10, at, at.AddSeconds(30), null, Cancellation);

    private async Task<string> LaunchAsync(params string[] customers)
    {
        var campaign = await BeginAsync(customers);
        await Campaigns.AppendLogBatchAsync(new(campaign), [.. customers.Select(Row)], Now.AddMinutes(1), Cancellation);
        await Campaigns.StartAsync(new(campaign), Now, [], Cancellation);
        return campaign;
    }

    private async Task<string> BeginAsync(params string[] customers)
    {
        await Customers.UpsertAsync(
            [.. customers.Select(id => new CustomerChange { Id = id, Name = "Mara Rao", Email = id + "@example.com" })], Cancellation);
        var campaign = NewCampaigns.Of("k1", Now, TimeSpan.FromMinutes(1));
        await Campaigns.BeginAsync(campaign, Cancellation);
        return campaign.Campaign.Id;
    }

    private NewLogEntry Row(string customer) => new("row " + customer, customer, customer + "@example.com", "Hi Mara Rao", Now);
}
