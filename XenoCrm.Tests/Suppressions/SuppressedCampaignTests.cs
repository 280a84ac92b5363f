using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Suppressions;

/// <summary>Over HTTP: an address on the list is not written to, by whatever way its owner comes.</summary>
public sealed class SuppressedCampaignTests : IAsyncDisposable
{
    private readonly CampaignDriver driver = new(
        ("Campaigns:BatchSize", "1"), ("Campaigns:Concurrency", "1"), ("Campaigns:ReceiptTimeout", "00:10:00"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task Who_had_unsubscribed_and_was_erased_is_not_written_to_after_a_new_import_and_who_had_not_is()
    {
        await driver.CustomersAsync(2);
        var client = await driver.ClientAsync();
        using var unsubscribed = await client.PostAsJsonAsync("/customers", new { id = "c0000", unsubscribed = true }, Cancellation);
        using var gone = await client.DeleteAsync("/customers/c0000", Cancellation);
        using var other = await client.DeleteAsync("/customers/c0001", Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (gone.StatusCode, other.StatusCode));

        var import = await client.ImportAsync(
            "/customers/import", "id,name,email\nnew0,Zoë,C0000@example.com\nnew1,Bo,c0001@example.com\n");
        Assert.Equal(("completed", 2, 2, 0), import.Balance());
        using var check = await client.PostAsJsonAsync("/suppressions/check", new { address = "c0000@example.com" }, Cancellation);
        var entry = (await check.JsonAsync()).GetProperty("entry");
        Assert.Equal(("unsubscribed", "erasure"), (entry.Text("reason"), entry.Text("by")));

        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal(["c0001@example.com"], driver.Vendor.Batches.SelectMany(batch => batch.Messages).Select(one => one.Recipient));
        Assert.Equal(["new1"], (await driver.LogAsync(id)).Select(row => row.Text("customerId")));
    }

    [Fact]
    public async Task What_changes_in_the_middle_of_a_campaign_holds_for_what_has_not_left()
    {
        var isBack = false;
        var sent = new ConcurrentBag<string>();
        driver.Vendor.OnSend = (http, batch) =>
        {
            if (!isBack)
            {
                return ScriptedVendor.AnswerAsync(http, 503);
            }

            sent.Add(batch.Messages.Single().Recipient);
            return ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(4);
        var client = await driver.ClientAsync();
        await AddAsync(client, "c0003@example.com");
        var id = await driver.LaunchAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "pause")).StatusCode);
        await AddAsync(client, "C0000@example.com");
        await client.ImportAsync("/suppressions/import", "address,reason\nc0001@example.com,complaint\n");
        isBack = true;
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "resume")).StatusCode);

        await driver.UntilAcceptedAsync(id, 1);
        await Poll.UntilAsync(async () => (await driver.LogAsync(id, "SKIPPED")).Count == 2, "two to be skipped");
        Assert.All(await driver.LogAsync(id, "SKIPPED"), row => Assert.Equal("suppressed", row.Text("failureReason")));
        Assert.Equal(["c0002@example.com"], sent);
        Assert.Equal(3, (await driver.CampaignAsync(id)).GetProperty("stats").Int("audience"));
    }

    [Fact]
    public async Task A_retry_does_not_write_to_an_address_that_is_on_the_list_by_then()
    {
        await driver.CustomersAsync(3);
        var client = await driver.ClientAsync();
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 3);
        await driver.ReceiveAsync(await driver.LogAsync(id), Core.Campaigns.DeliveryStatus.Failed, "mailbox full");
        await driver.UntilAsync(id, "completed");
        await AddAsync(client, "c0000@example.com");

        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "retry")).StatusCode);
        await driver.UntilAcceptedAsync(id, 2);
        await Poll.UntilAsync(async () => (await driver.LogAsync(id, "SKIPPED")).Count == 1, "one to be skipped");
        Assert.Equal("suppressed", Assert.Single(await driver.LogAsync(id, "SKIPPED")).Text("failureReason"));

        // On a busy machine a message may be handed over twice, under the same id; a retry's has another.
        var sent = driver.Vendor.Batches.SelectMany(batch => batch.Messages).Where(one => one.Recipient == "c0000@example.com");
        Assert.Single(sent.Select(one => one.Id).Distinct());
    }

    private static async Task AddAsync(HttpClient client, string address)
    {
        using var answer = await client.PostAsJsonAsync("/suppressions", new { address, reason = "bounced" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }
}
