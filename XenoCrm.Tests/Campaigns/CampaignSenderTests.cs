using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns;

/// <summary>The sender against a vendor that is slow, wrong, mad or away.</summary>
public sealed class CampaignSenderTests : IAsyncLifetime
{
    private const string Secret = "a-secret-that-is-long-enough-for-tests";

    private CampaignDriver driver = null!;

    public ValueTask InitializeAsync()
    {
        driver = new CampaignDriver(("Webhooks:Secrets:0", Secret));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => driver.DisposeAsync();

    [Fact]
    public async Task Each_recipient_gets_one_personal_message_and_the_vendors_id_is_kept()
    {
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync("Hi {{name}}");
        await driver.UntilAcceptedAsync(id, 3);
        var messages = driver.Vendor.Batches.SelectMany(batch => batch.Messages).ToList();
        Assert.Equal(["Hi Customer 0", "Hi Customer 1", "Hi Customer 2"], messages.Select(message => message.Text).Order());
        Assert.All(
            await driver.LogAsync(id),
            row => Assert.Equal("v-" + row.GetProperty("id").GetString(), row.GetProperty("vendorMessageId").GetString()));
    }

    [Fact]
    public async Task A_batch_is_signed_with_the_shared_secret()
    {
        await driver.CustomersAsync(1);
        await driver.LaunchAsync();
        await Poll.UntilAsync(() => !driver.Vendor.Batches.IsEmpty, "a batch");
        var batch = driver.Vendor.Batches.First();
        Assert.Equal(Sign(batch.Headers["webhook-id"], batch.Headers["webhook-timestamp"], batch.Body), batch.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_batch_that_fails_is_sent_again_under_the_same_ids_and_that_is_no_try()
    {
        driver.Vendor.OnSend = (http, batch) =>
            batch.Number <= 2 ? ScriptedVendor.AnswerAsync(http, 503) : ScriptedVendor.AcceptAsync(http, batch);
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 2);
        var ids = driver.Vendor.Batches.Select(batch => string.Join(' ', batch.Messages.Select(message => message.Id).Order())).Distinct();
        Assert.Single(ids);
        Assert.All(await driver.LogAsync(id), row => Assert.Equal(1, row.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task A_vendor_that_asks_for_patience_gets_it()
    {
        var times = new List<long>();
        driver.Vendor.OnSend = (http, batch) =>
        {
            times.Add(Environment.TickCount64);
            return batch.Number == 1 ? ScriptedVendor.AnswerAsync(http, 429, retryAfter: "2") : ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal(2, times.Count);
        Assert.True(times[1] - times[0] >= 1_900, $"It was asked again after {times[1] - times[0]} ms.");
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_no_answer()
    {
        driver.Vendor.OnSend = async (http, batch) =>
        {
            if (batch.Number == 1)
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal(2, driver.Vendor.Batches.Count);
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"accepted\":[{\"id\":null,\"vendorMessageId\":null}]}")]
    public async Task Nonsense_for_an_answer_is_no_answer(string nonsense)
    {
        driver.Vendor.OnSend = (http, batch) =>
        {
            http.Response.ContentType = "application/json";
            return batch.Number == 1 ? http.Response.WriteAsync(nonsense) : ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 1);
        Assert.Equal(2, driver.Vendor.Batches.Count);
    }

    [Fact]
    public async Task A_message_that_the_vendor_passed_over_is_sent_again()
    {
        driver.Vendor.OnSend = (http, batch) =>
            ScriptedVendor.AcceptAsync(http, batch.Number == 1 ? batch with { Messages = [.. batch.Messages.Skip(1)] } : batch);
        await driver.CustomersAsync(3);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 3);
        Assert.Single(driver.Vendor.Batches.Last().Messages);
    }

    [Fact]
    public async Task One_message_that_the_vendor_refuses_does_not_hold_up_the_rest_of_its_batch()
    {
        driver.Vendor.OnSend = async (http, batch) =>
        {
            if (batch.Messages.Any(message => message.Recipient == "c0003@example.com"))
            {
                http.Response.StatusCode = 400;
                await http.Response.WriteAsJsonAsync(new { title = "Bad recipient" });
                return;
            }

            await ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(8);
        var id = await driver.LaunchAsync();
        await driver.UntilAcceptedAsync(id, 7);
        await Poll.UntilAsync(async () => (await driver.LogAsync(id, "FAILED")).Count == 1, "one failure");
        var failed = Assert.Single(await driver.LogAsync(id, "FAILED"));
        Assert.Equal("c0003", failed.GetProperty("customerId").GetString());
        Assert.Equal("the vendor answered 400: Bad recipient", failed.GetProperty("failureReason").GetString());
    }

    [Fact]
    public async Task A_refusal_says_what_the_vendor_has_against_the_message()
    {
        driver.Vendor.OnSend = (http, _) =>
        {
            http.Response.StatusCode = 400;
            return http.Response.WriteAsJsonAsync(new
            {
                title = "One or more validation errors occurred.",
                errors = new Dictionary<string, string[]> { ["messages[0].text"] = ["The text has 1 to 10,000 characters."] },
            });
        };
        await driver.CustomersAsync(1);
        var id = await driver.LaunchAsync();
        await driver.UntilAsync(id, "completed");
        var row = Assert.Single(await driver.LogAsync(id, "FAILED"));
        Assert.Equal("the vendor answered 400: The text has 1 to 10,000 characters.", row.GetProperty("failureReason").GetString());
    }

    [Fact]
    public async Task A_message_is_given_up_after_its_attempts_with_the_reason()
    {
        await using var quick = new CampaignDriver(("Campaigns:MaxAttempts", "2"));
        quick.Vendor.OnSend = (http, batch) => ScriptedVendor.AcceptAsync(http, batch with { Messages = [] });
        await quick.CustomersAsync(1);
        var id = await quick.LaunchAsync();
        await quick.UntilAsync(id, "completed");
        var row = Assert.Single(await quick.LogAsync(id));
        Assert.Equal(("FAILED", "the vendor passed the message over, 2 times"), (
            row.GetProperty("status").GetString(), row.GetProperty("failureReason").GetString()));
    }

    [Fact]
    public async Task A_vendor_that_comes_back_is_sent_everything_without_a_restart()
    {
        var down = true;
        driver.Vendor.OnSend = (http, batch) =>
        {
            if (down)
            {
                http.Abort();
                return Task.CompletedTask;
            }

            return ScriptedVendor.AcceptAsync(http, batch);
        };
        await driver.CustomersAsync(5);
        var id = await driver.LaunchAsync();
        await Poll.UntilAsync(() => driver.Vendor.Batches.Count >= 2, "two vain tries");
        down = false;
        await driver.UntilAcceptedAsync(id, 5);
    }

    [Fact]
    public async Task The_vendor_is_asked_for_a_receipt_that_does_not_come()
    {
        driver.Vendor.OnAsk = (http, id) =>
        {
            Assert.Equal(
                Sign(http.Request.Headers["webhook-id"], http.Request.Headers["webhook-timestamp"], []),
                http.Request.Headers["webhook-signature"]);
            return http.Response.WriteAsJsonAsync(new { id, vendorMessageId = "v-" + id, status = "SENT" });
        };
        await driver.CustomersAsync(2);
        var id = await driver.LaunchAsync();
        await driver.UntilAsync(id, "completed");
        Assert.Equal(2, (await driver.CampaignAsync(id)).GetProperty("stats").GetProperty("sent").GetInt32());
        Assert.Equal(2, driver.Vendor.Batches.Sum(batch => batch.Messages.Count));
    }

    [Fact]
    public async Task A_message_that_the_vendor_has_forgotten_is_sent_again_under_the_same_id()
    {
        await driver.CustomersAsync(1);
        await driver.LaunchAsync();
        await Poll.UntilAsync(() => driver.Vendor.Batches.Count >= 2, "the message to come again");
        Assert.Single(driver.Vendor.Batches.SelectMany(batch => batch.Messages).Select(message => message.Id).Distinct());
        Assert.NotEmpty(driver.Vendor.Asked);
    }

    [Fact]
    public async Task A_campaign_that_mostly_fails_pauses_itself_and_says_why()
    {
        await using var strict = new CampaignDriver(
            ("Campaigns:MinFailureSample", "10"),
            ("Campaigns:ReceiptTimeout", "00:10:00"),
            ("Campaigns:BatchSize", "10"),
            ("Campaigns:Concurrency", "1"));
        var hold = new TaskCompletionSource();
        strict.Vendor.OnSend = async (http, batch) =>
        {
            if (batch.Number > 1)
            {
                await hold.Task;
            }

            await ScriptedVendor.AcceptAsync(http, batch);
        };
        await strict.CustomersAsync(20);
        var id = await strict.LaunchAsync();
        await strict.UntilAcceptedAsync(id, 10);
        var rows = (await strict.LogAsync(id)).Where(row => row.GetProperty("vendorMessageId").ValueKind == JsonValueKind.String);
        await strict.ReceiveAsync([.. rows], DeliveryStatus.Failed);
        await strict.UntilAsync(id, "paused");
        Assert.StartsWith(
            "10 of 10 messages failed", (await strict.CampaignAsync(id)).GetProperty("pausedReason").GetString(), StringComparison.Ordinal);
        hold.SetResult();
    }

    private static string Sign(string? id, string? timestamp, byte[] body) =>
        "v1," + Convert.ToBase64String(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(body).ToArray()));
}
