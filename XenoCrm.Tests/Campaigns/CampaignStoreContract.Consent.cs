using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What is true of a person when the message leaves, what was not sent, and what counts as a try.</summary>
public abstract partial class CampaignStoreContract
{
    [Fact]
    public async Task A_lease_says_who_must_not_be_written_to_any_more()
    {
        await Customers.UpsertAsync(
            [
                new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" },
                new CustomerChange { Id = "c1", Name = "B", Email = "c1@example.com", Unsubscribed = true },
                new CustomerChange { Id = "c2", Name = "C", Email = "other@example.com" },
                new CustomerChange { Id = "c3", Name = "D", Email = "C3@Example.com" },
            ],
            Cancellation);
        var id = await LaunchAsync(recipients: 5);
        var rows = (await LeaseAllAsync(id)).ToDictionary(row => row.Recipient, row => row.SkipReason);
        Assert.Equal(
            [null, "unsubscribed", "no address", null, "erased"],
            Enumerable.Range(0, 5).Select(i => rows[$"c{i}@example.com"]));
    }

    [Theory]
    [InlineData("+91 98765 43210", "+919876543210", null, null)]
    [InlineData("+91 98765 43210", "+91 98765 43211", null, "no address")]
    [InlineData("+919876543210", "098765 43210", "+919876543210", null)]
    [InlineData("098765 43210", "098765 43210", "+919876543210", null)]
    [InlineData("+919876543210", "098765 43211", "+919876543211", "no address")]
    public async Task A_telephone_number_is_the_same_however_it_is_written(string then, string now, string? e164, string? reason)
    {
        await Customers.UpsertAsync([new CustomerChange { Id = "p", Name = "P", Phone = now, PhoneE164 = e164 }], Cancellation);
        var campaign = New(null);
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Campaigns.AppendLogBatchAsync(
            new(campaign.Campaign.Id), [Row("p") with { Recipient = then }], Now.AddMinutes(1), Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, [], Cancellation);
        Assert.Equal(reason, Assert.Single(await LeaseAllAsync(campaign.Campaign.Id)).SkipReason);
    }

    [Fact]
    public async Task What_is_skipped_is_final_with_its_reason_was_not_tried_and_is_no_failure()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([new SendResult.Skipped(
            rows[0].MessageId, SkipReason.Unsubscribed), new SendResult.GivenUp(rows[1].MessageId, "no")], Now, Cancellation);

        var skipped = Assert.Single(await LogAsync(id, DeliveryStatus.Skipped));
        Assert.Equal((rows[0].MessageId.LogId, "unsubscribed", 0), (skipped.Id, skipped.FailureReason, skipped.Attempts));
        Assert.Equal(new RecentOutcomes(0, 1), await Outbox.CountRecentAsync(id, Cancellation));
        Assert.Equal(new CampaignStats(0, 0, 1, Skipped: 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
        Assert.Equal(2, (await LogAsync(id)).Count);
        Assert.True(await Outbox.TryCompleteAsync(id, Now, Cancellation));
        Assert.Equal(new CampaignStats(0, 0, 1, Skipped: 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
        Assert.Empty(await LeaseAllAsync(id));
    }

    [Fact]
    public async Task A_text_that_is_empty_is_skipped_from_the_start_and_belongs_to_the_audience()
    {
        var campaign = New(null);
        await Campaigns.BeginAsync(campaign, Cancellation);
        var id = campaign.Campaign.Id;
        await Campaigns.AppendLogBatchAsync(
            new(id), [Row("c0"), Row("c1") with { Message = "", SkipReason = SkipReason.EmptyText }], Now.AddMinutes(1), Cancellation);
        Assert.Equal(2, await Campaigns.StartAsync(new(id), Now, [], Cancellation));
        Assert.Equal("c0@example.com", Assert.Single(await LeaseAllAsync(id)).Recipient);
        var skipped = Assert.Single(await LogAsync(id, DeliveryStatus.Skipped));
        Assert.Equal(("c1", "empty text"), (skipped.CustomerId, skipped.FailureReason));
    }

    [Fact]
    public async Task A_campaign_of_which_all_is_skipped_is_complete_at_once()
    {
        var campaign = New(null);
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Campaigns.AppendLogBatchAsync(
            new(campaign.Campaign.Id), [Row("c0") with { SkipReason = SkipReason.EmptyText }], Now.AddMinutes(1), Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, [], Cancellation);
        Assert.Equal(CampaignStatus.Completed, (await Campaigns.FindAsync(campaign.Campaign.Id, Cancellation))!.Status);
        Assert.Equal(
            new StepOutcome(false, CampaignStatus.Completed),
            await StepAsync(campaign.Campaign.Id, new CampaignStep.Retry("mara@example.com")));
    }

    [Fact]
    public async Task A_vendor_that_is_away_is_no_try()
    {
        var id = await LaunchAsync(recipients: 1);
        for (var i = 0; i < 3; i++)
        {
            var row = Assert.Single(await LeaseAllAsync(id));
            Assert.Equal((1, false), (row.Attempts, row.MaybeHanded));
            await Outbox.RecordAsync([new SendResult.Waits(row.MessageId, Now, MaybeHanded: false)], Now, Cancellation);
            Assert.Equal(0, Assert.Single(await LogAsync(id)).Attempts);
        }

        await StepAsync(id, new CampaignStep.Cancel());
        Assert.Equal(new CampaignStats(0, 0, 0, Skipped: 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
    }

    [Fact]
    public async Task What_was_lost_sight_of_on_the_way_is_no_try_and_is_not_forgotten()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Waits(row.MessageId, Now, MaybeHanded: true)], Now, Cancellation);
        row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Waits(row.MessageId, Now, MaybeHanded: false)], Now, Cancellation);
        Assert.Equal(0, Assert.Single(await LogAsync(id)).Attempts);

        await StepAsync(id, new CampaignStep.Cancel());
        Assert.Equal(new CampaignStats(1, 0, 0), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
        Assert.True(Assert.Single(await LeaseAllAsync(id)).MaybeHanded);
    }

    [Fact]
    public async Task A_row_that_the_vendor_has_keeps_its_one_try_while_the_vendor_is_away()
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Accepted(row.MessageId, "v1", Now)], Now, Cancellation);
        await LeaseAllAsync(id);
        await Outbox.RecordAsync([new SendResult.Waits(row.MessageId, Now, MaybeHanded: false)], Now, Cancellation);
        var entry = Assert.Single(await LogAsync(id));
        Assert.Equal(("v1", 1), (entry.VendorMessageId, entry.Attempts));
    }

    [Theory]
    [InlineData(DeliveryStatus.Failed)]
    [InlineData(DeliveryStatus.Sent)]
    public async Task A_receipt_is_more_than_a_skip_and_a_skip_is_no_more_than_a_receipt(DeliveryStatus status)
    {
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Outbox.RecordAsync([new SendResult.Skipped(row.MessageId, SkipReason.Unsubscribed)], Now, Cancellation);
        Assert.True(await Outbox.TryCompleteAsync(id, Now, Cancellation));
        var receipt = new Receipt(row.MessageId.ToString(), "v1", status, null, null);
        Assert.Equal([ReceiptOutcome.Applied], await Receipts.ApplyAsync([receipt], Cancellation));
        Assert.Equal([ReceiptOutcome.Known], await Receipts.ApplyAsync([receipt], Cancellation));
        await Outbox.RecordAsync([new SendResult.Skipped(row.MessageId, SkipReason.Unsubscribed)], Now, Cancellation);

        var entry = Assert.Single(await LogAsync(id));
        Assert.Equal((status, null), (entry.Status, entry.FailureReason));
        Assert.Equal(status == DeliveryStatus.Sent
            ? new CampaignStats(0, 1, 0) : new CampaignStats(0, 0, 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
    }

    [Fact]
    public async Task A_retry_leaves_the_skipped_alone()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([new SendResult.Skipped(
            rows[0].MessageId, SkipReason.NoAddress), new SendResult.GivenUp(rows[1].MessageId, "no")], Now, Cancellation);
        await Outbox.TryCompleteAsync(id, Now, Cancellation);
        Assert.True((await StepAsync(id, new CampaignStep.Retry("mara@example.com"))).Taken);
        Assert.Equal(rows[1].MessageId.LogId, Assert.Single(await LeaseAllAsync(id)).MessageId.LogId);
        Assert.Equal("no address", Assert.Single(await LogAsync(id, DeliveryStatus.Skipped)).FailureReason);
    }

    [Fact]
    public async Task The_warnings_of_a_start_are_told_again_under_its_key()
    {
        var campaign = New("key");
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, ["{{city}}: 3 of 10"], Cancellation);
        Assert.Equal(["{{city}}: 3 of 10"], (await Campaigns.BeginAsync(New("key"), Cancellation)).Warnings);
    }
}
