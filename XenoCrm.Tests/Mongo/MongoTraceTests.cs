using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using MongoDB.Driver;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Mongo;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Receipts;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Mongo;

public sealed class MongoTraceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_goes_from_the_receipts_request_through_the_stream_to_the_write_in_mongodb()
    {
        MongoFixture.RequireServer();
        var name = "xenocrm_test_" + Guid.NewGuid().ToString("N");
        using var redis = new RedisServer();
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["ConnectionStrings:xenocrm"] = new MongoUrlBuilder(MongoFixture.Server) { DatabaseName = name }.ToString(),
        };
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source =>
                source.Name is ReceiptTelemetry.Name or PollsAreNoTraces.Redis or PollsAreNoTraces.MongoDb or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var api = new ApiServer(settings);
        var store = api.Services.GetRequiredService<MongoStore>();
        try
        {
            var row = MongoLogRow.Of(
                "campaign", new NewLogEntry("secret-id", "c", "secret@example.com", "secret", DateTimeOffset.UnixEpoch), 1);
            await store.RunAsync(token => store.Log.InsertOneAsync(row, cancellationToken: token), Cancellation);
            using var worker = new WorkerServer(api.DataFolder, settings);
            var send = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
            var answer = await new VendorCallback(api).PostAsync(
                """{"id":"secret-id","vendorMessageId":"secret-vendor-id","status":"SENT"}""",
                request => request.Headers.Add("traceparent", $"00-{send.TraceId}-{send.SpanId}-01"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Poll.UntilAsync(() => Ours().Any(activity => activity.OperationName == "receipts batch"), "the worker's batch");

            // Each inside the one before it: the request, the stream's entry, the batch, the write.
            var request = Assert.Single(Ours(), activity => activity.Kind == ActivityKind.Server);
            var append = Assert.Single(Ours(), activity => activity.OperationName == "receipts append");
            var batch = Assert.Single(Ours(), activity => activity.OperationName == "receipts batch");
            Assert.Equal((send.SpanId, request.SpanId, append.SpanId), (request.ParentSpanId, append.ParentSpanId, batch.ParentSpanId));
            var ofMongo = Ours().Where(activity => activity.Source.Name == PollsAreNoTraces.MongoDb).ToList();
            Assert.Contains(
                ofMongo,
                activity => activity.ParentSpanId == batch.SpanId && activity.DisplayName.Contains("log", StringComparison.Ordinal));
            Assert.Contains(
                ofMongo,
                activity =>
                    activity.DisplayName.Contains("update", StringComparison.Ordinal)
                        || activity.DisplayName.Contains("bulkWrite", StringComparison.Ordinal));
            Assert.All(
                Ours(),
                activity =>
                    Assert.DoesNotContain(
                        "secret", string.Join(' ', activity.TagObjects) + activity.DisplayName, StringComparison.Ordinal));

            IEnumerable<Activity> Ours() => seen.Where(activity => activity.TraceId == send.TraceId);
        }
        finally
        {
            using var client = new MongoClient(MongoFixture.Server);
            await client.DropDatabaseAsync(name, CancellationToken.None);
        }
    }
}
