using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class DurabilityTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private Receiver receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task After_a_kill_every_accepted_message_is_called_back_and_no_outcome_changes()
    {
        const int Batches = 10;
        const int Size = 200;
        var vendorIds = new Dictionary<string, string>();
        using (var vendor = await StartAsync(maxDelay: "00:00:03", seed: "1"))
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                var first = batch * Size;
                using var answer = await vendor.Client.PostAsJsonAsync(
                    "/vendor/send", VendorServer.Batch(receiver.Url, Enumerable.Range(first, Size).Select(i => $"m{i}")), Cancellation);
                foreach (
                    var accepted in (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation))
                        .GetProperty("accepted")
                        .EnumerateArray())
                {
                    vendorIds[accepted.GetProperty("id").GetString()!] = accepted.GetProperty("vendorMessageId").GetString()!;
                }
            }

            // In the middle: some told, some due, some not yet.
            await Poll.UntilAsync(() => receiver.Receipts.Count > 100, "the first receipts");
            vendor.Kill();
        }

        Assert.Equal(Batches * Size, vendorIds.Count);
        Assert.InRange(receiver.Receipts.Count, 101, (Batches * Size) - 1);

        // Another seed: an outcome that were drawn anew would be another one.
        using var restarted = await StartAsync(maxDelay: "00:00:00.100", seed: "2");
        await Poll.UntilAsync(
            () => receiver.Receipts.Select(receipt => receipt.Id).Distinct().Count() == vendorIds.Count, "a receipt of every message");
        foreach (var told in receiver.Receipts.GroupBy(receipt => receipt.Id!))
        {
            var receipt = Assert.Single(told.Distinct());
            Assert.Equal(vendorIds[told.Key], receipt.VendorMessageId);
        }

        var sample = receiver.Receipts[0];
        var state = await restarted.Client.GetFromJsonAsync<JsonElement>($"/vendor/messages/{sample.Id}", Cancellation);
        Assert.Equal((sample.Status, sample.Reason), (state.GetProperty("status").GetString(), state.GetProperty("reason").GetString()));

        Task<VendorProcess> StartAsync(string maxDelay, string seed) => VendorProcess.StartAsync(
            folder.Path, (
                "Vendor:MinDelay",
                "00:00:00"), ("Vendor:MaxDelay", maxDelay), ("Vendor:Seed", seed), ("Vendor:SuccessRate", "0.5"), (
                    "Vendor:CallbackBatch", "50"));
    }

    [Fact]
    public async Task A_callback_that_was_not_taken_comes_again_after_a_restart_under_its_id()
    {
        receiver.Answer = _ => Task.FromResult(Results.StatusCode(503));
        using (var vendor = new VendorServer(folder: folder.Path))
        {
            await vendor.SendAsync(receiver.Url, "one", "two");
            await Poll.UntilAsync(() => receiver.Deliveries.Count > 0, "an attempt");
        }

        receiver.Answer = _ => Task.FromResult(Results.Ok());
        using var restarted = new VendorServer(folder: folder.Path);
        await Poll.UntilAsync(() => restarted.PendingReceipts == 0, "the callback");
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.WebhookId).Distinct());
    }

    [Fact]
    public async Task Old_messages_are_forgotten_and_their_vendor_ids_never_come_again()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var vendor = new VendorServer(new() { ["Vendor:KeepFor"] = "1.00:00:00" }, clock);
        var old = await vendor.SendAsync(receiver.Url, "old", "older");
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(10), () => Task.FromResult(receiver.Receipts.Count == 2));
        clock.Advance(TimeSpan.FromHours(23));
        await vendor.SendAsync(receiver.Url, "young");
        clock.Advance(TimeSpan.FromHours(1.1));

        await AdvanceUntilAsync(TimeSpan.FromMinutes(1), async () => await vendor.FindAsync("old") is null);
        Assert.Null(await vendor.FindAsync(old["older"]));
        Assert.NotNull(await vendor.FindAsync("young"));
        Assert.DoesNotContain((await vendor.SendAsync(receiver.Url, "old"))["old"], old.Values);

        Task AdvanceUntilAsync(TimeSpan step, Func<Task<bool>> condition) => Poll.UntilAsync(
            () =>
            {
                clock.Advance(step);
                return condition();
            },
            "time to pass");
    }

    [Fact]
    public async Task A_locked_database_is_a_503_and_the_vendor_recovers_by_itself()
    {
        using var vendor = new VendorServer();
        await vendor.SendAsync(receiver.Url, "before");
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(vendor.DataFolder, "vendor.db")};Pooling=False"))
        {
            connection.Open();
            using var locking = new SqliteCommand("BEGIN IMMEDIATE", connection);
            locking.ExecuteNonQuery();

            using var refused = await vendor.PostAsync(VendorServer.Batch(receiver.Url, "during"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            using var health = await vendor.Client.GetAsync("/health", Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            Assert.Null(await vendor.FindAsync("during"));
        }

        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await vendor.PostAsync(VendorServer.Batch(receiver.Url, "after"));
                return answer.IsSuccessStatusCode;
            },
            "the vendor to accept again");
        await Poll.UntilAsync(() => receiver.Receipts.Any(receipt => receipt.Id == "after"), "the receipt");
    }

    [Fact]
    public void A_second_vendor_on_the_same_folder_does_not_start_and_says_why()
    {
        using var first = new VendorServer(folder: folder.Path);
        var failure = Assert.ThrowsAny<InvalidOperationException>(() => new VendorServer(folder: folder.Path).Dispose());
        Assert.Contains("XENOCRM_DATA", failure.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        folder.Dispose();
    }
}
