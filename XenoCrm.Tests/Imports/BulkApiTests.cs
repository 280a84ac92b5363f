using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class BulkApiTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_an_array_the_good_rows_go_in_and_the_bad_ones_are_named()
    {
        using var answer = await server.PostAsync("/customers/bulk", """
            [{"id":"a1","name":"One","email":"a1@example.com"},
             {"id":"a2","name":7},
             {"id":"a3","email":"a3@example.com"},
             "row", null, [],
             {"id":"a4","name":"Thief","email":"a1@example.com"},
             {"name":"Nobody","phone":"x"},
             {"id":"a5","name":"Five"}]
            """);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var result = await answer.JsonAsync();
        Assert.Equal((2, 7), (result.Int("accepted"), result.Int("rejected")));
        Assert.Equal(
            [(1, "name"), (2, "name"), (3, "$"), (4, "$"), (5, "$"), (6, "email"), (7, "phone"), (7, "email")],
            result.GetProperty("errors").EnumerateArray().Select(error => (error.Int("index"), error.Text("field")!)));
        Assert.All(result.GetProperty("errors").EnumerateArray(), error => Assert.NotEmpty(error.Text("message")!));
        Assert.Equal("Five", (await server.GetAsync("/customers/a5")).Text("name"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/a2", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("application/x-ndjson", "n1")]
    [InlineData("application/ndjson", "n2")]
    [InlineData("application/jsonl", "n3")]
    [InlineData("application/json", "n4")]
    public async Task Of_NDJSON_a_line_that_is_no_JSON_is_a_row_error(string type, string id)
    {
        var body = $$"""
            {"id":"{{id}}a","customerId":"{{id}}","amount":1,"placedAt":"2026-03-04"}

            {"id":"{{id}}b","customerId":
            {"id":"{{id}}c","customerId":"{{id}}","amount":"2","placedAt":"2026-03-04"}
            [{"id":"{{id}}d"}]
            {"id":"{{id}}e","customerId":"{{id}}","amount":4,"placedAt":"2026-03-04"} trailing
            {"id":"{{id}}f","customerId":"{{id}}","amount":5,"placedAt":"2026-03-04"}
            """.ReplaceLineEndings("\r\n");

        using var answer = await server.PostAsync("/orders/bulk", body, type);

        var result = await answer.JsonAsync();
        Assert.Equal((2, 4), (result.Int("accepted"), result.Int("rejected")));
        Assert.Equal(
            [(1, "$"), (2, "amount"), (3, "$"), (4, "$")],
            result.GetProperty("errors").EnumerateArray().Select(error => (error.Int("index"), error.Text("field")!)));
    }

    [Theory]
    [InlineData("""[{"id":"x1","name":"X"},{"id":"x2","name":"X"},]""", "$[2]")]
    [InlineData("""[{"id":"x1","name":"X"}""", "$[1]")]
    [InlineData("""[{"id":"x1","name":"X"},{"id":"x2","name":"X" """, "$[1]")]
    [InlineData("""[{"id":"x1","name":"X"}] []""", "$[1]")]
    [InlineData("""[{"id":"x1","name":"X"},{'id':"x2"}]""", "$[1]")]
    [InlineData("""  """, "$")]
    [InlineData("""true""", "$")]
    public async Task An_array_that_is_no_JSON_is_refused_with_the_place_and_nothing_is_stored(string body, string field)
    {
        using var answer = await server.PostAsync("/customers/bulk", body);

        Assert.NotEmpty(await answer.ErrorAsync(field));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/x1", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_place_of_broken_JSON_is_its_line_and_column()
    {
        using var answer = await server.PostAsync("/customers/bulk", "[{\"id\":\"x1\",\"name\":\"X\"},\n {\"id\":\"x2\",\"name\":X}]");
        Assert.Contains("(line 2, column 20)", await answer.ErrorAsync("$[1]"));
    }

    [Fact]
    public async Task A_body_that_fails_after_thousands_of_rows_stores_none_of_them()
    {
        var rows = string.Join(",", Enumerable.Range(0, 5000).Select(i => $$"""{"id":"half{{i}}","name":"X"}"""));
        using var answer = await server.PostAsync("/customers/bulk", $"[{rows},]");

        Assert.NotEmpty(await answer.ErrorAsync("$[5000]"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/half0", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Rows_in_the_thousands_are_counted_and_the_first_hundred_errors_told()
    {
        var rows = Enumerable.Range(0, 3500).Select(i => i % 7 == 0
            ? """{"id":"","amount":1}"""
            : string.Create(
                CultureInfo.InvariantCulture, $$"""{"id":"m{{i}}","customerId":"many","amount":0.01,"placedAt":"2026-03-04"}"""));
        await server.PostAsync("/customers", """{"id":"many","name":"Many"}""");

        using var answer = await server.PostAsync("/orders/bulk", $"[{string.Join(",\n", rows)}]");

        var result = await answer.JsonAsync();
        Assert.Equal((3000, 500), (result.Int("accepted"), result.Int("rejected")));
        Assert.Equal(100, result.GetProperty("errors").GetArrayLength());
        var customer = await server.GetAsync("/customers/many");
        Assert.Equal((30m, 3000), (customer.GetProperty("totalSpend").GetDecimal(), customer.Int("orderCount")));
    }

    [Fact]
    public async Task A_row_over_the_limit_is_an_error_in_NDJSON_and_refuses_an_array()
    {
        var big = $$"""{"id":"big","name":"X","note":"{{new string('x', 3 * 1024 * 1024)}}"}""";
        using var lines = await server.PostAsync(
            "/customers/bulk", $$"""{"id":"big1","name":"X"}{{"\n"}}{{big}}{{"\n"}}{"id":"big2","name":"X"}""", "application/x-ndjson");
        using var array = await server.PostAsync("/customers/bulk", $$"""[{"id":"big3","name":"X"},{{big}}]""");

        var result = await lines.JsonAsync();
        Assert.Equal((2, 1), (result.Int("accepted"), result.Int("rejected")));
        Assert.Equal((1, "$"), result.GetProperty("errors")[0] is var error ? (error.Int("index"), error.Text("field")) : default);
        Assert.Contains("1024 KiB", await array.ErrorAsync("$[1]"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/big3", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_depth_bomb_is_a_row_error_in_NDJSON_and_refuses_an_array()
    {
        var bomb = new string('[', 100_000);
        using var lines = await server.PostAsync(
            "/customers/bulk", $$"""{"id":"deep","attributes":{{bomb}}{{"\n"}}{"id":"deep1","name":"X"}""", "application/x-ndjson");
        using var array = await server.PostAsync("/customers/bulk", bomb);

        Assert.Equal((1, 1), await lines.JsonAsync() is var result ? (result.Int("accepted"), result.Int("rejected")) : default);
        Assert.NotEmpty(await array.ErrorAsync("$[0]"));
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        using var array = await server.PostAsync("/customers/bulk", "\uFEFF [{\"id\":\"bom1\",\"name\":\"X\"}]");
        using var lines = await server.PostAsync("/customers/bulk", "\uFEFF{\"id\":\"bom2\",\"name\":\"X\"}", "application/x-ndjson");

        Assert.Equal(1, (await array.JsonAsync()).Int("accepted"));
        Assert.Equal(1, (await lines.JsonAsync()).Int("accepted"));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_an_error_of_their_row()
    {
        using var body = new ByteArrayContent([.. "[{\"id\":\"u1\",\"name\":\"Zo"u8, 0xEB, .. "\"},{\"id\":\"u2\",\"name\":\"X\"}]"u8]);
        body.Headers.ContentType = new("application/json");
        using var answer = await server.Client.PostAsync("/customers/bulk", body, Cancellation);

        var result = await answer.JsonAsync();
        Assert.Equal((1, 1), (result.Int("accepted"), result.Int("rejected")));
        Assert.Contains("UTF-8", result.GetProperty("errors")[0].Text("message"));
    }

    [Fact]
    public async Task An_empty_array_is_no_error()
    {
        using var answer = await server.PostAsync("/customers/bulk", "[ ]");
        Assert.Equal("""{"accepted":0,"rejected":0,"errors":[]}""", JsonSerializer.Serialize(await answer.JsonAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_413_and_stores_nothing(bool chunked)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""[{"id":"over","name":"X"},{{string.Join(",", Enumerable.Repeat("{}", 12 * 1024 * 1024))}}]""");
        using HttpContent content = chunked ? new StreamContent(new Unsized(body)) : new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await server.Client.PostAsync("/customers/bulk", content, Cancellation);

        await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/over", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("text/csv", null)]
    [InlineData("application/json", "br")]
    [InlineData("application/json; charset=utf-16", null)]
    public async Task What_is_no_JSON_in_UTF8_is_415(string type, string? encoding)
    {
        using var content = new StringContent("[]");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var answer = await server.Client.PostAsync("/customers/bulk", content, Cancellation);
        await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    // A stream whose length nobody knows is sent in chunks.
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
