using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

/// <summary>The one form of text, numbers and telephone numbers, at each door: singly, in bulk, as a file, in rules and searches.</summary>
public sealed class CustomerFormTests : IAsyncLifetime
{
    private readonly ApiServer api = new([new("Account:Country", "IN")]);
    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Doors => ["single", "array", "ndjson", "csv"];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Attributes_are_merged_and_null_or_a_blank_cell_removes_one(string door)
    {
        var id = "merge " + door;
        await PostAsync(
            "/customers", $$"""{"id":"{{id}}","name":"M","attributes":{"keep":"x","change":1,"go":true,"loyalty tier":"a"} }""");

        if (door == "csv")
        {
            await client.ImportAsync("/customers/import", $"id,name,attributes.change,attributes.go,attributes.new\n{id},M,2,,3.25\n");
        }
        else
        {
            await SendAsync(door, $$"""{"id":"{{id}}","attributes":{"change":2,"go":null,"new":3.25} }""");
        }

        Assert.Equal("""{"change":2,"keep":"x","loyalty tier":"a","new":3.25}""", await AttributesAsync(id));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Numbers_come_back_as_they_went_in(string door)
    {
        var id = "numbers " + door;
        if (door == "csv")
        {
            await client.ImportAsync(
                "/customers/import",
                $"id,name,attributes.a,attributes.b,attributes.c,attributes.d\n{id},N,9007199254740993,-9223372036854775808,123456789012345.6789,2.50\n");
        }
        else
        {
            await SendAsync(
                door,
                $$"""{"id":"{{id}}","name":"N","attributes":{"a":9007199254740993,"b":-9223372036854775808,"c":123456789012345.6789,"d":2.50} }""");
        }

        Assert.Equal("""{"a":9007199254740993,"b":-9223372036854775808,"c":123456789012345.6789,"d":2.5}""", await AttributesAsync(id));
        Assert.Contains(id, await IdsAsync("""{"attributes.a":9007199254740993}"""));
        Assert.DoesNotContain(id, await IdsAsync("""{"attributes.a":9007199254740992}"""));
        Assert.Contains(id, await IdsAsync("""{"attributes.c":{"$gt":123456789012345.6788,"$lt":123456789012345.679}}"""));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_time_zone_is_kept_in_its_own_spelling_cleared_and_refused_where_nobody_knows_it(string door)
    {
        var id = "zone " + door;
        await ZoneAsync("europe/BERLIN");
        Assert.Equal("Europe/Berlin", (await CustomerAsync()).Text("timeZone"));
        await ZoneAsync("Mars/Base");
        Assert.Equal("Europe/Berlin", (await CustomerAsync()).Text("timeZone"));
        await ZoneAsync("");
        Assert.Null((await CustomerAsync()).Text("timeZone"));

        async Task ZoneAsync(string zone)
        {
            if (door == "csv")
            {
                await client.ImportAsync("/customers/import", $"id,name,timeZone\n{id},Z,{zone}\n");
            }
            else
            {
                using var answer = await PostRowAsync(door, $$"""{"id":"{{id}}","name":"Z","timeZone":"{{zone}}"}""");
            }
        }

        Task<System.Text.Json.JsonElement> CustomerAsync() => GetAsync("/customers/" + id);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("0.12345")]
    [InlineData("1e400")]
    [InlineData("1e-30")]
    public async Task A_number_that_would_not_come_back_is_refused(string number)
    {
        using var answer = await PostAsync("/customers", $$"""{"id":"never","name":"N","attributes":{"n": {{number}} } }""");
        Assert.Contains("four decimals", await answer.ErrorAsync("attributes.n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_with_too_many_decimals_is_refused_by_row()
    {
        var import = await client.ImportAsync("/customers/import", "id,name,attributes.n\nd1,A,1.12345\nd2,B,1.1234\n");
        Assert.Equal([(2, "attributes.n")], import.ErrorPlaces());
    }

    [Theory]
    [InlineData("ma\u200bra@example.com", "a zero-width space (U+200B)", 3)]
    [InlineData("mara\u00ad@example.com", "a soft hyphen (U+00AD)", 5)]
    [InlineData("mara@example.com\ufeff", "a byte order mark (U+FEFF)", 17)]
    [InlineData("\u202amara@example.com", "a mark of writing direction (U+202A)", 1)]
    [InlineData("mara@exa\u2060mple.com", "a word joiner (U+2060)", 9)]
    [InlineData("mara@example\ufe0f.com", "a variation selector (U+FE0F)", 13)]
    [InlineData("ma\u00a0ra@example.com", "a no-break space (U+00A0)", 3)]
    [InlineData("ma\u3000ra@example.com", "an ideographic space (U+3000)", 3)]
    [InlineData("ma\tra@example.com", "a tab (U+0009)", 3)]
    [InlineData("ma ra@example.com", "a blank (U+0020)", 3)]
    public async Task What_cannot_be_seen_in_an_address_is_named_with_its_place(string email, string name, int place)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(email);
        foreach (
            var (path, body) in new[] { ("/customers", $$"""{"id":"hidden","name":"H","email":{{json}}}"""),
                ("/orders", $$"""{"id":"hidden","customerEmail":{{json}},"amount":1,"placedAt":"2026-01-01"}""") })
        {
            using var answer = await PostAsync(path, body);
            var message = await answer.ErrorAsync(path == "/orders" ? "customerEmail" : "email");
            Assert.Contains($"Character {place} is {name}", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Text_is_kept_in_one_form_and_found_in_any(string door)
    {
        var id = "form " + door;
        if (door == "csv")
        {
            await client.ImportAsync(
                "/customers/import",
                $"id,name,email,city,tags,attributes.Gro\u0308ße\n{id},\u00a0Zoe\u0308 \u2003 "
                    + $"{door}\u200b,\u3000zo\u0308{door}@example.com\u00a0,Ko\u0308ln ,\u00a0Ku\u0308che|küche,\u00a0a\u0308  b\n");
        }
        else
        {
            await SendAsync(
                door,
                $$"""{"id":"{{id}}","name":"\u00a0Zoe\u0308 \u2003 {{door}}\u200b","email":"\u3000zo\u0308{{door}}@example.com\u00a0","city":"Ko\u0308ln ","tags":["\u00a0Ku\u0308che","küche"],"attributes":{"Gro\u0308ße":"\u00a0a\u0308  b"} }""");
        }

        var customer = await GetAsync("/customers/" + id);
        Assert.Equal(
            ($"Zoë {door}", $"zö{door}@example.com", "Köln"), (customer.Text("name"), customer.Text("email"), customer.Text("city")));
        Assert.Equal(
            """["Küche"]{"Größe":"ä b"}""", customer.GetProperty("tags").GetRawText() + customer.GetProperty("attributes").GetRawText());
        foreach (var city in new[] { "Köln", "Ko\u0308ln", "KÖLN\u00a0", " k\u00adöln" })
        {
            Assert.Contains(id, await IdsAsync($$"""{"city":"{{city}}","attributes.Gro\u0308ße":"Ä\u00a0B"}"""));
        }

        Assert.Equal([id], (await GetAsync("/customers?q=" + Uri.EscapeDataString($"zoe\u0308\u00a0{door}"))).EnumerateArray().Select(
            found => found.Text("id")));
        using var again = await PostAsync("/customers", $$"""{"name":"Again","email":"ZÖ{{door}}@example.com"}""");
        Assert.Equal(id, (await again.JsonAsync()).Text("id"));
    }

    [Theory]
    [InlineData("""{"name":{"$contains":"\u200b"}}""", "$.name.$contains")]
    [InlineData("""{"name":{"$startsWith":" \u00a0"}}""", "$.name.$startsWith")]
    [InlineData("""{"tags":{"$in":["a","\u00ad"]}}""", "$.tags.$in[1]")]
    public async Task A_rule_of_nothing_that_can_be_seen_is_refused(string rule, string path)
    {
        using var answer = await client.GetAsync("/customers?rule=" + Uri.EscapeDataString(rule), Cancellation);
        Assert.NotEmpty(await answer.ErrorAsync(path));
    }

    [Fact]
    public async Task A_telephone_number_is_read_with_the_accounts_country_and_found_in_its_forms()
    {
        using var created = await PostAsync("/customers", """{"id":"phone","name":"P","phone":" 098765\u00a043210 "}""");
        var customer = await created.JsonAsync();
        Assert.Equal(("098765 43210", "+919876543210"), (customer.Text("phone"), customer.Text("phoneE164")));
        foreach (
            var rule in new[] { """{"phone":"+91 98765 43210"}""", """{"phone":"098765-43210"}""", """{"phone":{"$startsWith":"+91"}}""",
                """{"phone":{"$startsWith":"0987"}}""" })
        {
            Assert.Contains("phone", await IdsAsync(rule));
        }

        Assert.DoesNotContain("phone", await IdsAsync("""{"phone":{"$startsWith":"+44"}}"""));
    }

    [Fact]
    public async Task A_telephone_number_that_cannot_be_one_is_refused_by_row()
    {
        using var single = await PostAsync("/customers", """{"id":"p1","name":"P","phone":"9.87654E+11"}""");
        Assert.Contains("scientific", await single.ErrorAsync("phone"), StringComparison.Ordinal);

        var import = await client.ImportAsync(
            "/customers/import", "id,name,phone\np1,A,9.87654E+11\np2,B,1\np3,C,+91 98765 43210\np4,D,9876543210.0\n");
        Assert.Equal([(2, "phone"), (3, "phone"), (5, "phone")], import.ErrorPlaces());

        using var bulk = await PostAsync(
            "/customers/bulk", """[{"id":"p5","name":"A","phone":"+91 1"},{"id":"p6","name":"B","phone":"+91 98765 43211"}]""");
        Assert.Equal((1, 1), (await bulk.JsonAsync()) is var tally ? (tally.Int("accepted"), tally.Int("rejected")) : default);
    }

    public async ValueTask InitializeAsync() => client = await api.SignedInAsync();

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        client.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, type), Cancellation);

    private Task<HttpResponseMessage> PostRowAsync(string door, string row) => door switch
    {
        "single" => PostAsync("/customers", row),
        "array" => PostAsync("/customers/bulk", $"[{row}]"),
        _ => PostAsync("/customers/bulk", row, "application/x-ndjson"),
    };

    private async Task SendAsync(string door, string row)
    {
        using var answer = await PostRowAsync(door, row);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<System.Text.Json.JsonElement> GetAsync(string path)
    {
        using var answer = await client.GetAsync(path, Cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    private async Task<string> AttributesAsync(string id) =>
        "{" + string.Join(",", (await GetAsync("/customers/" + id)).GetProperty("attributes").EnumerateObject().OrderBy(
            member => member.Name, StringComparer.Ordinal).Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}")) + "}";

    private async Task<string?[]> IdsAsync(string rule) =>
        [.. (await GetAsync("/customers?limit=500&rule=" + Uri.EscapeDataString(rule))).EnumerateArray().Select(
            customer => customer.Text("id"))];
}
