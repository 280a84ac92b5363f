using Microsoft.AspNetCore.WebUtilities;

namespace XenoCrm.Api.Pages.Shell;

/// <summary>
/// Where one is in a long list: the cursor of this page, and those of the pages before it, so that there is a way back. All of it stands
/// in the address, which can be shared: <c>?cursor=…&amp;trail=…~…</c>.
/// </summary>
/// <param name="Path">Of the list.</param>
/// <param name="Query">What the list is asked for besides: a search, a filter.</param>
/// <param name="Cursor">This page's; null on the first.</param>
/// <param name="Trail">The cursors of the pages before, the last one last; the first page's is empty.</param>
/// <param name="Next">The next page's; null on the last.</param>
public sealed record PageTrail(string Path, IReadOnlyDictionary<string, string?> Query, string? Cursor, string? Trail, string? Next)
{
    private const char Between = '~';

    // An address has its limits; from further on one goes back to the first page.
    private const int MostSteps = 12;

    private string[] Steps => Cursor is null ? [] : Trail?.Split(Between) ?? [""];

    public bool IsFirst => Cursor is null;

    public string First => Address(null, null);

    public string? Back => IsFirst ? null : Address(Steps[^1], string.Join(Between, Steps[..^1]) is { Length: > 0 } rest ? rest : null);

    public string? Forward => Next is null ? null : Address(Next, string.Join(Between, Steps.Append(Cursor ?? "").TakeLast(MostSteps)));

    /// <summary>The list's first page with another value in its query.</summary>
    public string With(string name, string? value) => Add(Path, [.. Query.Where(pair => pair.Key != name), new(name, value)]);

    private string Address(string? cursor, string? trail) =>
        Add(Path, [.. Query, new("cursor", cursor), new("trail", string.IsNullOrEmpty(cursor) ? null : trail)]);

    private static string Add(string path, IEnumerable<KeyValuePair<string, string?>> query) =>
        QueryHelpers.AddQueryString(path, query.Where(pair => !string.IsNullOrEmpty(pair.Value)));
}
