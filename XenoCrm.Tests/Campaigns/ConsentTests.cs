using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>Over HTTP: who is not written to any more, and who gets a text with nothing in it.</summary>
public sealed class ConsentTests : IAsyncDisposable
{
    private readonly CampaignDriver driver = new(
        ("Campaigns:BatchSize", "1"), ("Campaigns:Concurrency", "1"), ("Campaigns:ReceiptTimeout", "00:10:00"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task Who_changes_their_mind_while_a_campaign_is_paused_is_not_written_to_when_it_goes_on()
    {
        // The vendor is away until all is changed, so that nobody has been sent anything.
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
        var id = await driver.LaunchAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "pause")).StatusCode);
        await PostAsync(client, new { id = "c0000", unsubscribed = true });
        await PostAsync(client, new { id = "c0001", email = "new@example.com" });
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/customers/c0002", Cancellation)).StatusCode);
        isBack = true;
        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "resume")).StatusCode);

        await Poll.UntilAsync(async () => Stat(await driver.CampaignAsync(id), "skipped") == 3, "three to be skipped");
        await driver.UntilAcceptedAsync(id, 1);
        var reasons = (await driver.LogAsync(id, "SKIPPED"))
            .ToDictionary(row => row.GetProperty("customerId").GetString()!, row => row.GetProperty("failureReason").GetString());
        Assert.Equal(("unsubscribed", "no address", "erased"), (reasons["c0000"], reasons["c0001"], reasons["c0002"]));
        Assert.Equal(["c0003@example.com"], sent);
        var csv = await client.GetStringAsync($"/campaigns/{id}/logs.csv?status=skipped", Cancellation);
        Assert.Equal(4, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_retry_does_not_write_to_who_has_unsubscribed_since()
    {
        await driver.CustomersAsync(3);
        var client = await driver.ClientAsync();
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 3);
        var rows = await driver.LogAsync(id);
        await driver.ReceiveAsync(rows, Core.Campaigns.DeliveryStatus.Failed, "mailbox full");
        await driver.UntilAsync(id, "completed");
        await PostAsync(client, new { id = "c0000", unsubscribed = true });

        Assert.Equal(HttpStatusCode.Accepted, (await driver.StepAsync(id, "retry")).StatusCode);
        await driver.UntilAcceptedAsync(id, 2);
        await Poll.UntilAsync(async () => Stat(await driver.CampaignAsync(id), "skipped") == 1, "one to be skipped");
        Assert.Equal("unsubscribed", Assert.Single(await driver.LogAsync(id, "SKIPPED")).GetProperty("failureReason").GetString());

        // On a busy machine a message may be handed over twice, under the same id.
        Assert.Equal(5, driver.Vendor.Batches.SelectMany(batch => batch.Messages).DistinctBy(message => message.Id).Count());
    }

    [Fact]
    public async Task A_text_that_would_be_empty_is_that_rows_own_reason_and_is_warned_of()
    {
        await driver.CustomersAsync(2);
        var client = await driver.ClientAsync();
        await PostAsync(client, new { id = "c0000", city = "Pune" });
        using var answer = await LaunchAsync(client, "{{city}}");
        var launched = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(
            [
                "{{city}}: 1 of 2 customers has no value for it, and nothing stands there. Give it a fallback: {{city|…}}.",
                "The text is empty for 1 of 2 customers: nothing is sent there.",
            ],
            launched.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
        var id = launched.GetProperty("campaignId").GetString()!;
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal("empty text", Assert.Single(await driver.LogAsync(id, "SKIPPED")).GetProperty("failureReason").GetString());
        Assert.Equal(2, Stat(await driver.CampaignAsync(id), "audience"));
        Assert.Equal("Pune", Assert.Single(driver.Vendor.Batches.SelectMany(batch => batch.Messages)).Text);
    }

    [Fact]
    public async Task A_preview_with_a_message_warns_of_what_the_audience_has_not()
    {
        await driver.CustomersAsync(10);
        var client = await driver.ClientAsync();
        for (var i = 0; i < 7; i++)
        {
            await PostAsync(client, new { id = $"c{i:0000}", city = "Pune" });
        }

        await PostAsync(client, new { id = "c0009", unsubscribed = true });
        Assert.Equal(
            [
                "{{city}}: 2 of 9 customers have no value for it, and nothing stands there. Give it a fallback: {{city|…}}.",
                "{{attributes.plan}}: none of 9 customers has a value for it, so “basic” stands there for all.",
                "{{country}}: none of 9 customers has a value for it, so nothing stands there.",
            ],
            await PreviewAsync(client, "Hi {{name}} from {{city}}, {{city|your city}}: {{attributes.plan|basic}} {{country}}"));
        Assert.Empty(await PreviewAsync(client, "Hi {{name}}, {{email}}"));
    }

    [Theory]
    [InlineData("/segments", """{"name":"x","rule":{"$everyone":true},"message":"Hi from {{city|{{name}}}}!"}""")]
    [InlineData("/segments/preview", """{"rule":{"$everyone":true},"message":"Hi from {{city|{{name}}}}!"}""")]
    public async Task A_brace_that_is_left_over_is_refused_with_its_place_and_nothing_is_stored(string route, string body)
    {
        var client = await driver.ClientAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(route, content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors");
        Assert.Contains("at character 16", errors.GetProperty("message")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty((await client.GetFromJsonAsync<JsonElement[]>("/campaigns", Cancellation))!);
    }

    [Fact]
    public async Task A_start_without_a_message_needs_no_braces_of_its_name()
    {
        await driver.CustomersAsync(1);
        var client = await driver.ClientAsync();
        using var answer = await client.PostAsJsonAsync(
            "/segments", new { name = "New {season} {{name}} for all", rule = Everyone }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("campaignId").GetString()!;
        await driver.UntilAcceptedAsync(id, 1);
        Assert.DoesNotContain('{', Assert.Single(driver.Vendor.Batches.SelectMany(batch => batch.Messages)).Text);
    }

    private static Dictionary<string, bool> Everyone => new() { ["$everyone"] = true };

    private static int Stat(JsonElement campaign, string name) => campaign.GetProperty("stats").GetProperty(name).GetInt32();

    private static async Task PostAsync(HttpClient client, object customer)
    {
        using var answer = await client.PostAsJsonAsync("/customers", customer, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> LaunchAsync(HttpClient client, string message)
    {
        var answer = await client.PostAsJsonAsync("/segments", new { name = "x", rule = Everyone, message }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer;
    }

    private static async Task<IEnumerable<string?>> PreviewAsync(HttpClient client, string message)
    {
        using var answer = await client.PostAsJsonAsync("/segments/preview", new { rule = Everyone, message }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation))
            .GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString())];
    }
}
