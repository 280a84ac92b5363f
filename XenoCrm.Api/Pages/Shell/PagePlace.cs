using Microsoft.AspNetCore.Mvc;
using XenoCrm.Core;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>Where in a long list an address is. An empty value, as a form sends it, is none.</summary>
internal sealed record PagePlace
{
    public static readonly PagePlace First = new();

    private static readonly Dictionary<string, string?> NoQuery = [];

    /// <summary>Of the page that is asked for; none: the first.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>Of the pages before it, see <see cref="PageTrail"/>.</summary>
    [FromQuery(Name = "trail")]
    public string? Trail { get; init; }

    public PageRequest Request(int limit = PageRequest.DefaultLimit) => new(limit, OrNull(Cursor));

    /// <param name="path">Of the list.</param>
    /// <param name="next">The next page's cursor; null on the last.</param>
    /// <param name="query">What the list is asked for besides.</param>
    public PageTrail In(string path, string? next, IReadOnlyDictionary<string, string?>? query = null) =>
        new(path, query ?? NoQuery, OrNull(Cursor), OrNull(Trail), next);

    /// <summary>Null for a text without anything in it.</summary>
    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
