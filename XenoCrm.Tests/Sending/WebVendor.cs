using System.Collections.Concurrent;
using System.Text;

namespace XenoCrm.Tests.Sending;

/// <summary>A vendor with an API of its own on a real socket: it takes whatever comes, remembers it and answers as a test says.</summary>
public sealed class WebVendor : IAsyncDisposable
{
    private readonly WebApplication app;

    public WebVendor()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var call = new Call(
                http.Request.Method, http.Request.Path + http.Request.QueryString, Encoding.UTF8.GetString(body.ToArray()),
                http.Request.Headers.ToDictionary(
                    header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            if (call.Method != "HEAD")
            {
                Calls.Enqueue(call);
            }

            await OnCall(http, call);
        });
        app.StartAsync().GetAwaiter().GetResult();
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>By default: 200, and the number of the call as the id.</summary>
    public Func<HttpContext, Call, Task> OnCall { get; set; } = (http, _) => http.Response.WriteAsJsonAsync(
        new { messages = new[] { new { sid = "SM-" + Guid.CreateVersion7() } } });

    public static Task AnswerAsync(HttpContext http, int status, object? body = null, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        return body is null ? Task.CompletedTask : http.Response.WriteAsJsonAsync(body);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    public sealed record Call(string Method, string Url, string Body, IReadOnlyDictionary<string, string> Headers);
}
