using XenoCrm.Tests.Insights;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Language.Model;

/// <summary>One API with a fake model behind it for all tests of a class. Tests ask different questions, or the cache would
/// answer.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private readonly ApiServer api;

    public ModelServer() => api = new ApiServer(
        new Dictionary<string, string?>
        {
            ["OpenAI:Endpoint"] = Model.Endpoint.ToString(),
            ["OpenAI:MaxRetries"] = "0",
            ["OpenAI:QuestionsPerMinute"] = "2",
        },
        MadeCampaigns.WithoutSender);

    public FakeModel Model { get; } = new();

    public IServiceProvider Services => api.Services;

    /// <summary>A user of a test's own, whom the model has been asked nothing for.</summary>
    public async Task<HttpClient> NewUserAsync(string? role = null)
    {
        Model.Requests.Clear();
        return await api.SignedInAsync($"{Guid.NewGuid():N}@example.com", role);
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await Model.DisposeAsync();
    }
}
