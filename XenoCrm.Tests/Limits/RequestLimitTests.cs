using System.Net;
using System.Net.Sockets;
using System.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Limits;

/// <summary>What is too large, too deep or too much of a thing is refused in words, before it costs anything.</summary>
public sealed class RequestLimitTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/segments/preview", 4 * MiB)]
    [InlineData("/segments", 4 * MiB)]
    [InlineData("/receipts/dead/replay", 4 * MiB)]
    [InlineData("/customers", MiB)]
    [InlineData("/orders", MiB)]
    [InlineData("/customers/bulk", 32 * MiB)]
    public async Task Each_route_takes_so_many_bytes_and_names_the_number(string path, int limit)
    {
        using var answer = await server.PostAsync(path, new string(' ', limit + 1));
        Assert.Contains(
            $"{limit}", (await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Text("detail"), StringComparison.Ordinal);
        using var fits = await server.PostAsync(path, new string(' ', limit));
        Assert.Equal(HttpStatusCode.BadRequest, fits.StatusCode);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(20)]
    public async Task A_rule_that_is_too_deep_is_refused_in_the_rules_own_words(int levels)
    {
        using var answer = await server.PostAsync("/segments/preview", $$"""{"rule":{{Nested(levels)}}}""");
        var errors = (await answer.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateObject().Single();
        Assert.StartsWith("$", errors.Name, StringComparison.Ordinal);
        Assert.Contains("8 levels", errors.Value[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/segments/preview")]
    [InlineData("/segments")]
    [InlineData("/customers")]
    [InlineData("/orders")]
    [InlineData("/receipts/dead/replay")]
    public async Task JSON_nested_without_end_is_refused_at_its_place(string path)
    {
        using var answer = await server.PostAsync(path, "{\"rule\":" + new string('[', 100_000));
        var error = (await answer.ProblemAsync(HttpStatusCode.BadRequest))
            .GetProperty("errors")
            .EnumerateObject()
            .Single().Value[0]
            .GetString();
        Assert.Contains("depth", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_form_of_many_fields_is_not_searched_to_its_end()
    {
        using var form = new MultipartFormDataContent();
        for (var i = 0; i < 1_000; i++)
        {
            form.Add(new StringContent("x"), $"field{i}");
        }

        form.Add(new StringContent("name,email\nMara,mara@example.com\n"), "file", "customers.csv");
        using var answer = await server.Client.PostAsync("/customers/import", form, Cancellation);
        Assert.Contains("32 parts", await answer.ErrorAsync("file"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /customers?q={9000} HTTP/1.1", "", 414)]
    [InlineData("GET /customers HTTP/1.1", "X-Large: {40000}\r\n", 431)]
    [InlineData("GET /customers HTTP/1.1", "{many}", 431)]
    public async Task Long_lines_and_many_headers_are_refused_by_the_server(string line, string headers, int status)
    {
        var request = Fill($"{line}\r\nHost: {server.Api.Address.Authority}\r\n{headers}\r\n");
        using var client = new TcpClient();
        await client.ConnectAsync(server.Api.Address.Host, server.Api.Address.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(stream);
        Assert.StartsWith($"HTTP/1.1 {status}", await reader.ReadLineAsync(Cancellation), StringComparison.Ordinal);

        static string Fill(string text) => text
            .Replace("{9000}", new string('x', 9_000), StringComparison.Ordinal)
            .Replace("{40000}", new string('x', 40_000), StringComparison.Ordinal)
            .Replace("{many}", string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n")), StringComparison.Ordinal);
    }

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"$and\":[", levels)) + "{\"city\":\"Pune\"}" + string.Concat(Enumerable.Repeat("]}", levels));
}
