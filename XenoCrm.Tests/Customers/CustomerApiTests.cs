using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

public sealed class CustomerApiTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_customer_is_created_and_answered_whole()
    {
        using var answer = await server.PostAsync("/customers", """
            {"id":"new 1","name":" Zoë\nLane ","email":"Zoe.New@example.com","phone":"+49 30 1234","city":"Köln","country":"DE","tags":["VIP","vip",""," early "],
             "attributes":{"plan":"gold","seats":3,"trial":false,"none":null,"blank":" "},"createdAt":"2026-01-02T03:04:05.6789Z","unsubscribed":true}
            """);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("/customers/new%201", answer.Headers.Location?.ToString());
        Assert.Equal(
            """{"id":"new 1","name":"Zoë Lane","email":"Zoe.New@example.com","phone":"+49 30 1234","phoneE164":"+49301234","city":"Köln","country":"DE","tags":["VIP","early"],"attributes":{"plan":"gold","seats":3,"trial":false},"createdAt":"2026-01-02T03:04:05.678Z","unsubscribed":true,"totalSpend":0,"orderCount":0,"averageOrderValue":null,"firstOrderAt":null,"lastOrderAt":null,"timeZone":null}""",
            JsonSerializer.Serialize(await answer.JsonAsync(), Relaxed));
    }

    [Fact]
    public async Task An_update_keeps_what_it_leaves_out_and_clears_what_is_null_or_empty()
    {
        using var created = await server.PostAsync(
            "/customers",
            """{"id":"up1","name":"Up","email":"up1@example.com","phone":"12345","city":"Köln","tags":["a"],"attributes":{"k":1},"unsubscribed":true}""");
        using var answer = await server.PostAsync(
            "/customers", """{"id":"up1","phone":null,"city":"","tags":null,"attributes":null,"unsubscribed":null,"createdAt":null}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var customer = await answer.JsonAsync();
        Assert.Equal(
            ("Up", "up1@example.com", null, null),
            (customer.Text("name"), customer.Text("email"), customer.Text("phone"), customer.Text("city")));
        Assert.Equal(
            ("[]", "{}", true),
            (
                customer.GetProperty("tags").GetRawText(),
                customer.GetProperty("attributes").GetRawText(),
                customer.GetProperty("unsubscribed").GetBoolean()));
        Assert.Equal((await created.JsonAsync()).Text("createdAt"), customer.Text("createdAt"));
    }

    [Fact]
    public async Task Without_an_id_the_address_says_who_it_is()
    {
        using var created = await server.PostAsync("/customers", """{"name":"By Mail","email":"by.mail@example.com"}""");
        using var updated = await server.PostAsync("/customers", """{"name":"By Mail","email":"BY.MAIL@example.com","city":"Köln"}""");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.StatusCode, updated.StatusCode));
        var id = (await created.JsonAsync()).Text("id");
        Assert.Equal("Köln", (await server.GetAsync($"/customers/{id}")).Text("city"));
    }

    [Fact]
    public async Task An_address_of_another_customer_is_a_conflict()
    {
        await server.PostAsync("/customers", """{"id":"own1","name":"Owner","email":"own1@example.com"}""");
        using var answer = await server.PostAsync("/customers", """{"id":"own2","name":"Thief","email":"OWN1@example.com"}""");

        Assert.Contains("own1", (await answer.ProblemAsync(HttpStatusCode.Conflict)).Text("detail"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/own2", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("""{"email":"x@example.com"}""", "name")]
    [InlineData("""{"id":"bad","name":" "}""", "name")]
    [InlineData("""{"id":"bad","name":7}""", "name")]
    [InlineData("""{"name":"X"}""", "email")]
    [InlineData("""{"name":"X","email":""}""", "email")]
    [InlineData("""{"name":"X","email":"nobody"}""", "email")]
    [InlineData("""{"name":"X","email":"a@b@example.com"}""", "email")]
    [InlineData("""{"name":"X","email":"a b@example.com"}""", "email")]
    [InlineData("""{"name":"X","email":"a@example"}""", "email")]
    [InlineData("""{"id":"bad","name":"nul\u0000"}""", "name")]
    [InlineData("""{"id":"bad","name":"half \ud800"}""", "name")]
    [InlineData("""{"id":"bad\u0001","name":"X"}""", "id")]
    [InlineData("""{"id":"a/b","name":"X"}""", "id")]
    [InlineData("""{"id":"..","name":"X"}""", "id")]
    [InlineData("""{"id":17,"name":"X"}""", "id")]
    [InlineData("""{"id":"bad","name":"X","phone":"call me"}""", "phone")]
    [InlineData("""{"id":"bad","name":"X","tags":"vip"}""", "tags")]
    [InlineData("""{"id":"bad","name":"X","tags":["vip",1]}""", "tags")]
    [InlineData("""{"id":"bad","name":"X","attributes":[]}""", "attributes")]
    [InlineData("""{"id":"bad","name":"X","attributes":{"$where":1}}""", "attributes")]
    [InlineData("""{"id":"bad","name":"X","attributes":{"a.b":1}}""", "attributes")]
    [InlineData("""{"id":"bad","name":"X","attributes":{"deep":{"er":1}}}""", "attributes.deep")]
    [InlineData("""{"id":"bad","name":"X","attributes":{"big":1e999}}""", "attributes.big")]
    [InlineData("""{"id":"bad","name":"X","createdAt":"yesterday"}""", "createdAt")]
    [InlineData("""{"id":"bad","name":"X","createdAt":1767225600}""", "createdAt")]
    [InlineData("""{"id":"bad","name":"X","unsubscribed":"true"}""", "unsubscribed")]
    [InlineData("""[]""", "$")]
    [InlineData("""{"id":""", "$")]
    [InlineData("""{"id":"bad","name":"X"} {}""", "$")]
    [InlineData("", "$")]
    [InlineData("""{"\ud800":1,"id":"bad","name":"X"}""", "$")]
    public async Task A_bad_customer_is_refused_by_field_and_not_stored(string body, string field)
    {
        using var answer = await server.PostAsync("/customers", body);
        Assert.NotEmpty(await answer.ErrorAsync(field));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/customers/bad", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("id", 128)]
    [InlineData("name", 200)]
    [InlineData("city", 100)]
    [InlineData("country", 100)]
    public async Task A_text_has_its_longest_length(string field, int longest)
    {
        string Body(int length) =>
            JsonSerializer.Serialize(new Dictionary<string, string> { ["id"] = "long", ["name"] = "X", [field] = new string('1', length) });

        using var fits = await server.PostAsync("/customers", Body(longest));
        Assert.True(fits.IsSuccessStatusCode);
        using var tooLong = await server.PostAsync("/customers", Body(longest + 1));
        Assert.Contains(longest.ToString(System.Globalization.CultureInfo.InvariantCulture), await tooLong.ErrorAsync(field));
    }

    [Fact]
    public async Task An_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4))[..240] + ".example.com";
        using var fits = await server.PostAsync(
            "/customers", $$"""{"name":"X","email":"{{new string('l', 254 - domain.Length - 1)}}@{{domain}}"}""");
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);
        using var tooLong = await server.PostAsync(
            "/customers", $$"""{"name":"X","email":"{{new string('l', 254 - domain.Length)}}@{{domain}}"}""");
        Assert.Contains("254", await tooLong.ErrorAsync("email"));
    }

    [Theory]
    [InlineData("tags", 100, true)]
    [InlineData("tags", 101, false)]
    [InlineData("attributes", 100, true)]
    [InlineData("attributes", 101, false)]
    public async Task Tags_and_attributes_are_a_hundred_at_most(string field, int count, bool fits)
    {
        var names = Enumerable.Range(0, count).Select(i => $"n{i}").ToArray();
        var value = field == "tags" ? JsonSerializer.Serialize(names) : JsonSerializer.Serialize(names.ToDictionary(name => name, _ => 1));
        using var answer = await server.PostAsync("/customers", $$"""{"id":"many","name":"X","{{field}}":{{value}}}""");
        if (fits)
        {
            Assert.True(answer.IsSuccessStatusCode);
        }
        else
        {
            Assert.Contains("100", await answer.ErrorAsync(field));
        }
    }

    [Theory]
    [InlineData("""{"id":"long","name":"X","tags":["{0}"]}""", 100, "tags")]
    [InlineData("""{"id":"long","name":"X","attributes":{"note":"{0}"}}""", 1000, "attributes.note")]
    public async Task A_tag_and_an_attribute_have_their_longest_length(string body, int longest, string field)
    {
        using var fits = await server.PostAsync("/customers", body.Replace("{0}", new string('x', longest), StringComparison.Ordinal));
        Assert.True(fits.IsSuccessStatusCode);
        using var tooLong = await server.PostAsync(
            "/customers", body.Replace("{0}", new string('x', longest + 1), StringComparison.Ordinal));
        Assert.NotEmpty(await tooLong.ErrorAsync(field));
    }

    [Fact]
    public async Task A_depth_bomb_is_refused()
    {
        using var answer = await server.PostAsync("/customers", $$"""{"id":"deep","name":"X","attributes":{{new string('[', 100_000)}}""");
        Assert.NotEmpty(await answer.ErrorAsync("$"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        using var answer = await server.PostAsync("/customers", $$"""{"id":"big","name":"X","note":"{{new string('x', 1024 * 1024)}}"}""");
        Assert.Contains("1048576", (await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Text("detail"));
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_415()
    {
        using var answer = await server.PostAsync("/customers", "id=1", "application/x-www-form-urlencoded");
        await answer.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        using var body = new ByteArrayContent([.. "{\"id\":\"latin\",\"name\":\"Zo"u8, 0xEB, .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");
        using var answer = await server.Client.PostAsync("/customers", body, Cancellation);
        Assert.Contains("UTF-8", await answer.ErrorAsync("$"));
    }

    [Fact]
    public async Task A_list_goes_page_by_page_and_takes_a_search()
    {
        foreach (var id in new[] { "page1", "page2", "page3" })
        {
            await server.PostAsync("/customers", $$"""{"id":"{{id}}","name":"Pager","email":"{{id}}@example.com"}""");
        }

        using var first = await server.Client.GetAsync("/customers?q=pager&limit=2", Cancellation);
        var cursor = Assert.Single(first.Headers.GetValues("X-Next-Cursor"));
        using var second = await server.Client.GetAsync($"/customers?q=PAGE3@&limit=2&cursor={cursor}", Cancellation);

        Assert.Equal(["page1", "page2"], (await first.JsonAsync()).EnumerateArray().Select(customer => customer.Text("id")));
        Assert.Equal(["page3"], (await second.JsonAsync()).EnumerateArray().Select(customer => customer.Text("id")));
        Assert.False(second.Headers.Contains("X-Next-Cursor"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("cursor=bm90IG91cnM", "cursor")]
    public async Task A_bad_page_is_refused_by_field(string query, string field)
    {
        using var answer = await server.Client.GetAsync($"/customers?{query}", Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync(field));
    }

    [Fact]
    public async Task A_search_that_is_too_long_is_refused()
    {
        using var answer = await server.Client.GetAsync($"/customers?q={new string('x', 201)}", Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync("q"));
    }

    [Fact]
    public async Task An_erased_customer_is_not_found_any_more()
    {
        await server.PostAsync("/customers", """{"id":"bulk","name":"Gone","email":"gone@example.com"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync("/customers/bulk", Cancellation)).StatusCode);

        using var found = await server.Client.GetAsync("/customers/bulk", Cancellation);
        await found.ProblemAsync(HttpStatusCode.NotFound);
        using var again = await server.Client.DeleteAsync("/customers/bulk", Cancellation);
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("GET", "/customers")]
    [InlineData("POST", "/customers")]
    [InlineData("GET", "/customers/x")]
    [InlineData("DELETE", "/customers/x")]
    [InlineData("POST", "/customers/bulk")]
    [InlineData("POST", "/customers/import")]
    [InlineData("POST", "/orders")]
    [InlineData("POST", "/orders/bulk")]
    [InlineData("POST", "/orders/import")]
    [InlineData("GET", "/imports/x")]
    [InlineData("GET", "/orders/x")]
    [InlineData("DELETE", "/orders/x")]
    [InlineData("GET", "/customers/x/orders")]
    [InlineData("GET", "/segments/x/customers")]
    [InlineData("GET", "/segments/x/customers.csv")]
    public async Task Nobody_reads_or_writes_without_signing_in(string verb, string path)
    {
        using var client = server.Api.Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (verb == "POST")
        {
            request.Content = path.EndsWith("import", StringComparison.Ordinal)
                ? new StringContent("id", null, "text/csv")
                : new StringContent("{}", null, "application/json");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(request, Cancellation)).StatusCode);
    }

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
