using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class OutcomeTests : IAsyncLifetime
{
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task Nine_in_ten_messages_are_sent_and_the_others_fail_for_a_handful_of_reasons()
    {
        using var vendor = new VendorServer();
        for (var batch = 0; batch < 5; batch++)
        {
            await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 1000).Select(i => $"{batch}-{i}"));
        }

        await Poll.UntilAsync(() => receiver.Receipts.Count == 5000, "all receipts");
        var receipts = receiver.Receipts;

        // The seed is fixed and the batches came one after the other: the same numbers in every run.
        Assert.InRange(receipts.Count(receipt => receipt.Status == "SENT"), 4400, 4600);
        Assert.Equal(5, receipts.Where(receipt => receipt.Status == "FAILED").Select(receipt => receipt.Reason).Distinct().Count());
        Assert.All(receipts, receipt => Assert.Equal(receipt.Status == "FAILED", receipt.Reason is not null));
    }

    [Theory]
    [InlineData("0", "FAILED")]
    [InlineData("1", "SENT")]
    public async Task The_success_rate_is_configured(string rate, string status)
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = rate });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 100).Select(i => $"m{i}"));
        await Poll.UntilAsync(() => receiver.Receipts.Count == 100, "all receipts");
        Assert.All(receiver.Receipts, receipt => Assert.Equal(status, receipt.Status));
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_outcomes()
    {
        Assert.Equal(await StatusesAsync("7"), await StatusesAsync("7"));
        Assert.NotEqual(await StatusesAsync("7"), await StatusesAsync("8"));

        async Task<string> StatusesAsync(string seed)
        {
            using var vendor = new VendorServer(new() { ["Vendor:Seed"] = seed, ["Vendor:SuccessRate"] = "0.5" });
            var ids = Enumerable.Range(0, 50).Select(i => $"m{i}").ToArray();
            await vendor.SendAsync(receiver.Url, ids);
            var states = await Task.WhenAll(ids.Select(vendor.FindAsync));
            return string.Join(' ', states.Select(state => state!.Value.GetProperty("status").GetString()));
        }
    }

    [Fact]
    public async Task A_message_is_pending_until_its_delay_is_over()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var vendor = new VendorServer(
            new() { ["Vendor:MinDelay"] = "00:00:10", ["Vendor:MaxDelay"] = "00:00:20", ["Vendor:SuccessRate"] = "1" }, clock);
        var vendorId = (await vendor.SendAsync(receiver.Url, "one"))["one"];

        clock.Advance(TimeSpan.FromSeconds(9.9));
        var before = (await vendor.FindAsync("one"))!.Value;
        Assert.Equal("PENDING", before.GetProperty("status").GetString());
        Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(60), before.GetProperty("at").GetDateTimeOffset());

        clock.Advance(TimeSpan.FromSeconds(10.2));
        var after = (await vendor.FindAsync("one"))!.Value;
        Assert.Equal("SENT", after.GetProperty("status").GetString());
        Assert.InRange(
            after.GetProperty("at").GetDateTimeOffset() - DateTimeOffset.UnixEpoch.AddYears(60),
            TimeSpan.FromSeconds(10),
            TimeSpan.FromSeconds(20));
        Assert.Equal(("one", vendorId), (after.GetProperty("id").GetString(), after.GetProperty("vendorMessageId").GetString()));
    }

    [Fact]
    public async Task A_message_is_found_by_our_id_and_by_the_vendors()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "0" });
        var vendorId = (await vendor.SendAsync(receiver.Url, "one", "two"))["two"];
        var byOurs = (await vendor.FindAsync("two"))!.Value;
        Assert.Equal(byOurs.ToString(), (await vendor.FindAsync(vendorId))!.Value.ToString());
        Assert.Equal(["id", "vendorMessageId", "status", "reason", "at"], byOurs.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.String, byOurs.GetProperty("reason").ValueKind);
    }

    [Fact]
    public async Task A_message_that_nobody_sent_is_not_found()
    {
        using var vendor = new VendorServer();
        var vendorId = (await vendor.SendAsync(receiver.Url, "one"))["one"];
        Assert.Null(await vendor.FindAsync("two"));
        Assert.Null(await vendor.FindAsync(vendorId + "0"));
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();
}
