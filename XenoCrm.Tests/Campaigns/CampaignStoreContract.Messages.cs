using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;

namespace XenoCrm.Tests.Campaigns;

public abstract partial class CampaignStoreContract
{
    [Fact]
    public async Task A_customers_messages_are_listed_the_newest_campaigns_first_with_its_name_and_what_became_of_them()
    {
        var first = await LaunchAsync(recipients: 2);
        var row = (await LeaseAllAsync(first)).Single(leased => leased.Recipient == "c1@example.com");
        await Outbox.RecordAsync([new SendResult.GivenUp(row.MessageId, "mailbox full")], Now, Cancellation);
        var second = await LaunchAsync(recipients: 2);
        await LaunchAsync(recipients: 1);

        var messages = await MessagesAsync("c1");
        Assert.Equal([second, first], messages.Select(message => message.Entry.CampaignId));
        Assert.Equal((await Campaigns.FindAsync(first, Cancellation))!.Name, messages[1].CampaignName);
        Assert.Equal(
            ("c1", "Hi", DeliveryStatus.Failed, "mailbox full"),
            (messages[1].Entry.CustomerId, messages[1].Entry.Message, messages[1].Entry.Status, messages[1].Entry.FailureReason));
    }

    [Fact]
    public async Task A_customers_messages_come_page_by_page_without_gaps()
    {
        var campaigns = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            campaigns.Insert(0, await LaunchAsync(recipients: 1));
        }

        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Campaigns.ListMessagesAsync("c0", new PageRequest(2, cursor), Cancellation);
            Assert.InRange(page.Items.Count, 1, 2);
            found.AddRange(page.Items.Select(message => message.Entry.CampaignId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(campaigns, found);
    }

    [Fact]
    public async Task Nobody_has_a_message_of_a_campaign_that_has_not_started()
    {
        await PrepareAsync(recipients: 1);
        Assert.Empty(await MessagesAsync("c0"));
        Assert.Empty(await MessagesAsync("nobody"));
    }

    [Fact]
    public async Task Of_an_erased_customer_the_messages_stay_without_address_and_text()
    {
        await Customers.UpsertAsync([new CustomerChange { Id = "c0", Name = "Mara", Email = "c0@example.com" }], Cancellation);
        var id = await LaunchAsync(recipients: 1);
        await Customers.EraseAsync("c0", Cancellation);

        var message = Assert.Single(await MessagesAsync("c0"));
        Assert.Equal(
            (id, null, null, DeliveryStatus.Skipped, SkipReason.Erased),
            (message.Entry.CampaignId, message.Entry.Recipient, message.Entry.Message, message.Entry.Status, message.Entry.FailureReason));
    }

    [Fact]
    public async Task A_cursor_of_another_customers_messages_is_refused()
    {
        await LaunchAsync(recipients: 2);
        await LaunchAsync(recipients: 2);
        var page = await Campaigns.ListMessagesAsync("c0", new PageRequest(1, null), Cancellation);
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => Campaigns.ListMessagesAsync("c1", new PageRequest(1, page.NextCursor), Cancellation));
    }

    private async Task<IReadOnlyList<CustomerMessage>> MessagesAsync(string customerId) =>
        (await Campaigns.ListMessagesAsync(customerId, new PageRequest(50, null), Cancellation)).Items;
}
