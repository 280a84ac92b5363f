using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace XenoCrm.Tests.Support;

/// <summary>Takes what the services export over OTLP and keeps the bytes: text lies in them as it is, in UTF-8.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> received = new();
    private readonly WebApplication app;

    private OtlpCollector(WebApplication app) => this.app = app;

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Row(1)}"));

    /// <summary>The environment that makes a service export here, often.</summary>
    public (string Key, string Value)[] Environment =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Address.ToString()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var collector = new OtlpCollector(builder.Build());
        collector.app.Urls.Add(collector.Address.ToString());
        collector.app.MapPost("/v1/{signal}", collector.KeepAsync);
        await collector.app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <param name="signal"><c>traces</c>, <c>metrics</c> or <c>logs</c>.</param>
    public string Text(string signal) => string.Concat(received.GetValueOrDefault(signal) ?? []);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task KeepAsync(string signal, HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        received.GetOrAdd(signal, _ => new()).Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        http.Response.ContentType = "application/x-protobuf";
    }
}
