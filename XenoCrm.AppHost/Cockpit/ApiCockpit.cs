using System.Security.Cryptography;
using System.Text;

namespace XenoCrm.AppHost.Cockpit;

/// <summary>The API on the dashboard: its pages, how it is, and what a newcomer wants to see it do.</summary>
internal static class ApiCockpit
{
    public static IResourceBuilder<ProjectResource> WithApiCockpit(this IResourceBuilder<ProjectResource> api)
    {
        if (!api.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return api;
        }

        // Of this run only. The API is told its hash, and it may do what any key may: not administer.
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        HttpClient Client()
        {
            var client = ServiceClient.Of(api);
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            return client;
        }

        return api
            .WithIconName("PeopleTeam")
            .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Pages", "/"))
            .WithUrlForEndpoint("http", _ => new() { DisplayText = "Try the API", Url = "/swagger" })
            .WithUrlForEndpoint("http", _ => new() { DisplayText = "API description", Url = "/openapi/v1.json" })
            .WithUrlForEndpoint(
                "http", _ => new() { DisplayText = "Health", Url = "/health", DisplayLocation = UrlDisplayLocation.DetailsOnly })
            .WithHealthInWords()
            .WithEnvironment("ApiKeys__Keys__dashboard", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))))
            .WithSampleShop(Client)
            .WithSampleCampaign(Client)
            .WithReplay(Client);
    }

    private static IResourceBuilder<ProjectResource> WithReplay(
        this IResourceBuilder<ProjectResource> api, Func<HttpClient> connect) => api.WithCockpitCommand(
        "replay-dead-letters",
        "Replay dead letters",
        async context =>
        {
            using var client = connect();
            var answer = await client.PostJsonAsync("/receipts/dead/replay", new { }, context.CancellationToken);
            return answer["replayed"]!.GetValue<int>() is > 0 and var replayed
                ? $"{CockpitCommands.Count(replayed, "dead letter")} went back into the stream."
                : "There are no dead letters.";
        },
        new CommandOptions
        {
            Description = "Puts the vendor's receipts that were given up back into the stream, for the workers to try again.",
            IconName = "ArrowRepeatAll",
        });
}
