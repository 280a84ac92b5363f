using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace XenoCrm.Api.Http.Description;

/// <summary>
/// A body to try for each route that takes one: the file <c>Examples/OPERATION.json</c>, named after the route
/// (<c>WithName</c>); <c>.ndjson</c>, <c>.csv</c>, <c>.form</c> and <c>.eml</c> where it takes those. A test sends each of them.
/// </summary>
internal static class Examples
{
    private const string Folder = "XenoCrm.Api.Http.Description.Examples.";

    private static readonly Dictionary<string, string> Files = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(name => name[Folder.Length..], Read);

    public static void Add(OpenApiOperation operation)
    {
        foreach (var (type, media) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (Files.TryGetValue($"{operation.OperationId}.{Extension(type)}", out var text))
            {
                media.Example = Extension(type) == "json" ? JsonNode.Parse(text) : JsonValue.Create(text);
            }
        }
    }

    private static string Extension(string contentType) => contentType switch
    {
        "application/json" => "json",
        "text/csv" => "csv",
        "application/x-www-form-urlencoded" => "form",
        "message/rfc822" => "eml",
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" => "ndjson",
        _ => "",
    };

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
