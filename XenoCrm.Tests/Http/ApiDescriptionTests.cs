using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.StaticAssets;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

/// <summary>
/// The contract as it stands in the repository: a change of a route, of who may call it or of a shape shows in the diff.
/// <c>XENOCRM_UPDATE_SNAPSHOTS=1</c> writes the files anew.
/// </summary>
public sealed class ApiDescriptionTests : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ApiServer api = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task The_OpenAPI_document_is_the_one_in_the_repository()
    {
        using var client = api.Anonymous();
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", Cancellation))!.AsObject();
        document.Remove("servers");
        AssertSnapshot("openapi.json", document.ToJsonString(Indented));
    }

    [Fact]
    public void The_routes_and_who_may_call_them_are_those_in_the_repository()
    {
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(Describe)
            .Order(StringComparer.Ordinal);
        AssertSnapshot("routes.txt", string.Join('\n', routes));
    }

    private static string Describe(RouteEndpoint route)
    {
        var verbs = route.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods: var methods } ? string.Join(',', methods) : "GET";
        var permissions = route.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements)
                .OfType<ClaimsAuthorizationRequirement>()
                .SelectMany(claim => claim.AllowedValues ?? [])
                .ToList();
        var who = route.Metadata.GetMetadata<IAllowAnonymous>() is not null
            ? "anyone"
            : permissions.Count == 0
            ? "signed in"
            : string.Join(" or ", permissions);
        return $"{verbs,-6} /{route.RoutePattern.RawText?.Trim('/'),-40} {who}";
    }

    private static void AssertSnapshot(string name, string actual)
    {
        var path = Path.Combine(Repository.Root, "docs", "contract", name);
        if (Environment.GetEnvironmentVariable("XENOCRM_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        Assert.True(File.Exists(path), $"docs/contract/{name} is missing. Write it with XENOCRM_UPDATE_SNAPSHOTS=1 dotnet test");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd(), actual.ReplaceLineEndings("\n"));
    }
}
