using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>Asks a service over HTTP, as anybody could.</summary>
internal static class ServiceClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static HttpClient Of(IResourceBuilder<ProjectResource> service) =>
        new() { BaseAddress = new Uri(service.GetEndpoint("http").Url), Timeout = Patience };

    /// <summary>The body of its answer.</summary>
    /// <exception cref="CommandFailure">It refused, and why.</exception>
    public static async Task<JsonNode> AskAsync(this HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await client.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new CommandFailure(await RefusalAsync(request, answer, cancellationToken));
        }

        return (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
    }

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await client.AskAsync(request, cancellationToken);
    }

    public static async Task<JsonNode> PostJsonAsync(this HttpClient client, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        return await client.AskAsync(request, cancellationToken);
    }

    // ProblemDetails: the fields' errors say more than the detail.
    private static async Task<string> RefusalAsync(
        HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var said = "";
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            var errors = problem?["errors"]?.AsObject().SelectMany(field => field.Value!.AsArray().Select(error => $"{field.Key}: {error}"))
                ?? [];
            said = string.Join(' ', errors.DefaultIfEmpty($"{problem?["detail"] ?? problem?["title"]}"));
        }
        catch (JsonException)
        {
            // Not one of its own answers; the status says enough.
        }

        return $"{request.Method} {request.RequestUri!.AbsolutePath} was answered {(int)answer.StatusCode}. {said}".TrimEnd();
    }
}
