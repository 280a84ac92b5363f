using Microsoft.Net.Http.Headers;

namespace XenoCrm.Api.Http;

/// <summary>The types of bodies, and what to say of one that a route does not take.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    private const int LongestShown = 60;

    /// <param name="taken">The types that the route takes; none if it takes no body.</param>
    /// <param name="sent">The request's Content-Type.</param>
    public static string Refusal(IReadOnlyList<string> taken, string? sent)
    {
        var found = string.IsNullOrWhiteSpace(sent) ? "the request has no Content-Type"
            : MediaTypeHeaderValue.TryParse(sent, out var type) ? $"the Content-Type is {Shown(type.MediaType.Value!)}"
            : $"the Content-Type, {Shown(sent)}, is no media type";
        return taken.Count == 0 ? $"This route takes no body; {found}." : $"This route takes {List(taken)}; {found}.";
    }

    private static string List(IReadOnlyList<string> types) =>
        types.Count == 1
            ? $"a body of the type {types[0]}"
            : $"a body of the type {string.Join(", ", types.Take(types.Count - 1))} or {types[^1]}";

    private static string Shown(string text) => text.Length > LongestShown ? text[..LongestShown] + "…" : text;
}
