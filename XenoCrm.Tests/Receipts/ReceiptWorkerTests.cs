using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Options;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.ReceiptWorker.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>The worker as it runs, beside the API that fills its stream.</summary>
public sealed class ReceiptWorkerTests : IDisposable
{
    private readonly ApiServer api = new();
    private readonly VendorCallback vendor;
    private readonly DeliveryLog log;

    public ReceiptWorkerTests()
    {
        vendor = new VendorCallback(api);
        log = new DeliveryLog(api.Services.GetRequiredService<SqliteDatabase>());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_that_the_vendor_brings_ends_in_the_log()
    {
        await log.AddAsync("a", "b");
        using var worker = new WorkerServer(api.DataFolder);
        await PostAsync(
            """[{"id":"a","vendorMessageId":"v-a","status":"SENT"},{"id":"b","vendorMessageId":"v-b","status":"FAILED","reason":"mailbox full"}]""");
        await Poll.UntilAsync(() => log.Count(DeliveryStatus.Pending) == 0, "both receipts to be applied");
        Assert.Equal((DeliveryStatus.Sent, "v-a"), (log.Row("a").Status, log.Row("a").VendorMessageId));
        Assert.Equal((DeliveryStatus.Failed, "mailbox full"), (log.Row("b").Status, log.Row("b").FailureReason));
    }

    [Fact]
    public async Task The_worker_says_how_it_is()
    {
        using var worker = new WorkerServer(api.DataFolder);
        using var client = worker.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Entries_that_are_done_with_are_trimmed()
    {
        await log.AddAsync("a");
        using var worker = new WorkerServer(
            api.DataFolder, new Dictionary<string, string?> { ["ReceiptWorker:KeepInterval"] = "00:00:00.050" });
        await PostAsync("""{"id":"a","vendorMessageId":"v-a","status":"SENT"}""");
        var stream = worker.Services.GetRequiredService<IReceiptStream>();
        await Poll.UntilAsync(() => log.Count(DeliveryStatus.Sent) == 1, "the receipt to be applied");
        await Poll.UntilAsync(
            async () => (await stream.InfoAsync(ReceiptConsumer.Workers, Cancellation)).Length == 0, "the stream to be trimmed");
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_gives_up_a_write_that_does_not_end_and_another_one_does_it()
    {
        await log.AddAsync("a");
        var hanging = new FaultyStore(api.Services.GetRequiredService<IReceiptStore>()) { Hangs = true };
        var quick =
            new Dictionary<string, string?> { ["ReceiptWorker:StopGrace"] = "00:00:00.050", ["ReceiptStream:Visibility"] = "00:00:00.100" };
        var stream = api.Services.GetRequiredService<IReceiptStream>();
        using (
            var worker = new WorkerServer(
                api.DataFolder, quick, builder => builder.ConfigureTestServices(services => services.AddSingleton<IReceiptStore>(hanging))))
        {
            await PostAsync("""{"id":"a","vendorMessageId":"v-a","status":"SENT"}""");
            await Poll.UntilAsync(
                async () => (await stream.InfoAsync(ReceiptConsumer.Workers, Cancellation)).Pending == 1, "the worker to have it in hand");
            await worker.Services.GetRequiredService<IHost>().StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }

        Assert.Equal(1, (await stream.InfoAsync(ReceiptConsumer.Workers, Cancellation)).Pending);
        Assert.Equal(DeliveryStatus.Pending, log.Row("a").Status);
        using var next = new WorkerServer(api.DataFolder, quick);
        await Poll.UntilAsync(() => log.Row("a").Status == DeliveryStatus.Sent, "the next worker to take over");
    }

    [Fact]
    public async Task A_worker_goes_on_when_redis_was_away()
    {
        using var redis = new RedisServer();
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["ReceiptStream:Visibility"] = "00:00:01",
            ["ReceiptWorker:MaxBackOff"] = "00:00:00.200",
        };
        using var server = new ApiServer(settings);
        var rows = new DeliveryLog(server.Services.GetRequiredService<SqliteDatabase>());
        await rows.AddAsync("before", "after");
        using var worker = new WorkerServer(server.DataFolder, settings);
        var caller = new VendorCallback(server);
        await caller.PostAsync("""{"id":"before","vendorMessageId":"v-1","status":"SENT"}""");
        await Poll.UntilAsync(() => rows.Row("before").Status == DeliveryStatus.Sent, "the first receipt to be applied");

        redis.Kill();
        using var client = worker.Client();
        await Poll.UntilAsync(
            async () => (await client.GetAsync("/health", Cancellation)).StatusCode == HttpStatusCode.ServiceUnavailable,
            "the worker to say so");
        redis.EnsureStarted();
        await Poll.UntilAsync(
            async () =>
                (await caller.PostAsync("""{"id":"after","vendorMessageId":"v-2","status":"SENT"}""")).StatusCode == HttpStatusCode.OK,
            "the API to take receipts again");
        await Poll.UntilAsync(() => rows.Row("after").Status == DeliveryStatus.Sent, "the second receipt to be applied");
    }

    [Fact]
    public void A_setting_that_cannot_be_ends_the_start()
    {
        var refused = Assert.Throws<OptionsValidationException>(() =>
            new WorkerServer(api.DataFolder, new Dictionary<string, string?> { ["ReceiptWorker:MaxDeliveries"] = "0" }).Dispose());
        Assert.Contains(nameof(ReceiptWorkerOptions.MaxDeliveries), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_workers_part_belongs_to_the_trace_of_the_request_that_brought_the_receipt()
    {
        // The vendor passes on the trace in which we handed the message over.
        var send = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is ReceiptTelemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await log.AddAsync("a");
        using var worker = new WorkerServer(api.DataFolder);
        await vendor.PostAsync(
            """{"id":"a","vendorMessageId":"v-a","status":"SENT"}""",
            request => request.Headers.Add("traceparent", $"00-{send.TraceId}-{send.SpanId}-01"));
        await Poll.UntilAsync(() => Ours().Any(activity => activity.OperationName == "receipts batch"), "the worker's batch");

        var request = Assert.Single(Ours(), activity => activity.Kind == ActivityKind.Server);
        var append = Assert.Single(Ours(), activity => activity.OperationName == "receipts append");
        var apply = Assert.Single(Ours(), activity => activity.OperationName == "receipts apply");
        Assert.Equal(send.SpanId, request.ParentSpanId);
        Assert.Equal(request.SpanId, append.ParentSpanId);
        Assert.Equal(append.SpanId, apply.ParentSpanId);
        var batch = Assert.Single(Ours(), activity => activity.OperationName == "receipts batch");
        Assert.Equal(append.SpanId, Assert.Single(batch.Links).Context.SpanId);
        Assert.Equal(batch.SpanId, Assert.Single(apply.Links).Context.SpanId);

        IEnumerable<Activity> Ours() => seen.Where(activity => activity.TraceId == send.TraceId);
    }

    public void Dispose() => api.Dispose();

    private async Task PostAsync(string body) => Assert.Equal(HttpStatusCode.OK, (await vendor.PostAsync(body)).StatusCode);
}
