using System.Diagnostics;
using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

/// <summary>Each fault of the answer to a send, switched on at run time.</summary>
public sealed class SendFaultTests : IAsyncLifetime
{
    private readonly VendorServer vendor = new();
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Server_errors_accept_nothing_until_they_are_switched_off(int status)
    {
        await vendor.SwitchAsync(new { serverErrors = new { rate = 1, status } });
        using (var refused = await vendor.PostAsync(VendorServer.Batch(receiver.Url, "one")))
        {
            Assert.Equal(status, (int)refused.StatusCode);
            Assert.Null(await vendor.FindAsync("one"));
        }

        await vendor.SwitchAsync(new { });
        await vendor.SendAsync(receiver.Url, "one");
    }

    [Fact]
    public async Task Rate_limits_accept_nothing_and_say_when_to_come_back()
    {
        await vendor.SwitchAsync(new { rateLimits = new { rate = 1, retryAfter = "00:00:02.500" } });
        using var refused = await vendor.PostAsync(VendorServer.Batch(receiver.Url, "one"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter?.Delta);
        Assert.Null(await vendor.FindAsync("one"));
    }

    [Fact]
    public async Task A_send_that_times_out_was_accepted_and_is_the_same_message_when_it_is_sent_again()
    {
        await vendor.SwitchAsync(new { timeouts = new { rate = 1, hangFor = "01:00:00" } });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var content = System.Net.Http.Json.JsonContent.Create(VendorServer.Batch(receiver.Url, "one"));
        var hanging = vendor.Client.PostAsync("/vendor/send", content, patience.Token);
        await Poll.UntilAsync(async () => await vendor.FindAsync("one") is not null, "the vendor to accept it");
        Assert.False(hanging.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);

        await vendor.SwitchAsync(new { });
        var again = await vendor.SendAsync(receiver.Url, "one");
        Assert.Equal(again["one"], (await vendor.FindAsync("one"))!.Value.GetProperty("vendorMessageId").GetString());
        await Poll.UntilAsync(() => receiver.Receipts.Count > 0 && vendor.PendingReceipts == 0, "the receipt");
        Assert.Single(receiver.Receipts);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_was_of_messages_that_are_accepted()
    {
        await vendor.SwitchAsync(new { cutAnswers = new { rate = 1 } });
        var cut = await Record.ExceptionAsync(() => vendor.PostAsync(VendorServer.Batch(receiver.Url, "one")));
        Assert.True(cut is HttpRequestException or IOException, $"{cut}");
        Assert.NotNull(await vendor.FindAsync("one"));
    }

    [Fact]
    public async Task A_slow_answer_takes_its_time_and_is_right()
    {
        await vendor.SwitchAsync(new { slow = new { rate = 1, by = "00:00:00.300" } });
        var begun = Stopwatch.GetTimestamp();
        Assert.Single(await vendor.SendAsync(receiver.Url, "one"));
        Assert.True(Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(0.29));
    }

    [Fact]
    public async Task Receipts_can_come_before_the_answer_to_the_send()
    {
        await vendor.SwitchAsync(new { receiptsFirst = new { rate = 1, holdFor = "01:00:00" } });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var content = System.Net.Http.Json.JsonContent.Create(VendorServer.Batch(receiver.Url, "one"));
        var send = vendor.Client.PostAsync("/vendor/send", content, patience.Token);
        await Poll.UntilAsync(() => receiver.Receipts.Count == 1, "the receipt");
        Assert.False(send.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send);
    }

    [Fact]
    public async Task A_receipt_that_comes_first_does_not_wait_for_the_delay()
    {
        using var patient = new VendorServer(new() { ["Vendor:MinDelay"] = "01:00:00", ["Vendor:MaxDelay"] = "01:00:00" });
        await patient.SwitchAsync(new { receiptsFirst = new { rate = 1, holdFor = "00:00:00" } });
        await patient.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => receiver.Receipts.Count == 1, "the receipt");
    }

    [Fact]
    public async Task Stopping_ends_what_is_held_back_with_its_answer()
    {
        var stopping = new VendorServer();
        await stopping.SwitchAsync(new { timeouts = new { rate = 1, hangFor = "01:00:00" } });
        var hanging = stopping.PostAsync(VendorServer.Batch(receiver.Url, "one"));
        await Poll.UntilAsync(async () => await stopping.FindAsync("one") is not null, "the vendor to accept it");
        await stopping.StopAsync();
        using var answer = await hanging;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        stopping.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        vendor.Dispose();
        await receiver.DisposeAsync();
    }
}
