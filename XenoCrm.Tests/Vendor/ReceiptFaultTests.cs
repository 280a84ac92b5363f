using Microsoft.Extensions.Time.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

/// <summary>
/// Each fault of the receipts, switched on at run time. "It did not come" is told by a message that was sent after it,
/// with the fault off: once that one's receipt is here and nothing is pending, what is missing was never called back.
/// </summary>
public sealed class ReceiptFaultTests : IAsyncLifetime
{
    private Receiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task Duplicates_tell_the_same_again()
    {
        using var vendor = new VendorServer();
        await vendor.SwitchAsync(new { duplicates = new { rate = 1, copies = 2, within = "00:00:00.100" } });
        await vendor.SendAsync(receiver.Url, "one", "two");
        await Poll.UntilAsync(() => receiver.Receipts.Count >= 6 && vendor.PendingReceipts == 0, "all copies");
        Assert.Equal(6, receiver.Receipts.Count);
        Assert.All(receiver.Receipts.GroupBy(receipt => receipt.Id), copies => Assert.Single(copies.Distinct()));
    }

    [Fact]
    public async Task Contradictions_tell_of_a_failure_before_or_after_the_truth()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "1", ["Vendor:CallbackConcurrency"] = "1" });
        await vendor.SwitchAsync(new { contradictions = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, Enumerable.Range(0, 30).Select(i => $"m{i}"));
        await Poll.UntilAsync(() => receiver.Receipts.Count == 60, "all receipts");

        var orders = receiver.Receipts.GroupBy(receipt => receipt.Id)
            .Select(pair => string.Join(' ', pair.Select(receipt => receipt.Status)));
        Assert.Equal(["FAILED SENT", "SENT FAILED"], orders.Distinct().Order());
        Assert.Equal("SENT", (await vendor.FindAsync("m0"))!.Value.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Nothing_contradicts_a_failure()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "0" });
        await vendor.SwitchAsync(new { contradictions = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => receiver.Receipts.Count >= 1 && vendor.PendingReceipts == 0, "the receipt");
        Assert.Equal("FAILED", Assert.Single(receiver.Receipts).Status);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Reordering_lets_later_receipts_overtake_earlier_ones(int rate, bool inOrder)
    {
        using var vendor = new VendorServer(new() { ["Vendor:CallbackBatch"] = "1", ["Vendor:CallbackConcurrency"] = "1" });
        await vendor.SwitchAsync(new { reordering = new { rate, within = "00:00:00.500" } });
        var ids = Enumerable.Range(0, 30).Select(i => $"m{i:d2}").ToArray();
        await vendor.SendAsync(receiver.Url, ids);
        await Poll.UntilAsync(() => receiver.Receipts.Count == 30, "all receipts");
        Assert.Equal(ids, receiver.Receipts.Select(receipt => receipt.Id).Order());
        Assert.Equal(inOrder, ids.SequenceEqual(receiver.Receipts.Select(receipt => receipt.Id)));
    }

    [Fact]
    public async Task A_late_receipt_comes_long_after_the_outcome()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var vendor = new VendorServer(clock: clock);
        await vendor.SwitchAsync(new { late = new { rate = 1, by = "01:00:00" } });
        await vendor.SendAsync(receiver.Url, "late");
        await vendor.SwitchAsync(new { });
        await vendor.SendAsync(receiver.Url, "punctual");
        await AdvanceUntilAsync(() => receiver.Receipts.Count == 1 && vendor.PendingReceipts == 1);
        Assert.Equal("punctual", receiver.Receipts[0].Id);
        Assert.NotEqual("PENDING", (await vendor.FindAsync("late"))!.Value.GetProperty("status").GetString());

        clock.Advance(TimeSpan.FromHours(1));
        await AdvanceUntilAsync(() => receiver.Receipts.Count == 2);
        Assert.Equal("late", receiver.Receipts[1].Id);

        Task AdvanceUntilAsync(Func<bool> condition) => Poll.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return condition();
            },
            "a receipt");
    }

    [Fact]
    public async Task A_lost_receipt_never_comes_but_the_message_can_be_asked_for()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "1" });
        await vendor.SwitchAsync(new { lost = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, "lost");
        await vendor.SwitchAsync(new { });
        await vendor.SendAsync(receiver.Url, "told");
        await Poll.UntilAsync(() => receiver.Receipts.Count > 0 && vendor.PendingReceipts == 0, "the receipt that is not lost");
        Assert.Equal("told", Assert.Single(receiver.Receipts).Id);
        Assert.Equal("SENT", (await vendor.FindAsync("lost"))!.Value.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_fault_with_a_rate_happens_to_a_share_and_changes_no_outcome()
    {
        var ids = Enumerable.Range(0, 500).Select(i => $"m{i}").ToArray();
        using var plain = new VendorServer();
        using var faulty = new VendorServer(new() { ["Vendor:Faults:Lost:Rate"] = "0.3" });
        await plain.SendAsync(receiver.Url + "/plain", ids);
        await faulty.SendAsync(receiver.Url + "/faulty", ids);
        await Poll.UntilAsync(() => plain.PendingReceipts + faulty.PendingReceipts == 0, "all receipts");

        var told = Of("/faulty");
        Assert.InRange(told.Count, 280, 420);
        Assert.Subset(Of("/plain"), told);

        HashSet<(string?, string)> Of(string path) =>
            [
                .. receiver.Deliveries.Where(delivery => delivery.Path.EndsWith(path, StringComparison.Ordinal))
                    .SelectMany(delivery => delivery.Receipts)
                    .Select(receipt => (receipt.Id, receipt.Status))
            ];
    }

    [Fact]
    public async Task Wrong_signatures_come_beside_the_true_callback_and_claim_that_all_went_well()
    {
        using var vendor = new VendorServer(new() { ["Vendor:SuccessRate"] = "0" });
        await vendor.SwitchAsync(new { wrongSignatures = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, "one", "two");
        await Poll.UntilAsync(() => receiver.Deliveries.Count >= 2 && vendor.PendingReceipts == 0, "both callbacks");

        var genuine = Assert.Single(receiver.Deliveries, delivery => delivery.IsSignedWith(VendorServer.Secret));
        var forged = Assert.Single(receiver.Deliveries, delivery => !delivery.IsSignedWith(VendorServer.Secret));
        Assert.All(genuine.Receipts, receipt => Assert.Equal("FAILED", receipt.Status));
        Assert.All(forged.Receipts, receipt => Assert.Equal("SENT", receipt.Status));
        Assert.Equal(genuine.Receipts.Select(receipt => receipt.Id), forged.Receipts.Select(receipt => receipt.Id));
    }

    [Fact]
    public async Task Receipts_of_unknown_messages_are_rightly_signed()
    {
        using var vendor = new VendorServer();
        await vendor.SwitchAsync(new { unknownMessages = new { rate = 1 } });
        await vendor.SendAsync(receiver.Url, "one");
        await Poll.UntilAsync(() => receiver.Deliveries.Count >= 2 && vendor.PendingReceipts == 0, "both callbacks");

        Assert.All(receiver.Deliveries, delivery => Assert.True(delivery.IsSignedWith(VendorServer.Secret)));
        var unknown = Assert.Single(receiver.Receipts, receipt => receipt.Id != "one");
        Assert.Null(await vendor.FindAsync(unknown.Id!));
        Assert.Null(await vendor.FindAsync(unknown.VendorMessageId));
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();
}
