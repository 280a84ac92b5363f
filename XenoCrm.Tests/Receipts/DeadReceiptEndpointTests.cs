using System.Net;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

public sealed class DeadReceiptEndpointTests : IAsyncLifetime
{
    private static readonly ReceiptConsumer Worker = new(ReceiptConsumer.Workers, "test");

    private readonly ApiServer api = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IReceiptStream Stream => api.Services.GetRequiredService<IReceiptStream>();

    public async ValueTask InitializeAsync()
    {
        foreach (var id in new[] { "v-1", "v-2", "v-3" })
        {
            await Stream.AppendAsync(
                new ReceiptBatch(
                    [new Receipt("m-1", id, DeliveryStatus.Failed, "no such user", DateTimeOffset.UnixEpoch)],
                    DateTimeOffset.UnixEpoch,
                    null), Cancellation);
        }

        var entries = await Stream.ReadAsync(Worker, 100, Cancellation);
        await Stream.DeadLetterAsync(
            Worker.Group, [.. entries.Select(entry => new Burial(entry, entry.Receipts!, "nobody knows it"))], Cancellation);
    }

    [Fact]
    public async Task They_are_for_signed_in_people_only()
    {
        using var nobody = api.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/receipts/dead", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync("/receipts/dead/replay", null, Cancellation)).StatusCode);
        Assert.Equal(3, (await Stream.InfoAsync(Worker.Group, Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task They_are_listed_newest_first_with_all_that_is_known()
    {
        using var client = await api.SignedInAsync();
        var first = await client.GetAsync("/receipts/dead?limit=2", Cancellation);
        var page = await first.JsonAsync();
        Assert.Equal(["v-3", "v-2"], page.EnumerateArray().Select(Vendor));
        Assert.Equal("nobody knows it", page[0].GetProperty("reason").GetString());
        Assert.Equal(1, page[0].GetProperty("deliveries").GetInt32());
        Assert.Equal("1970-01-01T00:00:00Z", page[0].GetProperty("arrivedAt").GetString());
        Assert.NotEqual(default, page[0].GetProperty("diedAt").GetDateTimeOffset());
        Assert.Equal(
            """{"id":"m-1","vendorMessageId":"v-3","status":"FAILED","reason":"no such user","at":"1970-01-01T00:00:00Z"}""",
            page[0].GetProperty("receipt").GetRawText());

        var rest = await client.GetAsync(
            $"/receipts/dead?limit=2&cursor={first.Headers.GetValues("X-Next-Cursor").Single()}", Cancellation);
        Assert.Equal(["v-1"], (await rest.JsonAsync()).EnumerateArray().Select(Vendor));
        Assert.False(rest.Headers.Contains("X-Next-Cursor"));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    [InlineData("?limit=x")]
    [InlineData("?cursor=x")]
    public async Task A_page_that_cannot_be_is_refused(string query)
    {
        using var client = await api.SignedInAsync();
        var answer = await client.GetAsync("/receipts/dead" + query, Cancellation);
        await answer.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Without_a_body_all_are_replayed()
    {
        using var client = await api.SignedInAsync();
        var answer = await client.PostAsync("/receipts/dead/replay", null, Cancellation);
        Assert.Equal("""{"replayed":3}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(3, (await Stream.ReadAsync(Worker, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task Those_that_are_named_are_replayed()
    {
        using var client = await api.SignedInAsync();
        var dead = await client.GetFromJsonAsync<JsonElement>("/receipts/dead", Cancellation);
        var answer = await client.PostAsJsonAsync(
            "/receipts/dead/replay", new { ids = new[] { dead[1].GetProperty("id").GetString(), "12345" } }, Cancellation);
        Assert.Equal("""{"replayed":1}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("v-2", Assert.Single(await Stream.ReadAsync(Worker, 100, Cancellation)).Receipts![0].VendorMessageId);
    }

    [Fact]
    public async Task A_receipt_that_was_wrong_stays_when_all_are_replayed_and_can_be_discarded()
    {
        var wrong = new RejectedReceipt(null, "v-4", "status: it is missing.");
        await Stream.AppendAsync(new ReceiptBatch([], DateTimeOffset.UnixEpoch, null) { Rejected = [wrong] }, Cancellation);
        using var client = await api.SignedInAsync();
        var replayed = await client.PostAsync("/receipts/dead/replay", null, Cancellation);
        Assert.Equal("""{"replayed":3}""", await replayed.Content.ReadAsStringAsync(Cancellation));
        var left = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/receipts/dead", Cancellation)).EnumerateArray());
        Assert.Equal(("v-4", false), (Vendor(left), left.GetProperty("replayable").GetBoolean()));

        var named = await client.PostAsJsonAsync("/receipts/dead/replay", new { ids = new[] { left.Text("id") } }, Cancellation);
        Assert.Equal("""{"replayed":0}""", await named.Content.ReadAsStringAsync(Cancellation));
        var discarded = await client.PostAsync("/receipts/dead/discard", null, Cancellation);
        Assert.Equal("""{"discarded":1}""", await discarded.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(0, (await Stream.InfoAsync(Worker.Group, Cancellation)).DeadLetters);
    }

    [Theory]
    [InlineData("""{"ids":"all"}""")]
    [InlineData("""{"ids":[7]}""")]
    [InlineData("[]")]
    public async Task A_replay_that_cannot_be_read_replays_nothing(string body)
    {
        using var client = await api.SignedInAsync();
        var answer = await client.PostAsync(
            "/receipts/dead/replay", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        await answer.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(3, (await Stream.InfoAsync(Worker.Group, Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task Over_a_thousand_names_are_refused()
    {
        using var client = await api.SignedInAsync();
        var answer = await client.PostAsJsonAsync(
            "/receipts/dead/replay", new { ids = Enumerable.Range(1, 1_001).Select(i => $"{i}") }, Cancellation);
        await answer.ErrorAsync("ids");
    }

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Vendor(JsonElement dead) => dead.GetProperty("receipt").GetProperty("vendorMessageId").GetString();
}
