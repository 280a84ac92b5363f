using System.Net.Http.Json;
using System.Text.Json;

namespace XenoCrm.Benchmarks.Load;

/// <summary>A list of the API's, page by page to its end.</summary>
internal static class PagedList
{
    private const int Page = 500;

    public static async IAsyncEnumerable<JsonElement> ReadAsync(HttpClient client, string path)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = await client.GetAsync($"{path}?limit={Page}&cursor={cursor}");
            page.EnsureSuccessStatusCode();
            foreach (var item in (await page.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray())
            {
                yield return item;
            }

            cursor = page.Headers.TryGetValues("X-Next-Cursor", out var next) ? next.Single() : null;
        }
    }
}
