using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace XenoCrm.VendorSimulator.Http;

internal static class JsonBody
{
    /// <summary>The body, or a problem that names the field and the place in the text.</summary>
    public static async Task<(T? Value, ValidationProblem? Problem)> ReadAsync<T>(
        HttpRequest request, JsonSerializerOptions options, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, options, cancellationToken) is { } value
                ? (value, null)
                : (null, Problem("$", "A JSON object was expected, not null."));
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "$";
            var place = e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "";
            return (null, Problem(
                field, $"The JSON cannot be read here{place}: it is malformed, of another type, or a member that is not known."));
        }
    }

    private static ValidationProblem Problem(string field, string message) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [message] });
}
