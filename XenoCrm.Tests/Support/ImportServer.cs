using System.Text;
using System.Text.Json;

namespace XenoCrm.Tests.Support;

/// <summary>Uploads of CSV and how they end.</summary>
internal static class ImportServer
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> UploadAsync(this HttpClient client, string path, string csv) =>
        client.UploadAsync(path, Encoding.UTF8.GetBytes(csv));

    public static async Task<HttpResponseMessage> UploadAsync(this HttpClient client, string path, byte[] csv, string type = "text/csv")
    {
        using var content = new ByteArrayContent(csv);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await client.PostAsync(path, content, Cancellation);
    }

    /// <summary>Uploads a file that is taken, and waits until its import has ended.</summary>
    public static async Task<JsonElement> ImportAsync(this HttpClient client, string path, string csv)
    {
        using var answer = await client.UploadAsync(path, csv);
        return await client.EndAsync(await answer.ImportIdAsync());
    }

    public static async Task<string> ImportIdAsync(this HttpResponseMessage answer)
    {
        var started = await answer.JsonAsync();
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Accepted, started.GetRawText());
        return started.Text("importId")!;
    }

    public static async Task<JsonElement> EndAsync(this HttpClient client, string id, TimeSpan? limit = null)
    {
        JsonElement import = default;
        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync($"/imports/{id}", Cancellation);
                import = await answer.JsonAsync();
                return import.Text("status") != "running";
            },
            "the end of the import",
            limit);
        return import;
    }

    public static (string Status, int Rows, int Accepted, int Rejected) Balance(this JsonElement import) =>
        (import.Text("status")!, import.Int("rows"), import.Int("accepted"), import.Int("rejected"));

    public static (int Line, string Field)[] ErrorPlaces(this JsonElement import) =>
        [.. import.GetProperty("errors").EnumerateArray().Select(error => (error.Int("line"), error.Text("field")!))];
}
