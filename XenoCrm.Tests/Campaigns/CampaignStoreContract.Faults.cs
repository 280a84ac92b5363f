using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Receipts;

namespace XenoCrm.Tests.Campaigns;

/// <summary>What random interleavings have found that the stores answered differently.</summary>
public abstract partial class CampaignStoreContract
{
    [Fact]
    public async Task A_receipt_of_a_message_that_was_never_tried_is_no_try()
    {
        var id = await LaunchAsync(recipients: 2);
        var row = (await LogAsync(id))[0];
        await Receipts.ApplyAsync([new Receipt(row.Id, "v-1", DeliveryStatus.Sent, null, Now)], Cancellation);
        row = (await LogAsync(id))[0];
        Assert.Equal((DeliveryStatus.Sent, "v-1", 0), (row.Status, row.VendorMessageId, row.Attempts));
    }

    [Fact]
    public async Task A_try_that_was_none_is_not_counted_by_a_receipt_that_comes_all_the_same()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([.. rows.Select(row => new SendResult.Waits(row.MessageId, Now, MaybeHanded: false))], Now, Cancellation);
        await Receipts.ApplyAsync([new Receipt(rows[0].MessageId.ToString(), "v-1", DeliveryStatus.Failed, "full", Now)], Cancellation);
        Assert.Equal(0, Assert.Single(await LogAsync(id, DeliveryStatus.Failed)).Attempts);
    }

    [Fact]
    public async Task A_failure_without_words_says_that_its_person_is_erased()
    {
        await Customers.UpsertAsync([new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" }], Cancellation);
        var id = await LaunchAsync(recipients: 1);
        var row = Assert.Single(await LeaseAllAsync(id));
        await Receipts.ApplyAsync([new Receipt(row.MessageId.ToString(), "v-1", DeliveryStatus.Failed, null, Now)], Cancellation);
        await Customers.EraseAsync("c0", Cancellation);
        Assert.Equal(SkipReason.Erased, Assert.Single(await LogAsync(id, DeliveryStatus.Failed)).FailureReason);
    }

    [Fact]
    public async Task What_the_vendor_does_not_have_after_all_is_not_called_by_its_id_any_more()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([.. rows.Select((row, i) => new SendResult.Accepted(row.MessageId, $"v-{i}", Now))], Now, Cancellation);
        rows = await LeaseAllAsync(id);
        Assert.Equal(["v-0", "v-1"], rows.Select(row => row.VendorMessageId).Order());

        var forgotten = rows.Single(row => row.VendorMessageId == "v-0");
        await Outbox.RecordAsync([new SendResult.Later(forgotten.MessageId, Now, Unknown: true)], Now, Cancellation);
        Assert.Equal(
            [ReceiptOutcome.Unmatched, ReceiptOutcome.Applied],
            await Receipts.ApplyAsync(
                [
                    new Receipt(null, "v-0", DeliveryStatus.Failed, null, Now), new Receipt(null, "v-1", DeliveryStatus.Sent, null, Now),
                ],
                Cancellation));

        await Outbox.RecordAsync([new SendResult.GivenUp(forgotten.MessageId, "no")], Now, Cancellation);
        Assert.Null(Assert.Single(await LogAsync(id, DeliveryStatus.Failed)).VendorMessageId);
        Assert.Equal("v-1", Assert.Single(await LogAsync(id, DeliveryStatus.Sent)).VendorMessageId);
    }

    [Fact]
    public async Task A_message_without_text_is_skipped_for_that_whoever_is_erased_meanwhile()
    {
        await Customers.UpsertAsync([new CustomerChange { Id = "c0", Name = "A", Email = "c0@example.com" }], Cancellation);
        var campaign = New(null);
        await Campaigns.BeginAsync(campaign, Cancellation);
        await Customers.EraseAsync("c0", Cancellation);
        await Campaigns.AppendLogBatchAsync(
            new(campaign.Campaign.Id),
            [Row("c0") with { Message = "", SkipReason = SkipReason.EmptyText }, Row("c1")],
            Now.AddMinutes(1),
            Cancellation);
        await Campaigns.StartAsync(new(campaign.Campaign.Id), Now, [], Cancellation);
        var row = Assert.Single(await LogAsync(campaign.Campaign.Id, DeliveryStatus.Skipped));
        Assert.Equal((null, SkipReason.EmptyText), (row.Recipient, row.FailureReason));
    }

    [Fact]
    public async Task A_receipt_after_the_end_is_counted_however_far_back_a_clock_was_set_meanwhile()
    {
        var id = await LaunchAsync(recipients: 2);
        var rows = await LeaseAllAsync(id);
        await Outbox.RecordAsync([.. rows.Select(row => new SendResult.GivenUp(row.MessageId, "no"))], Now, Cancellation);
        Assert.True(await Outbox.TryCompleteAsync(id, Now.AddYears(200), Cancellation));
        await Receipts.ApplyAsync([new Receipt(rows[0].MessageId.ToString(), "v-1", DeliveryStatus.Sent, null, Now)], Cancellation);
        Assert.Equal(new CampaignStats(0, 1, 1), (await Campaigns.FindAsync(id, Cancellation))!.Stats);
    }
}
