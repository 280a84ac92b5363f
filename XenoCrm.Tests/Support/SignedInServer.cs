using System.Text;
using System.Text.Json;

namespace XenoCrm.Tests.Support;

/// <summary>One API for all tests of a class, with a client that is signed in. Tests keep out of each other's way by their ids.</summary>
public sealed class SignedInServer : IAsyncLifetime
{
    public ApiServer Api { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Client = await Api.SignedInAsync();

    public Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        Client.PostAsync(path, new StringContent(body, Encoding.UTF8, type), Cancellation);

    /// <summary>The JSON under a path; the answer must be 200.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        Api.Dispose();
        return ValueTask.CompletedTask;
    }
}
