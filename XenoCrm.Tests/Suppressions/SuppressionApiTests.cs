using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Suppressions;

/// <summary>The suppression list over HTTP.</summary>
public sealed class SuppressionApiTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_is_put_on_the_list_told_of_and_taken_off_again()
    {
        using var added = await PostAsync("", """{"address":" Gone@Example.com ","reason":"bounced"}""");
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var entry = await added.JsonAsync();
        Assert.Equal(("email", "bounced", 16), (entry.Text("kind"), entry.Text("reason"), entry.Text("id")!.Length));
        using var again = await PostAsync("", """{"address":"gone@example.com","reason":"complaint"}""");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(entry.GetRawText(), (await again.JsonAsync()).GetRawText());

        var check = await CheckAsync("GONE@example.com");
        Assert.True(check.GetProperty("suppressed").GetBoolean());
        Assert.Equal(entry.GetRawText(), check.GetProperty("entry").GetRawText());
        Assert.Equal("""{"suppressed":false,"entry":null}""", (await CheckAsync("here@example.com")).GetRawText());
        using var listed = await server.Client.GetAsync("/suppressions", Cancellation);
        var list = await listed.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains(entry.Text("id")!, list, StringComparison.Ordinal);
        Assert.DoesNotContain("gone@", list, StringComparison.OrdinalIgnoreCase);

        using var removed = await PostAsync("/remove", """{"address":"gone@example.com"}""");
        using var twice = await PostAsync("/remove", """{"address":"gone@example.com"}""");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (removed.StatusCode, twice.StatusCode));
        Assert.False((await CheckAsync("gone@example.com")).GetProperty("suppressed").GetBoolean());
    }

    [Fact]
    public async Task A_telephone_number_is_told_however_it_is_written_and_a_reason_is_by_hand_unless_it_is_said()
    {
        using var added = await PostAsync("", """{"address":"+49 30 5557777"}""");
        var entry = await added.JsonAsync();
        Assert.Equal(("phone", "manual"), (entry.Text("kind"), entry.Text("reason")));
        Assert.True((await CheckAsync("0049 (30) 555-7777")).GetProperty("suppressed").GetBoolean());
    }

    [Theory]
    [InlineData("", """{"address":"nobody@"}""", "address", "mara@example.com")]
    [InlineData("", """{"address":"12"}""", "address", "+49 30 123456")]
    [InlineData("", """{}""", "address", "never to be written to")]
    [InlineData("", """{"address":null}""", "address", "never to be written to")]
    [InlineData("", """{"address":"  "}""", "address", "never to be written to")]
    [InlineData("", """{"address":["a@example.com"]}""", "address", "text")]
    [InlineData("", """{"address":"a@example.com","reason":"spam"}""", "reason", "manual, unsubscribed, bounced, complaint")]
    [InlineData("", """{"adress":"a@example.com"}""", "adress", "address")]
    [InlineData("/check", """{"address":"a@example.com","reason":"bounced"}""", "reason", "address")]
    [InlineData("/remove", """{"address":"9.87654E+11"}""", "address", "scientific")]
    public async Task What_is_no_address_is_refused_by_its_field_and_nothing_is_stored(
        string route, string body, string field, string words)
    {
        var before = await server.Client.GetStringAsync("/suppressions?limit=500", Cancellation);
        using var answer = await PostAsync(route, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.JsonAsync()).GetProperty("errors");
        Assert.Contains(words, errors.GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await server.Client.GetStringAsync("/suppressions?limit=500", Cancellation));
    }

    [Fact]
    public async Task A_list_comes_from_a_file_with_its_reasons_and_names_the_rows_that_are_no_address()
    {
        var import = await server.Client.ImportAsync("/suppressions/import", """
            Address,Reason
            f1@example.com,Bounced
            +49 30 1112222,complaint
            f2@example.com,
            f3@,bounced
            f4@example.com,spam
            ,bounced
            F1@example.com,complaint

            """);

        Assert.Equal(("completed", 7, 4, 3), import.Balance());
        Assert.Equal("suppressions", import.Text("kind"));
        Assert.Equal([(5, "address"), (6, "reason"), (7, "address")], import.ErrorPlaces());
        Assert.DoesNotContain("f3@", import.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("bounced", (await CheckAsync("f1@example.com")).GetProperty("entry").Text("reason"));
        Assert.Equal("complaint", (await CheckAsync("+49301112222")).GetProperty("entry").Text("reason"));
        var entry = (await CheckAsync("f2@example.com")).GetProperty("entry");
        Assert.Equal(("manual", "mara@example.com"), (entry.Text("reason"), entry.Text("by")));
        var audit = await server.Client.GetStringAsync("/audit?limit=500", Cancellation);
        Assert.Contains("suppressions.imported", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_addresses_is_refused_and_a_dry_run_puts_nothing_on_the_list()
    {
        using var refused = await server.Client.UploadAsync("/suppressions/import", "reason\nbounced\n");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True((await refused.JsonAsync()).GetProperty("errors").TryGetProperty("address", out _));

        var import = await server.Client.ImportAsync("/suppressions/import?dryRun=true", "address\ndry@example.com\n");
        Assert.Equal(("completed", 1, 1, 0), import.Balance());
        Assert.False((await CheckAsync("dry@example.com")).GetProperty("suppressed").GetBoolean());
    }

    [Fact]
    public async Task A_preview_tells_who_is_suppressed_and_the_audit_log_tells_no_address()
    {
        await server.PostAsync("/customers", """{"id":"sup1","name":"S","email":"sup1@example.com","city":"Suppressia"}""");
        await server.PostAsync("/customers", """{"id":"sup2","name":"S","email":"sup2@example.com","city":"Suppressia"}""");
        using var added = await PostAsync("", """{"address":"sup2@example.com","reason":"complaint"}""");
        using var answer = await server.PostAsync("/segments/preview", """{"rule":{"city":"Suppressia"}}""");
        var preview = await answer.JsonAsync();
        Assert.Equal((2, 1), (preview.Int("count"), preview.Int("reachable")));
        Assert.Equal("""{"unsubscribed":0,"suppressed":1,"noAddress":0}""", preview.GetProperty("unreachable").GetRawText());

        using var removed = await PostAsync("/remove", """{"address":"sup2@example.com"}""");
        var audit = await server.Client.GetStringAsync("/audit?limit=500", Cancellation);
        Assert.Contains("suppression.added", audit, StringComparison.Ordinal);
        Assert.Contains("suppression.removed", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("sup2@example.com", audit, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string route, string body) => server.PostAsync("/suppressions" + route, body);

    private async Task<JsonElement> CheckAsync(string address)
    {
        using var answer = await PostAsync("/check", JsonSerializer.Serialize(new { address }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }
}
