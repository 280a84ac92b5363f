using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace XenoCrm.Tests.Vendor;

/// <summary>Somebody whom the vendor calls back, on a socket of its own: records what comes and answers as it is told.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Delivery> deliveries = [];
    private int underWay;
    private int mostUnderWay;

    private Receiver(WebApplication app)
    {
        this.app = app;
        app.MapPost("/{**path}", (Delegate)TakeAsync);
    }

    public string Url => app.Urls.Single() + "/receipts";

    /// <summary>200 unless it is set.</summary>
    public Func<Delivery, Task<IResult>> Answer { get; set; } = _ => Task.FromResult(Results.Ok());

    /// <summary>All attempts, in the order of their arrival.</summary>
    public IReadOnlyList<Delivery> Deliveries => [.. deliveries];

    public IReadOnlyList<ReceivedReceipt> Receipts => [.. deliveries.SelectMany(delivery => delivery.Receipts)];

    public int UnderWay => Volatile.Read(ref underWay);

    public int MostUnderWay => Volatile.Read(ref mostUnderWay);

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new Receiver(builder.Build());
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        var now = Interlocked.Increment(ref underWay);
        while (Volatile.Read(ref mostUnderWay) is var most && now > most)
        {
            Interlocked.CompareExchange(ref mostUnderWay, now, most);
        }

        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var delivery = new Delivery(
                http.Request.Path.Value!,
                http.Request.Headers["webhook-id"].ToString(),
                http.Request.Headers["webhook-timestamp"].ToString(),
                http.Request.Headers["webhook-signature"].ToString(),
                http.Request.Headers.TraceParent.ToString(),
                TimeProvider.System.GetTimestamp(),
                body.ToArray());
            deliveries.Enqueue(delivery);
            return await Answer(delivery);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }
}

public sealed record Delivery(
    string Path, string WebhookId, string Timestamp, string Signature, string Traceparent, long ArrivedAt, byte[] Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public IReadOnlyList<ReceivedReceipt> Receipts => Json.ValueKind == JsonValueKind.Array
        ? Json.Deserialize<ReceivedReceipt[]>(JsonSerializerOptions.Web)!
        : [Json.Deserialize<ReceivedReceipt>(JsonSerializerOptions.Web)!];

    public bool IsSignedWith(string secret) => Signature.Split(' ').Contains(Webhook.Signature(secret, WebhookId, Timestamp, Body));
}

public sealed record ReceivedReceipt(
    string? Id, string VendorMessageId, string? Recipient, string Status, string? Reason, DateTimeOffset At);
