using System.Diagnostics;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class CallbackTests : IAsyncLifetime
{
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task A_receipt_tells_what_the_contract_says()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "0" });
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        var vendorId = (await vendor.SendAsync(receiver.Url, "one"))["one"];
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 1, "the callback");

        var delivery = receiver.Deliveries[0];
        Assert.Equal(JsonValueKind.Array, delivery.Json.ValueKind);
        Assert.Equal(
            ["id", "vendorMessageId", "recipient", "status", "reason", "at"],
            delivery.Json[0].EnumerateObject().Select(member => member.Name));
        var receipt = delivery.Receipts.Single();
        Assert.Equal(
            ("one", vendorId, "one@example.com", "FAILED"), (receipt.Id, receipt.VendorMessageId, receipt.Recipient, receipt.Status));
        Assert.InRange(receipt.At, before, TimeProvider.System.GetUtcNow());
        Assert.EndsWith("Z", delivery.Json[0].GetProperty("at").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_is_signed_with_every_secret_while_one_rotates()
    {
        const string New = "the-new-secret-of-the-vendor";
        using var vendor = new VendorServer(new() { ["Webhooks:Secrets:0"] = New, ["Webhooks:Secrets:1"] = VendorServer.Secret });
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 1, "the callback");

        var delivery = receiver.Deliveries[0];
        Assert.True(delivery.IsSignedWith(New));
        Assert.True(delivery.IsSignedWith(VendorServer.Secret));
        Assert.False(delivery.IsSignedWith("another-secret-that-is-long"));
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(delivery.Timestamp, System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(TimeProvider.System.GetUtcNow() - at, TimeSpan.FromSeconds(-1), Poll.Limit);
    }

    [Fact]
    public async Task Receipts_share_callbacks_up_to_the_limit()
    {
        using var vendor = new VendorServer(new() { ["Vendor:CallbackBatch"] = "50" });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 120).Select(i => $"m{i}"));
        await Poll.UntilAsync(() => receiver.Receipts.Count == 120, "all receipts");
        Assert.Equal([20, 50, 50], receiver.Deliveries.Select(delivery => delivery.Receipts.Count).Order());
        Assert.Equal(3, receiver.Deliveries.Select(delivery => delivery.WebhookId).Distinct().Count());
    }

    [Fact]
    public async Task A_receipt_alone_can_be_an_object()
    {
        using var vendor = new VendorServer(new() { ["Vendor:CallbackBatch"] = "1", ["Vendor:SingleAsObject"] = "true" });
        await vendor.SendAsync(receiver.Url, "one", "two");
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 2, "both callbacks");
        Assert.All(receiver.Deliveries, delivery => Assert.Equal(JsonValueKind.Object, delivery.Json.ValueKind));
    }

    [Fact]
    public async Task Receipts_go_where_their_message_said()
    {
        using var vendor = new VendorServer();
        await Task.WhenAll(vendor.SendAsync(receiver.Url + "/a", "a1", "a2"), vendor.SendAsync(receiver.Url + "/b", "b1"));
        await Poll.UntilAsync(() => receiver.Receipts.Count == 3, "all receipts");
        Assert.All(
            receiver.Deliveries,
            delivery =>
                Assert.All(delivery.Receipts, receipt => Assert.EndsWith("/" + receipt.Id![0], delivery.Path, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_callback_is_repeated_unchanged_until_it_is_taken()
    {
        var answers = new Queue<IResult>(
            [Results.StatusCode(500), Results.Redirect("http://localhost:1/"), Results.BadRequest(), Results.NoContent()]);
        receiver.Answer = _ => Task.FromResult(answers.Dequeue());
        using var vendor = new VendorServer();
        await vendor.SendAsync(receiver.Url, "one", "two");
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 4 && vendor.PendingReceipts == 0, "four attempts");
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.WebhookId).Distinct());
        Assert.Single(receiver.Deliveries.Select(delivery => Convert.ToBase64String(delivery.Body)).Distinct());
        Assert.All(receiver.Deliveries, delivery => Assert.True(delivery.IsSignedWith(VendorServer.Secret)));
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_and_called_again()
    {
        using var hang = new SemaphoreSlim(0);
        receiver.Answer = async _ =>
        {
            if (receiver.Deliveries.Count == 1)
            {
                await hang.WaitAsync(TestContext.Current.CancellationToken);
            }

            return Results.Ok();
        };
        using var vendor = new VendorServer(new() { ["Vendor:CallbackTimeout"] = "00:00:00.200" });
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "the second attempt");
        Assert.True(receiver.Deliveries.Count > 1);
        hang.Release();
    }

    [Fact]
    public async Task Retry_After_is_honoured()
    {
        receiver.Answer = delivery =>
        {
            if (receiver.Deliveries.Count > 1)
            {
                return Task.FromResult(Results.Ok());
            }

            return Task.FromResult<IResult>(new Busy(Seconds: 2));
        };
        using var vendor = new VendorServer();
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 2, "the second attempt");
        var waited = Stopwatch.GetElapsedTime(receiver.Deliveries[0].ArrivedAt, receiver.Deliveries[1].ArrivedAt);
        Assert.True(waited > TimeSpan.FromSeconds(1.9), $"It came again after {waited}.");
    }

    [Fact]
    public async Task A_callback_that_is_never_taken_is_given_up_and_the_message_can_still_be_asked_for()
    {
        receiver.Answer = _ => Task.FromResult(Results.StatusCode(500));
        using var vendor = new VendorServer(new() { ["Vendor:RetryFor"] = "00:00:00.200" });
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "the vendor to give up");
        Assert.True(receiver.Deliveries.Count > 1);
        Assert.NotEqual("PENDING", (await vendor.FindAsync("one"))!.Value.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_bounded_number_of_callbacks_is_under_way()
    {
        using var gate = new SemaphoreSlim(0);
        receiver.Answer = async _ =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            return Results.Ok();
        };
        using var vendor = new VendorServer(new() { ["Vendor:CallbackBatch"] = "1", ["Vendor:CallbackConcurrency"] = "3" });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 20).Select(i => $"m{i}"));
        await Poll.UntilAsync(() => receiver.UnderWay == 3, "three callbacks at once");
        gate.Release(20);
        await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "all callbacks");
        Assert.Equal(3, receiver.MostUnderWay);
        Assert.Equal(20, receiver.Deliveries.Count);
    }

    [Fact]
    public async Task A_receiver_in_trouble_does_not_hold_up_another()
    {
        await using var healthy = await Receiver.StartAsync();
        receiver.Answer = _ => Task.FromResult(Results.StatusCode(503));
        using var vendor = new VendorServer(
            new()
            {
                ["Vendor:CallbackBatch"] = "1",
                ["Vendor:CallbackConcurrency"] = "2",
                ["Vendor:RetryDelay"] = "01:00:00",
                ["Vendor:MaxRetryDelay"] = "01:00:00"
            });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 200).Select(i => $"troubled-{i}"));
        await Poll.UntilAsync(() => receiver.Deliveries.Count > 0, "trouble");
        await vendor.SendAsync(healthy.Url, Enumerable.Range(0, 20).Select(i => $"healthy-{i}"));
        await Poll.UntilAsync(() => healthy.Receipts.Count == 20, "all receipts of the healthy one");

        // Those that were under way together when the trouble began; the backlog waits for its turn.
        Assert.InRange(receiver.Deliveries.Count, 1, 2);
    }

    [Fact]
    public async Task Connections_break_for_a_while_and_everything_comes_later()
    {
        receiver.Answer = _ => Task.FromResult<IResult>(new Broken());
        using var vendor = new VendorServer(new() { ["Vendor:CallbackBatch"] = "10", ["Vendor:MaxRetryDelay"] = "00:00:00.100" });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 100).Select(i => $"m{i}"));
        await Poll.UntilAsync(() => receiver.Deliveries.Count > 3, "some attempts");
        Assert.Equal(100, vendor.PendingReceipts);
        receiver.Answer = _ => Task.FromResult(Results.Ok());
        await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "all receipts");
        Assert.Equal(100, receiver.Receipts.Select(receipt => receipt.Id).Distinct().Count());
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    private sealed record Broken : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }

    private sealed record Busy(int Seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            httpContext.Response.Headers.RetryAfter = Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }
    }
}
