using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Webhooks;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

public sealed class ReceiptEndpointTests : IDisposable
{
    private const string One = """{"vendorMessageId":"v-1","status":"SENT"}""";

    private static readonly ReceiptConsumer Reader = new("test", "reader");

    private readonly ApiServer api = new();
    private readonly VendorCallback vendor;

    public ReceiptEndpointTests() => vendor = new VendorCallback(api);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_receipt_is_one_entry_of_the_stream()
    {
        var answer = await vendor.PostAsync(
            """{"id":"018f~2","vendorMessageId":"v-1","recipient":"mara@example.com","status":"FAILED","reason":"mailbox full","at":"2026-11-22T08:00:00.125Z"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"ok":true,"accepted":1,"rejected":0}""", await answer.Content.ReadAsStringAsync(Cancellation));

        var receipt = Assert.Single(Assert.Single(await StoredAsync()).Receipts!);
        Assert.Equal(
            new Receipt(
                "018f~2",
                "v-1",
                DeliveryStatus.Failed,
                "mailbox full",
                new DateTimeOffset(2026, 11, 22, 8, 0, 0, 125, TimeSpan.Zero)), receipt);
    }

    [Fact]
    public async Task An_array_of_a_thousand_is_one_entry_of_the_stream()
    {
        var answer = await vendor.PostAsync(Array(1_000));
        Assert.Equal("""{"ok":true,"accepted":1000,"rejected":0}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(
            Enumerable.Range(0, 1_000).Select(i => $"v-{i}"),
            Assert.Single(await StoredAsync()).Receipts!.Select(receipt => receipt.VendorMessageId));
    }

    [Fact]
    public async Task An_empty_array_is_taken_and_stores_nothing()
    {
        var answer = await vendor.PostAsync("[]");
        Assert.Equal("""{"ok":true,"accepted":0,"rejected":0}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_body_of_just_under_one_mebibyte_is_taken()
    {
        var body = One[..^1] + ",\"padding\":\"" + new string('x', (1024 * 1024) - One.Length - 14) + "\"}";
        Assert.Equal(HttpStatusCode.OK, (await vendor.PostAsync(body)).StatusCode);
        Assert.Single(await StoredAsync());
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_too_large()
    {
        var answer = await vendor.PostAsync(One + new string(' ', 1024 * 1024));
        Assert.Contains(
            "1048576 bytes", (await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_again_is_answered_alike()
    {
        Assert.Equal(HttpStatusCode.OK, (await vendor.PostAsync(One)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await vendor.PostAsync(One)).StatusCode);
    }

    [Theory]
    [InlineData(WebhookSignature.SignatureHeader, null)]
    [InlineData(WebhookSignature.SignatureHeader, "v1,MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")]
    [InlineData(WebhookSignature.TimestampHeader, "1700000000")]
    [InlineData(WebhookSignature.IdHeader, "msg-2")]
    public async Task A_call_without_a_good_signature_is_refused_and_stores_nothing(string header, string? value)
    {
        var answer = await vendor.PostAsync(One, request =>
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.Add(header, value);
            }
        });
        Assert.Contains("webhook-", (await answer.ProblemAsync(HttpStatusCode.Unauthorized)).Text("detail"), StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_body_that_was_changed_on_the_way_is_refused()
    {
        var answer = await vendor.PostAsync(
            One, request => request.Content = new StringContent(One.Replace("SENT", "FAILED", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("{\"vendorMessageId\":\"v-1\",")]
    [InlineData("""[{"vendorMessageId":"v-1","status":"SENT"},""")]
    [InlineData("\"SENT\"")]
    public async Task A_body_that_is_no_receipts_is_refused_and_nothing_of_it_is_stored(string body)
    {
        await (await vendor.PostAsync(body)).ErrorAsync("$");
        Assert.Empty(await StoredAsync());
        Assert.Empty(await DeadAsync());
    }

    [Fact]
    public async Task A_bad_receipt_among_good_ones_is_a_dead_letter_by_the_time_of_the_answer_and_the_good_ones_are_stored()
    {
        var bad = """
            {"id":"018f~2","vendorMessageId":"v-bad","status":"Delivered","recipient":"mara@example.com","reason":"told mara@example.com"}
            """;
        var answer = await vendor.PostAsync($"{Array(998)[..^1]},{bad},7]");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"ok":true,"accepted":998,"rejected":2}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(998, Assert.Single(await StoredAsync()).Receipts!.Count);

        var dead = await DeadAsync();
        Assert.Equal(2, dead.Count);
        var told = Assert.Single(dead, letter => letter.GetProperty("receipt").Text("vendorMessageId") is not null);
        Assert.Equal(
            """{"id":"018f~2","vendorMessageId":"v-bad","status":null,"reason":null,"at":null}""",
            told.GetProperty("receipt").GetRawText());
        Assert.Equal("status: it is Delivered; it must be SENT or FAILED.", told.Text("reason"));
        Assert.False(told.GetProperty("replayable").GetBoolean());
        Assert.DoesNotContain("mara", string.Concat(dead.Select(letter => letter.GetRawText())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_bad_receipts_only_is_answered_so_that_it_does_not_come_again()
    {
        var answer = await vendor.PostAsync("""{"status":"SENT"}""");
        Assert.Equal("""{"ok":true,"accepted":0,"rejected":1}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(await StoredAsync());
        Assert.Single(await DeadAsync());
    }

    [Fact]
    public async Task Over_a_thousand_receipts_are_refused()
    {
        Assert.Contains("1000", await (await vendor.PostAsync(Array(1_001))).ErrorAsync("$"), StringComparison.Ordinal);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_recipient_is_not_kept_in_the_stream()
    {
        await vendor.PostAsync("""{"vendorMessageId":"v-1","recipient":"mara@example.com","status":"SENT"}""");
        Assert.DoesNotContain("mara", Encoding.UTF8.GetString(Assert.Single(await StoredAsync()).Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_stream_is_down_the_vendor_is_asked_to_call_again()
    {
        using var redis = new RedisServer();
        using var server = new ApiServer(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = redis.ConnectionString });
        var caller = new VendorCallback(server);
        Assert.Equal(HttpStatusCode.OK, (await caller.PostAsync(One)).StatusCode);

        redis.Kill();
        var answer = await caller.PostAsync(One);
        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        using var client = server.Anonymous();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive", Cancellation)).StatusCode);

        // A bad receipt is not answered either before it is kept.
        await (await caller.PostAsync("""{"status":"SENT"}""")).ProblemAsync(HttpStatusCode.ServiceUnavailable);

        redis.EnsureStarted();
        await Poll.UntilAsync(async () => (await caller.PostAsync(One)).StatusCode == HttpStatusCode.OK, "the receipt to be taken again");

        // It is asked on the workers' connection, which finds the server again by itself.
        await Poll.UntilAsync(
            async () => (await client.GetAsync("/health", Cancellation)).StatusCode == HttpStatusCode.OK, "the stream to be healthy");
    }

    [Fact]
    public async Task The_description_shows_the_body_and_the_headers()
    {
        using var client = api.Anonymous();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancellation);
        var operation = document.GetProperty("paths").GetProperty("/vendor/receipt").GetProperty("post");
        Assert.Equal(
            2,
            operation.GetProperty("requestBody")
                .GetProperty("content")
                .GetProperty("application/json")
                .GetProperty("schema")
                .GetProperty("oneOf")
                .GetArrayLength());
        Assert.Contains(
            WebhookSignature.SignatureHeader,
            operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }

    public void Dispose() => api.Dispose();

    private Task<IReadOnlyList<ReceiptEntry>> StoredAsync() =>
        api.Services.GetRequiredService<IReceiptStream>().ReadAsync(Reader, 10_000, Cancellation);

    private async Task<List<JsonElement>> DeadAsync()
    {
        using var client = await api.SignedInAsync();
        return [.. (await client.GetFromJsonAsync<JsonElement>("/receipts/dead", Cancellation)).EnumerateArray()];
    }

    private static string Array(int count) =>
        "[" + string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"vendorMessageId":"v-{{i}}","status":"SENT"}""")) + "]";
}
