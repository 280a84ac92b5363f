using System.Collections.Concurrent;
using System.Diagnostics;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.ServiceDefaults;

public sealed class RequestSpanTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> spans = [];
    private readonly ActivityListener listener;
    private readonly ApiServer api = new();

    public RequestSpanTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    [Fact]
    public async Task A_requests_span_is_named_after_its_route_and_holds_nothing_of_its_path_or_query()
    {
        using var client = await api.SignedInAsync();
        var span = await SpanAsync(client, "/customers/mara@example.com?q=mara@example.com");
        Assert.Equal("GET /customers/{id}", span.DisplayName);
        Assert.Equal(404, span.GetTagItem("http.response.status_code"));
        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("mara", StringComparison.Ordinal));
        Assert.True(span.Recorded);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_probe_leaves_no_span_behind(string path)
    {
        using var client = api.Anonymous();
        Assert.False((await SpanAsync(client, path)).Recorded);
    }

    public void Dispose()
    {
        listener.Dispose();
        api.Dispose();
    }

    /// <summary>The server's span of a request, among those of tests that run beside this one.</summary>
    private async Task<Activity> SpanAsync(HttpClient client, string path)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await Poll.UntilAsync(() => spans.Any(span => span.TraceId == trace), "the span");
        return spans.Single(span => span.TraceId == trace);
    }
}
