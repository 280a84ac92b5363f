using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using OpenTelemetry;
using OpenTelemetry.Trace;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.ServiceDefaults;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>What Redis is asked, in the traces of those who had it asked, and in the metrics.</summary>
public sealed class ReceiptTraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> seen = new();
    private readonly ActivityListener listener;

    public ReceiptTraceTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is ReceiptTelemetry.Name or PollsAreNoTraces.Redis or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_is_in_the_trace_of_the_request_from_the_append_to_the_acknowledgement()
    {
        using var redis = new RedisServer();
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:redis"] = redis.ConnectionString };
        using var api = new ApiServer(settings);
        var log = new DeliveryLog(api.Services.GetRequiredService<SqliteDatabase>());
        await log.AddAsync("secret-id");
        using var worker = new WorkerServer(api.DataFolder, settings);

        var send = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var answer = await new VendorCallback(api).PostAsync(
            """{"id":"secret-id","vendorMessageId":"secret-vendor-id","status":"FAILED","reason":"secret mailbox"}""",
            request => request.Headers.Add("traceparent", $"00-{send.TraceId}-{send.SpanId}-01"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Poll.UntilAsync(() => Ours().Any(activity => activity.OperationName == "receipts batch"), "the worker's batch");

        var append = Assert.Single(Ours(), activity => activity.OperationName == "receipts append");
        var add = Assert.Single(Ours(), activity => activity.OperationName == "XADD");
        var batch = Assert.Single(Ours(), activity => activity.OperationName == "receipts batch");
        var acknowledge = Assert.Single(Ours(), activity => activity.OperationName == "XACK");
        Assert.Equal(append.SpanId, add.ParentSpanId);
        Assert.Equal(append.SpanId, batch.ParentSpanId);
        Assert.Equal(batch.SpanId, acknowledge.ParentSpanId);

        var port = int.Parse(redis.ConnectionString.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(ActivityKind.Client, add.Kind);
        Assert.Equal(
            [
                ("db.namespace", "0"),
                ("db.operation.name", "XADD"),
                ("db.system.name", "redis"),
                ("server.address", "127.0.0.1"),
                ("server.port", (object)port)
            ],
            add.TagObjects.Select(tag => (tag.Key, tag.Value!)).OrderBy(tag => tag.Key, StringComparer.Ordinal));
        Assert.All(Ours(), activity => Assert.DoesNotContain("secret", string.Join(' ', activity.TagObjects), StringComparison.Ordinal));

        IEnumerable<Activity> Ours() => seen.Where(activity => activity.TraceId == send.TraceId);
    }

    [Fact]
    public async Task A_command_that_fails_says_how_and_all_are_measured()
    {
        using var redis = new RedisServer();
        var measured = new ConcurrentQueue<string>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == PollsAreNoTraces.Redis)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>(
            (instrument, seconds, tags, _) => measured.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();

        using var api = new ApiServer(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = redis.ConnectionString });
        var stream = api.Services.GetRequiredService<IReceiptStream>();
        using var mine = new Activity("mine").Start();
        await stream.ReadAsync(new ReceiptConsumer("workers", "ann"), 10, Cancellation);
        mine.Stop();

        // The group is not there yet.
        var refused = seen.First(activity => activity.TraceId == mine.TraceId && activity.OperationName == "XREADGROUP");
        Assert.Equal(
            (ActivityStatusCode.Error, "NOGROUP", "NOGROUP"),
            (refused.Status, refused.GetTagItem("error.type"), refused.GetTagItem("db.response.status_code")));
        Assert.Contains(measured, line => line.StartsWith("db.client.operation.duration", StringComparison.Ordinal)
            && line.Contains("XREADGROUP", StringComparison.Ordinal)
                && line.Contains(redis.ConnectionString.Split(':')[1], StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_database_is_asked_on_nobodys_behalf_is_not_exported()
    {
        var exported = new ConcurrentQueue<string>();
        using var loops = new ActivitySource("XenoCrm.Test." + Guid.NewGuid());
        using var driver = new ActivitySource(PollsAreNoTraces.MongoDb);
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(loops.Name, driver.Name).AddProcessor(new PollsAreNoTraces())
            .AddProcessor(new SimpleActivityExportProcessor(new Exporter(exported))).Build();
        using (driver.StartActivity("poll", ActivityKind.Client))
        using (driver.StartActivity("poll's command", ActivityKind.Client))
        {
        }

        using (loops.StartActivity("batch"))
        using (driver.StartActivity("write", ActivityKind.Client))
        {
        }

        Assert.Equal(["write", "batch"], exported);
    }

    public void Dispose() => listener.Dispose();

    private sealed class Exporter(ConcurrentQueue<string> names) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
            {
                names.Enqueue(activity.DisplayName);
            }

            return ExportResult.Success;
        }
    }
}
