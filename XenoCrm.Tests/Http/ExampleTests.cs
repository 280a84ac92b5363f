using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using XenoCrm.Api.Webhooks;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

/// <summary>The bodies that Swagger puts into its boxes. They are read from the description, so that a new route is seen here.</summary>
public sealed class ExampleTests : IDisposable
{
    private const string Multipart = "multipart/form-data";

    private readonly ApiServer api = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task Every_route_that_takes_a_body_has_one()
    {
        var without = (await BodiesAsync()).Where(body => body.Example is null && body.Type != Multipart)
            .Select(body => $"{body.Operation} {body.Type}").ToList();
        Assert.True(without.Count == 0, $"Put files into XenoCrm.Api/Http/Description/Examples for {string.Join(", ", without)}.");
    }

    [Fact]
    public async Task Each_works_as_it_stands()
    {
        var failed = new List<string>();
        var bodies = (await BodiesAsync()).Where(body => body.Example is not null).ToList();
        foreach (var body in bodies)
        {
            // Somebody new for each: one of them takes an admin's role away.
            using var client = await api.SignedInAsync($"{body.Operation}@example.com");
            using var answer = await SendAsync(client, body);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);

            // There is nobody yet to change or to look into: the one answer besides a good one, and both are documented.
            var isRight = answer.IsSuccessStatusCode
                ? await RejectedAsync(client, text) == 0
                : (int)answer.StatusCode switch
                {
                    404 => body.Path.Contains('{', StringComparison.Ordinal),
                    400 => body.Operation == "CompareAudiences" && text.Contains("There is no such campaign.", StringComparison.Ordinal),
                    422 => body.Operation == "FindLookalikes",
                    _ => false,
                };
            if (!isRight || !body.Statuses.Contains($"{(int)answer.StatusCode}"))
            {
                failed.Add($"{body.Operation} {body.Type}: {(int)answer.StatusCode} {text}");
            }
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed));
        Assert.InRange(bodies.Count, 20, 200);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, Body body)
    {
        var example = body.Example!.Value;
        var bytes = Encoding.UTF8.GetBytes(example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText());
        var path = body.Path.Replace("{id}", "unknown", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(body.Verb, path) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
        api.Services.GetRequiredService<WebhookSignature>().Sign(request.Headers, "msg-1", bytes);
        return await client.SendAsync(request, Cancellation);
    }

    /// <summary>Rows that a good answer says, at once or in the end, were not taken.</summary>
    private static async Task<int> RejectedAsync(HttpClient client, string text)
    {
        if (text.Length == 0 || JsonDocument.Parse(text).RootElement is not { ValueKind: JsonValueKind.Object } json)
        {
            return 0;
        }

        if (json.TryGetProperty("importId", out var id))
        {
            json = await client.EndAsync(id.GetString()!);
            Assert.Equal("completed", json.Text("status"));
        }

        return json.TryGetProperty("rejected", out var rejected) && rejected.ValueKind == JsonValueKind.Number ? rejected.GetInt32() : 0;
    }

    private async Task<List<Body>> BodiesAsync()
    {
        using var client = api.Anonymous();
        var document = await (await client.GetAsync("/openapi/v1.json", Cancellation)).JsonAsync();
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from verb in path.Value.EnumerateObject()
               where verb.Value.TryGetProperty("requestBody", out _)
               from media in verb.Value.GetProperty("requestBody").GetProperty("content").EnumerateObject()
               select new Body(
                   verb.Value.Text("operationId")!,
                   new HttpMethod(verb.Name.ToUpperInvariant()),
                   path.Name,
                   media.Name,
                   media.Value.TryGetProperty("example", out var example) ? example : null,
                   [.. verb.Value.GetProperty("responses").EnumerateObject().Select(answer => answer.Name)]),
        ];
    }

    private sealed record Body(string Operation, HttpMethod Verb, string Path, string Type, JsonElement? Example, HashSet<string> Statuses);
}
