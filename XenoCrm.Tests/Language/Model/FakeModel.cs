using System.Collections.Concurrent;
using System.Text.Json;

namespace XenoCrm.Tests.Language.Model;

/// <summary>A server on a real socket that speaks OpenAI's chat protocol, says what a test says, and remembers what it was asked.</summary>
public sealed class FakeModel : IAsyncDisposable
{
    private readonly WebApplication app;

    public FakeModel()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/v1/chat/completions", CompleteAsync);
        app.StartAsync().GetAwaiter().GetResult();
        Endpoint = new Uri(app.Urls.Single() + "/v1");
    }

    public Uri Endpoint { get; }

    /// <summary>Every request that came, in the order of arrival.</summary>
    public ConcurrentQueue<Request> Requests { get; } = new();

    /// <summary>Answers a request.</summary>
    public Func<HttpContext, Request, Task> OnComplete { get; set; } = (http, _) => AnswerAsync(http, "{}");

    /// <summary>Answers with these in turn, and with the last one from then on.</summary>
    public void Say(params string[] contents) => OnComplete = (http, request) =>
        AnswerAsync(http, contents[Math.Min(request.Number, contents.Length) - 1]);

    /// <summary>Refuses with these statuses in turn (0: answers with the content), and with the last one from then on.</summary>
    public void Fail(string content, string? retryAfter, params int[] statuses) => OnComplete = async (http, request) =>
    {
        var status = statuses[Math.Min(request.Number, statuses.Length) - 1];
        if (status == 0)
        {
            await AnswerAsync(http, content);
            return;
        }

        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        await http.Response.WriteAsJsonAsync(new { error = new { message = "no", type = "server_error" } });
    };

    public static Task AnswerAsync(HttpContext http, string? content, string finish = "stop", string? refusal = null, object? toolCalls =
        null) => http.Response.WriteAsJsonAsync(new
        {
            id = "chatcmpl-1",
            @object = "chat.completion",
            created = 1_700_000_000,
            model = "fake",
            choices =
            new[] { new { index = 0, message = new { role = "assistant", content, refusal, tool_calls = toolCalls }, finish_reason =
                finish } },
            usage = new { prompt_tokens = 1_000, completion_tokens = 50, total_tokens = 1_050 },
        });

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task CompleteAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        Request request;
        lock (Requests)
        {
            request =
                new Request(Requests.Count + 1, body.RootElement.Clone(),
                    http.Request.Headers.ToDictionary(header => header.Key, header =>
                        header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            Requests.Enqueue(request);
        }

        await OnComplete(http, request);
    }

    /// <param name="Number">1 for the first that came.</param>
    public sealed record Request(int Number, JsonElement Body, IReadOnlyDictionary<string, string> Headers)
    {
        public JsonElement Schema => Body.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema");

        /// <summary>Role and text of each message.</summary>
        public IReadOnlyList<(string Role, string Text)> Messages =>
            [.. Body.GetProperty("messages")
                .EnumerateArray()
                .Select(message => (message.GetProperty("role").GetString()!, TextOf(message.GetProperty("content"))))];

        private static string TextOf(JsonElement content) =>
            content.ValueKind == JsonValueKind.String
                ? content.GetString()!
                : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }
}
