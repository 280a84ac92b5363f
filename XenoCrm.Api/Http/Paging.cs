using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using XenoCrm.Core;

namespace XenoCrm.Api.Http;

/// <summary><c>?limit=</c> and <c>?cursor=</c> in, a plain array and <c>X-Next-Cursor</c> out.</summary>
internal static class Paging
{
    public const string NextCursorHeader = "X-Next-Cursor";

    /// <summary>Null and a problem if the limit is not 1 to 500.</summary>
    public static PageRequest? Read(int? limit, string? cursor, out ValidationProblem? problem)
    {
        var asked = limit ?? PageRequest.DefaultLimit;
        if (asked is < 1 or > PageRequest.MaxLimit)
        {
            problem = Problems.Invalid("limit", $"limit is {asked}; it must be from 1 to {PageRequest.MaxLimit}.");
            return null;
        }

        problem = null;
        return new PageRequest(asked, string.IsNullOrEmpty(cursor) ? null : cursor);
    }

    /// <summary>All of a list, page after page.</summary>
    public static async IAsyncEnumerable<T> AllAsync<T>(
        Func<PageRequest, CancellationToken, Task<Page<T>>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await list(new PageRequest(PageRequest.MaxLimit, cursor), cancellationToken);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    public static Ok<TResponse[]> Answer<T, TResponse>(HttpContext http, Page<T> page, Func<T, TResponse> map) =>
        Answer(http, page.Select(map));

    public static Ok<T[]> Answer<T>(HttpContext http, Page<T> page)
    {
        if (page.NextCursor is { } next)
        {
            http.Response.Headers[NextCursorHeader] = next;
        }

        return TypedResults.Ok(page.Items.ToArray());
    }
}
