using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace XenoCrm.Tests.Support;

/// <summary>
/// Listens to what a test's server answers: a status that docs/contract/openapi.json does not have for its route fails the
/// test. Faults of ours (500) are in no description, nor is what a caller that went away would have got.
/// </summary>
internal sealed class DocumentedAnswers : IStartupFilter
{
    private static readonly Lazy<Dictionary<string, HashSet<string>>> Documented = new(Read);

    private readonly ConcurrentDictionary<string, bool> unknown = new();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, rest) =>
        {
            await rest(http);
            var endpoint = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint();
            if (endpoint?.Metadata.GetMetadata<IEndpointNameMetadata>() is { } route && !http.RequestAborted.IsCancellationRequested)
            {
                Note(route.EndpointName, http.Response.StatusCode);
            }
        });
        next(app);
    };

    public void AssertAll() => Assert.True(
        unknown.IsEmpty,
        $"docs/contract/openapi.json does not have these answers: {string.Join(", ", unknown.Keys.Order(StringComparer.Ordinal))}");

    private void Note(string operation, int status)
    {
        if (status is not (StatusCodes.Status500InternalServerError or StatusCodes.Status499ClientClosedRequest)
            && !(Documented.Value.TryGetValue(operation, out var statuses) && statuses.Contains($"{status}")))
        {
            unknown[$"{operation} {status}"] = true;
        }
    }

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "contract", "openapi.json")));
        return document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .ToDictionary(
                verb => verb.Value.GetProperty("operationId").GetString()!,
                verb => verb.Value.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToHashSet());
    }
}
