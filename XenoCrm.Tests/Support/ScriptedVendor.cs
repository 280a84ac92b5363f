using System.Collections.Concurrent;
using System.Text.Json;

namespace XenoCrm.Tests.Support;

/// <summary>A vendor on a real socket that does what a test says, and remembers what it was asked.</summary>
public sealed class ScriptedVendor : IAsyncDisposable
{
    private readonly WebApplication app;

    /// <param name="port">0 for one that the system picks.</param>
    public ScriptedVendor(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/vendor/send", SendAsync);
        app.MapGet("/vendor/messages/{id}", (HttpContext http, string id) =>
        {
            Asked.Enqueue(id);
            return OnAsk(http, id);
        });
        app.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    /// <summary>Every batch that came, in the order of arrival, refused ones included.</summary>
    public ConcurrentQueue<Batch> Batches { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Answers a batch; by default it accepts all of it.</summary>
    public Func<HttpContext, Batch, Task> OnSend { get; set; } = AcceptAsync;

    /// <summary>Answers a question; by default it knows nothing.</summary>
    public Func<HttpContext, string, Task> OnAsk { get; set; } = (http, _) =>
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    public static Task AcceptAsync(HttpContext http, Batch batch) =>
        http.Response.WriteAsJsonAsync(
            new { accepted = batch.Messages.Select(message => new { message.Id, vendorMessageId = "v-" + message.Id }) });

    public static Task AnswerAsync(HttpContext http, int status, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task SendAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer);
        var batch = JsonSerializer.Deserialize<Batch>(buffer.ToArray(), JsonSerializerOptions.Web)!;
        batch =
            batch with
            {
                Number = Batches.Count
            + 1,
                Headers = http.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                Body = buffer.ToArray()
            };
        Batches.Enqueue(batch);
        await OnSend(http, batch);
    }

    /// <param name="Number">1 for the first that came.</param>
    public sealed record Batch(Uri CallbackUrl, IReadOnlyList<Message> Messages)
    {
        public int Number { get; init; }

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

        public byte[] Body { get; init; } = [];
    }

    public sealed record Message(string Id, string Recipient, string Text, IReadOnlyDictionary<string, string>? Headers = null);
}
