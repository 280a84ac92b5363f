using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Vendor;

public sealed class TraceTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<Activity> spans = [];
    private readonly ActivityListener listener;
    private Receiver receiver = null!;

    public TraceTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    [Fact]
    public async Task A_callback_continues_the_trace_of_its_send()
    {
        using var vendor = new VendorServer();
        var trace = ActivityTraceId.CreateRandom();
        await SendAsync(vendor, "one", trace);
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 1, "the callback");
        Assert.Contains(trace.ToHexString(), receiver.Deliveries[0].Traceparent, StringComparison.Ordinal);

        // The vendor's span of the send → its callback → the HTTP request that the receiver sees.
        await Poll.UntilAsync(() => Callbacks(trace).Length == 1, "the span");
        var callback = Callbacks(trace).Single();
        Assert.Contains(spans, span => span.SpanId == callback.ParentSpanId && span.Kind == ActivityKind.Server);
        Assert.Contains(
            spans,
            span =>
                span.ParentSpanId == callback.SpanId
                    && receiver.Deliveries[0].Traceparent.Contains(span.SpanId.ToHexString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_of_one_trace_share_a_callback_that_is_linked_to_the_others()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var vendor = new VendorServer(new() { ["Vendor:MinDelay"] = "00:00:10", ["Vendor:MaxDelay"] = "00:00:10" }, clock);
        var (trace, other) = (ActivityTraceId.CreateRandom(), ActivityTraceId.CreateRandom());
        await SendAsync(vendor, "one", trace);
        await SendAsync(vendor, "two", trace);
        await SendAsync(vendor, "other", other);

        await LetFallDueAsync(clock, receipts: 3);
        Assert.Equal(
            [["one", "two"], ["other"]],
            receiver.Deliveries.Select(delivery => delivery.Receipts.Select(receipt => receipt.Id).ToArray())
                .OrderByDescending(ids => ids.Length));
        await Poll.UntilAsync(() => Callbacks(trace).Length == 1, "the span");
        var callback = Callbacks(trace).Single();
        Assert.Equal(trace, Assert.Single(callback.Links).Context.TraceId);
        Assert.NotEqual(callback.ParentSpanId, callback.Links.Single().Context.SpanId);
    }

    [Fact]
    public async Task Sends_without_a_trace_share_a_callback()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        using var vendor = new VendorServer(new() { ["Vendor:MinDelay"] = "00:00:10", ["Vendor:MaxDelay"] = "00:00:10" }, clock);
        await vendor.SendAsync(receiver.Url, "one");
        await vendor.SendAsync(receiver.Url, "two");
        await LetFallDueAsync(clock, receipts: 2);
        Assert.Single(receiver.Deliveries);
    }

    [Fact]
    public async Task The_trace_survives_a_restart()
    {
        using var folder = new TempFolder();
        var trace = ActivityTraceId.CreateRandom();
        using (
            var vendor = new VendorServer(
                new() { ["Vendor:MinDelay"] = "00:00:01", ["Vendor:MaxDelay"] = "00:00:01" }, folder: folder.Path))
        {
            await SendAsync(vendor, "one", trace);
        }

        using var restarted = new VendorServer(folder: folder.Path);
        await Poll.UntilAsync(() => receiver.Deliveries.Count == 1, "the callback");
        Assert.Contains(trace.ToHexString(), receiver.Deliveries[0].Traceparent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_log_line_and_no_span_holds_a_recipient_or_a_text()
    {
        using var logs = new Lines();
        using (var vendor = new VendorServer(new() { ["Vendor:Faults:UnknownMessages:Rate"] = "1" }, logs: logs))
        {
            receiver.Answer = _ =>
                Task.FromResult(
                    receiver.Deliveries.Count > 3
                        ? Microsoft.AspNetCore.Http.Results.Ok()
                        : Microsoft.AspNetCore.Http.Results.StatusCode(500));
            await vendor.SendAsync(receiver.Url, "somebody-4711");
            using var refused = await vendor.PostAsync(VendorServer.Batch("nowhere", "somebody-4711"));
            await Poll.UntilAsync(() => vendor.PendingReceipts == 0, "the callback");
        }

        var written = logs.All.Concat(
            spans.SelectMany(
                span => span.TagObjects.Select(tag => $"{tag.Value}").Append(span.DisplayName).Append(span.StatusDescription))).ToArray();
        Assert.Contains(written, line => line?.Contains("did not take a callback", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(
            written,
            line =>
                line?.Contains("somebody-4711@", StringComparison.Ordinal) == true
                    || line?.Contains("message for somebody", StringComparison.Ordinal) == true);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await receiver.DisposeAsync();
    }

    private Activity[] Callbacks(ActivityTraceId trace) =>
        [.. spans.Where(span => span.Source.Name == "XenoCrm.Vendor" && span.TraceId == trace)];

    private async Task LetFallDueAsync(FakeTimeProvider clock, int receipts)
    {
        // All at one moment; after it, time goes on for whoever waits.
        clock.Advance(TimeSpan.FromSeconds(11));
        await Poll.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return receiver.Receipts.Count == receipts;
            },
            "all receipts");
    }

    private async Task SendAsync(VendorServer vendor, string id, ActivityTraceId trace)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/vendor/send")
        { Content = JsonContent.Create(VendorServer.Batch(receiver.Url, id)) };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await vendor.Client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = [];

        public IReadOnlyList<string> All => [.. lines];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
