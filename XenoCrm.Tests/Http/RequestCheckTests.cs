using System.ComponentModel.DataAnnotations;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using XenoCrm.Api.Customers;
using XenoCrm.Api.Http;
using XenoCrm.Api.Orders;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Http;

/// <summary>What is wrong with a request is told by its place, in words for people, before anything is done.</summary>
public sealed class RequestCheckTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static readonly string[] WordsOfTheFramework =
        [
            "reader options", "System.", "LineNumber", "BytePosition", "Nullable", "Failed to bind", "could not be converted",
            "isFinalBlock", "invalid start", ".NET", "Exception"
        ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/customers", """{"id":"u1","name":"U","unsubcribed":true}""", "unsubcribed", "did you mean unsubscribed?")]
    [InlineData("/customers", """{"id":"u1","name":"U","Email":"u1@example.com"}""", "Email", "did you mean email?")]
    [InlineData("/customers", """{"id":"u1","name":"U","created_at":"2026-01-01"}""", "created_at", "did you mean createdAt?")]
    [InlineData("/customers", """{"id":"u1","name":"U","shoeSize":43}""", "shoeSize", "There are: id, name")]
    [InlineData("/orders", """{"id":"u1","customerid":"c","amount":1,"placedAt":"2026-01-01"}""", "customerid", "did you mean customerId?")]
    [InlineData("/segments", """{"name":"S","rule":{"city":"Pune"},"mesage":"Hi"}""", "mesage", "did you mean message?")]
    [InlineData("/segments/preview", """{"rule":{"city":"Pune"},"ruel":{}}""", "ruel", "did you mean rule?")]
    [InlineData("/segments/nl2segment", """{"promt":"customers from Pune"}""", "promt", "did you mean prompt?")]
    [InlineData("/segments/lookalike", """{"rule":{"city":"Pune"},"sise":5}""", "sise", "did you mean size?")]
    [InlineData("/segments/best-time", """{"rule":{"city":"Pune"},"timezone":"UTC"}""", "timezone", "did you mean timeZone?")]
    [InlineData("/campaigns/messages", """{"objective":"win back","tonne":"formal"}""", "tonne", "did you mean tone?")]
    [InlineData("/keys", """{"name":"k","scopes":["read"],"expires":"2030-01-01"}""", "expires", "did you mean expiresAt?")]
    [InlineData("/receipts/dead/replay", """{"id":["1"]}""", "id", "did you mean ids?")]
    [InlineData("/auth/dev", """{"email":"m@example.com","rol":"viewer"}""", "rol", "did you mean role?")]
    public async Task A_member_that_nobody_knows_is_refused_with_the_nearest_that_is_known(
        string path, string body, string field, string words)
    {
        using var answer = await server.PostAsync(path, body);
        Assert.Contains(words, await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/campaigns", """{"name":"x","rule":{"$everyone":true},"quietHours":{"to":"08:00"}}""", "quietHours.from",
        "An hour such as 21:00 was expected.")]
    [InlineData("/campaigns", """{"rule":{"$everyone":true}}""", "name", "A name of 1 to 200 characters was expected")]
    [InlineData("/campaigns/overlap", "{}", "campaigns", "The ids of 2 to 5 campaigns were expected")]
    [InlineData("/campaigns/x/test", "{}", "addresses", "One to ten addresses were expected")]
    [InlineData("/segments", """{"name":"x"}""", "rule", "Expected a rule")]
    [InlineData("/keys", """{"scopes":["read"]}""", "name", "The name begins with a letter or a digit")]
    [InlineData("/auth/dev", """{"email":"mara"}""", "email", "An e-mail address such as you@example.com was expected.")]
    public async Task What_is_missing_is_told_with_what_was_expected(string path, string body, string field, string words)
    {
        using var answer = await server.PostAsync(path, body);
        Assert.Contains(words, await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_of_a_body_is_told_in_our_words()
    {
        // Read by CustomerRow and OrderRow, which have words of their own.
        Type[] readElsewhere = [typeof(CustomerRequest), typeof(OrderRequest)];
        var bare = from type in typeof(RequestCheck).Assembly.GetTypes()
                   where !type.Name.EndsWith("Options", StringComparison.Ordinal) && !readElsewhere.Contains(type)
                   from property in type.GetProperties()
                   from limit in property.GetCustomAttributes<ValidationAttribute>(inherit: true)
                   where limit.ErrorMessage is null
                   select $"{type.Name}.{property.Name}: {limit.GetType().Name}";
        Assert.Empty(bare);
    }

    [Fact]
    public async Task Every_route_with_a_JSON_body_refuses_what_it_does_not_know()
    {
        var routes = server.Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json") == true).ToArray();
        Assert.True(routes.Length >= 12, $"Only {routes.Length} routes were found.");
        foreach (var route in routes)
        {
            var path = "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", "x", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(
                new HttpMethod(route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0]), path);
            var body = path.EndsWith("/bulk", StringComparison.Ordinal) ? """[{"zzzz":1}]""" : """{"zzzz":1}""";
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await server.Client.SendAsync(request, Cancellation);
            Assert.Contains("zzzz is not known here", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task In_bulk_a_row_with_an_unknown_member_is_refused_and_the_others_go_in()
    {
        using var array = await server.PostAsync(
            "/customers/bulk", """[{"id":"ub1","name":"A"},{"id":"ub2","name":"B","unsubcribed":true}]""");
        using var lines = await server.PostAsync("/orders/bulk", """
            {"id":"ub1","customerId":"ub1","amount":1,"placedAt":"2026-01-01","note":"x"}
            {"id":"ub2","customerId":"ub1","amount":1,"placedAt":"2026-01-01","items":[{"anything":"goes"}]}
            """, "application/x-ndjson");

        var result = await array.JsonAsync();
        Assert.Equal((1, 1), (result.Int("accepted"), result.Int("rejected")));
        Assert.Equal("unsubcribed", result.GetProperty("errors")[0].Text("field"));
        result = await lines.JsonAsync();
        Assert.Equal((1, 1, 0), (result.Int("accepted"), result.Int("rejected"), result.GetProperty("errors")[0].Int("index")));
    }

    [Theory]
    [InlineData("/customers", """{"id":"d1","name":"D","unsubscribed":true,"unsubscribed":false}""", "unsubscribed")]
    [InlineData("/customers", """{"id":"d1","name":"D","attributes":{"k":1,"k":2}}""", "attributes.k")]
    [InlineData("/segments/nl2segment", """{"prompt":"customers from Pune","prompt":"everyone"}""", "prompt")]
    public async Task A_member_that_stands_twice_is_refused(string path, string body, string field)
    {
        using var answer = await server.PostAsync(path, body);
        Assert.Contains("twice", await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/segments/preview", """{"rule":{"city":"Pune"},}""", "comma before }", 25)]
    [InlineData("/customers", """{"id":"j1","name":"J","tags":["a",]}""", "comma before ]", 35)]
    [InlineData("/customers", """{"id":"j1" "name":"J"}""", "A comma", 12)]
    [InlineData("/customers", """{"id":"j1", // mine""", "no comments", 13)]
    [InlineData("/keys", """{'name':"k"}""", "double quotes", 2)]
    [InlineData("/keys", """{"name":'k'}""", "double quotes", 9)]
    [InlineData("/keys", """{"name":"k","scopes":["read"]""", "ends too soon", null)]
    [InlineData("/keys", """{"name":"k""", "no closing quote", null)]
    [InlineData("/keys", """{"name":True}""", "found True", 9)]
    [InlineData("/keys", """{"name" "k"}""", "colon", null)]
    [InlineData("/keys", """{"name":"k"} {}""", "nothing may follow", 14)]
    [InlineData("/keys", "{\"name\":\"k\nl\"}", "U+000A", null)]
    [InlineData("/keys", """{"name":"\x41"}""", "no escape of JSON", null)]
    [InlineData("/keys", "\0", "U+0000", 1)]
    [InlineData("/orders", """{"id":"o","amount":012}""", "no JSON number", null)]
    [InlineData("/orders", """{"id":"o","amount":+1}""", "no JSON number", null)]
    [InlineData("/orders", """{"id":"o","amount":1.}""", "no JSON number", null)]
    [InlineData("/orders", """{"id":"o","amount":NaN}""", "found NaN", null)]
    [InlineData("/customers/bulk", """[{"id":"j1","name":"J"},]""", "comma before ]", 25)]
    [InlineData("/customers/bulk", """[{"id":"j1","name":J}]""", "found J", 20)]
    [InlineData("/segments/nl2segment", "", "no JSON here", null)]
    [InlineData("/segments/nl2segment", "null", "must be a JSON object", null)]
    [InlineData("/segments/nl2segment", "[]", "must be a JSON object; this is an array", null)]
    public async Task Broken_JSON_is_told_with_its_place_and_what_was_expected(string path, string body, string words, int? column)
    {
        using var answer = await server.PostAsync(path, body);

        var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest);
        var error = problem.GetProperty("errors").EnumerateObject().Single().Value[0].GetString()!;
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Contains(column is null ? "" : $"column {column})", error, StringComparison.Ordinal);
        Assert.DoesNotContain(WordsOfTheFramework, word => error.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/segments/nl2segment", """{"prompt":5}""", "prompt", "must be text")]
    [InlineData("/keys", """{"name":"k","scopes":"read"}""", "scopes", "array of text")]
    [InlineData("/keys", """{"name":"k","scopes":["read",7]}""", "scopes[1]", "must be text")]
    [InlineData("/keys", """{"name":"k","scopes":["read"],"expiresAt":"tomorrow"}""", "expiresAt", "ISO 8601")]
    [InlineData("/segments/lookalike", """{"rule":{"city":"Pune"},"size":"many"}""", "size", "whole number")]
    [InlineData("/segments/lookalike", """{"rule":{"city":"Pune"},"size":1.5}""", "size", "whole number")]
    [InlineData("/segments/nl2segment", """{"prompt":"\ud800"}""", "prompt", "Unicode")]
    [InlineData("/orders", """{"id":"o","customerId":"c","amount":"1","placedAt":"2026-01-01"}""", "amount", "without quotes")]
    public async Task A_value_of_another_kind_is_told_with_its_path(string path, string body, string field, string words)
    {
        using var answer = await server.PostAsync(path, body);
        Assert.Contains(words, await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/customers?limit=abc", "limit", "whole number")]
    [InlineData("/customers?limit=1.5", "limit", "whole number")]
    [InlineData("/customers?limit=99999999999", "limit", "whole number")]
    [InlineData("/customers?limit=5&limit=6", "limit", "2 times")]
    [InlineData("/customers?q=a&q=b", "q", "2 times")]
    [InlineData("/customers?Limit=abc", "limit", "whole number")]
    [InlineData("/campaigns?limit=ten", "limit", "whole number")]
    [InlineData("/segments?limit=0x10", "limit", "whole number")]
    [InlineData("/audit?limit=1e3", "limit", "whole number")]
    [InlineData("/people?limit=true", "limit", "whole number")]
    [InlineData("/receipts/dead?limit=%20", "limit", "whole number")]
    [InlineData("/keys?limit=-", "limit", "whole number")]
    [InlineData("/customers?limit=0", "limit", "from 1 to 500")]
    public async Task A_parameter_that_cannot_be_read_is_told_by_its_name(string path, string field, string words)
    {
        using var answer = await server.Client.GetAsync(path, Cancellation);
        Assert.Contains(words, await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_keeps_its_name_as_a_key_of_the_errors()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segments");
        request.Content = new StringContent("""{"name":"S","rule":{"city":"Pune"}}""", Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", new string('k', 201));
        using var answer = await server.Client.SendAsync(request, Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync("Idempotency-Key"));
    }

    [Theory]
    [InlineData("/customers/import", null, "multipart/form-data or text/csv; the request has no Content-Type")]
    [InlineData("/orders/import", "garbage", "garbage, is no media type")]
    [InlineData("/customers/import", "text/plain", "the Content-Type is text/plain")]
    [InlineData("/customers/import", "text/csv, text/plain", "is no media type")]
    [InlineData("/customers/bulk", null, "application/x-ndjson, application/ndjson or application/jsonl; the request has no Content-Type")]
    [InlineData("/orders/bulk", "json", "is no media type")]
    [InlineData("/orders/bulk", "text/plain", "application/json")]
    [InlineData("/customers", null, "application/json; the request has no Content-Type")]
    [InlineData("/orders", ";;", "is no media type")]
    [InlineData("/segments", null, "application/json; the request has no Content-Type")]
    [InlineData(
        "/segments/preview",
        "application/x-www-form-urlencoded",
        "application/json; the Content-Type is application/x-www-form-urlencoded")]
    [InlineData("/keys", "application/json; charset=utf-16", "UTF-8")]
    [InlineData("/segments", "application/json; charset=klingon", "UTF-8")]
    [InlineData("/customers/bulk", "application/json; charset=iso-8859-1", "UTF-8")]
    [InlineData("/receipts/dead/replay", "text/plain", "application/json")]
    public async Task A_body_of_another_type_is_415_with_those_that_would_do(string path, string? type, string words)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var answer = await server.Client.PostAsync(path, content, Cancellation);
        Assert.Contains(words, (await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType)).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("Application/JSON")]
    public async Task JSON_in_UTF8_is_taken_however_its_type_is_written(string type)
    {
        using var content = new ByteArrayContent([.. Encoding.UTF8.Preamble, .. """{"rule":{"city":"Pune"}}"""u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await server.Client.PostAsync("/segments/preview", content, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/customers", 200)]
    [InlineData("/customers?limit=abc", 400)]
    [InlineData("/customers/nobody", 404)]
    [InlineData("/health", 200)]
    [InlineData("/customers.csv", 200)]
    [InlineData("/swagger/index.html", 200)]
    [InlineData("/segments/preview", 404)]
    [InlineData("/auth/logout", 405)]
    public async Task HEAD_is_answered_as_GET_is_without_the_body(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await server.Client.SendAsync(request, Cancellation);
        using var get = await server.Client.GetAsync(path, Cancellation);

        Assert.Equal((status, status), ((int)answer.StatusCode, (int)get.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("/customers", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/customers/c1", "DELETE, GET, HEAD, OPTIONS")]
    [InlineData("/auth/logout", "OPTIONS, POST")]
    [InlineData("/health", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_and_a_verb_that_is_not_known_are_answered_with_those_that_are(string path, string allowed)
    {
        using var anonymous = server.Api.Anonymous();
        using var options = new HttpRequestMessage(HttpMethod.Options, path);
        using var answer = await anonymous.SendAsync(options, Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, allowed), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
        if (path != "/health")
        {
            using var patch = new HttpRequestMessage(HttpMethod.Patch, path);
            using var refused = await server.Client.SendAsync(patch, Cancellation);
            await refused.ProblemAsync(HttpStatusCode.MethodNotAllowed);
            Assert.Equal(allowed, string.Join(", ", refused.Content.Headers.Allow));
        }
    }

    [Fact]
    public async Task OPTIONS_of_what_is_not_there_says_nothing_of_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/nowhere");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    public async Task A_bulk_body_may_be_gzip(string encoding)
    {
        var id = "gz" + encoding;
        using var answer = await PostAsync("/customers/bulk", Gzip($$"""[{"id":"{{id}}","name":"G"}]"""), encoding);
        Assert.Equal(1, (await answer.JsonAsync()).Int("accepted"));
    }

    [Theory]
    [InlineData("not gzip at all", 0)]
    [InlineData(null, 20)]
    [InlineData(null, 8)]
    [InlineData(null, 1)]
    public async Task Broken_gzip_is_400_and_nothing_is_stored(string? text, int cut)
    {
        var body = text is null ? Gzip("""[{"id":"gzbroken","name":"G"}]""")[..^cut] : Encoding.UTF8.GetBytes(text);
        using var answer = await PostAsync("/customers/bulk", body, "gzip");
        Assert.Contains("gzip", await answer.ErrorAsync("Content-Encoding"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/gzbroken", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_unpacks_to_more_than_the_limit_is_413()
    {
        using var answer = await PostAsync("/customers/bulk", Gzip(new string(' ', 33 * 1024 * 1024)), "gzip");
        Assert.Contains(
            "unpacked", (await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/customers/bulk", "br")]
    [InlineData("/customers/bulk", "deflate")]
    [InlineData("/customers/bulk", "gzip, gzip")]
    [InlineData("/orders/bulk", "zstd")]
    [InlineData("/customers", "gzip")]
    [InlineData("/segments", "gzip")]
    [InlineData("/keys", "br")]
    public async Task Another_encoding_or_one_elsewhere_is_415(string path, string encoding)
    {
        using var answer = await PostAsync(path, Gzip("{}"), encoding);
        Assert.Contains(
            "uncompressed", (await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType)).Text("detail"), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await server.Client.PostAsync(path, content, Cancellation);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
