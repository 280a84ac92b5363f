using XenoCrm.Api.Campaigns;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>A cap when a sender died with a row in hand: it may have left, or have been about to be looked at.</summary>
public sealed class FrequencyCapTests : IAsyncLifetime
{
    private readonly CampaignDriver driver = new(("Account:FrequencyCaps:0:Messages", "1"), ("Account:FrequencyCaps:0:Days", "7"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await driver.CustomersAsync(1);
        await driver.UntilAcceptedAsync(await driver.LaunchAsync(), 1);
    }

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task A_row_whose_sender_died_before_its_person_was_counted_does_not_leave_over_the_cap()
    {
        driver.Vendor.OnAsk = (http, _) => ScriptedVendor.AnswerAsync(http, StatusCodes.Status404NotFound);
        var batches = driver.Vendor.Batches.Count;
        var skipped = Assert.IsType<SendResult.Skipped>(await DeliverAgainAsync());
        Assert.Equal("capped", skipped.Reason);
        Assert.Equal(batches, driver.Vendor.Batches.Count);
    }

    [Fact]
    public async Task A_row_that_the_vendor_has_although_nobody_was_counted_is_as_the_vendor_says()
    {
        driver.Vendor.OnAsk = (http, id) => http.Response.WriteAsJsonAsync(new { id, vendorMessageId = "v-" + id, status = "PENDING" });
        var accepted = Assert.IsType<SendResult.Accepted>(await DeliverAgainAsync());
        Assert.Equal("v-" + accepted.MessageId, accepted.VendorMessageId);
    }

    private async Task<SendResult> DeliverAgainAsync()
    {
        var row = new OutboxRow(new MessageId("0199", 1), "c0000@example.com", "Hi", 2, null, TimeProvider.System.GetUtcNow())
        {
            CustomerId = "c0000",
            MaybeHanded = true,
        };
        var sender = driver.Api.Services.GetRequiredService<BatchSender>();
        return Assert.Single(await sender.DeliverAsync(new OpenCampaign("k", CampaignStatus.Sending), [row], Cancellation));
    }
}
