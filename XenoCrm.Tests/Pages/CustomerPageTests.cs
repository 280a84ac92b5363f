using System.Net;
using System.Text.RegularExpressions;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Pages;

public sealed partial class CustomerPageTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_list_offers_an_import_and_the_sample_shop()
    {
        using var api = new ApiServer();
        using var client = await api.SignedInAsync();
        var html = await PageAsync(client, "/app/customers");
        Assert.Contains("No customers yet", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/imports/new\"", html, StringComparison.Ordinal);
        Assert.Contains("sample shop", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<table", BodyOf(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_finds_by_name_and_keeps_its_words_in_the_form_and_the_export()
    {
        await AddAsync("""{"id":"se1","name":"Asha <Rao>","email":"se1@example.com"}""");
        await AddAsync("""{"id":"se2","name":"Ben","email":"se2@example.com"}""");
        var html = await PageAsync("/app/customers?q=asha+%3Crao");
        Assert.Contains("Asha &lt;Rao&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain(">Ben<", html, StringComparison.Ordinal);
        Assert.Contains("value=\"asha &lt;rao\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/customers.csv?q=asha%20%3Crao\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_is_told_in_words_with_a_way_out_of_it()
    {
        await AddAsync("""{"id":"fi1","name":"In Pune","email":"fi1@example.com","city":"Filterpur"}""");
        await AddAsync("""{"id":"fi2","name":"Elsewhere","email":"fi2@example.com","city":"Delhi"}""");
        var html = await PageAsync("/app/customers?rule=" + Uri.EscapeDataString("""{"city":"Filterpur"}"""));
        Assert.Contains("Customers whose city is “Filterpur”.", html, StringComparison.Ordinal);
        Assert.Contains("In Pune", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Elsewhere", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/app/customers\">Show all customers</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_who_matches_is_said_so()
    {
        Assert.Contains("Nobody matches", await PageAsync("/app/customers?q=nobody-has-this-name"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rule=%7B%7D")]
    [InlineData("rule=no")]
    [InlineData("sort=weight")]
    [InlineData("cursor=no")]
    public async Task An_address_that_cannot_be_is_a_page_with_what_is_wrong(string query)
    {
        using var answer = await server.Client.GetAsync($"/app/customers?{query}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_sorted_column_says_so_and_turns_round_with_a_second_click()
    {
        await AddAsync("""{"id":"so1","name":"Sorted","email":"so1@example.com"}""");
        var html = await PageAsync("/app/customers?sort=-totalSpend");
        Assert.Contains("aria-sort=\"descending\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/customers?sort=totalSpend\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/app/customers?sort=name\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_goes_forward_and_back()
    {
        var rows = Enumerable.Range(0, 120).Select(i => $$"""{"id":"lo{{i:000}}","name":"Long {{i:000}}","email":"lo{{i}}@example.com"}""");
        (await server.PostAsync("/customers/bulk", $"[{string.Join(',', rows)}]")).EnsureSuccessStatusCode();

        var first = await PageAsync("/app/customers?q=long");
        Assert.DoesNotContain("rel=\"prev\"", first, StringComparison.Ordinal);
        var second = await PageAsync(Link(first, "next"));
        Assert.Contains("Long 050", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Long 049", second, StringComparison.Ordinal);
        var third = await PageAsync(Link(second, "next"));
        Assert.DoesNotContain("rel=\"next\"", third, StringComparison.Ordinal);
        Assert.Contains("Long 050", await PageAsync(Link(third, "prev")), StringComparison.Ordinal);
        Assert.Contains("Long 000", await PageAsync(Link(second, "prev")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_is_shown_with_profile_totals_and_orders()
    {
        await AddAsync("""
            {"id":"pr 1","name":"Zoë","email":"pr1@example.com","city":"Köln","tags":["vip"],"attributes":{"plan":"gold","trial":true}}
            """);
        (await server.PostAsync("/orders/bulk", """
            [{"id":"pr-o1","customerId":"pr 1","amount":1200.5,"placedAt":"2026-01-02"},
             {"id":"pr-r1","customerId":"pr 1","amount":-200,"placedAt":"2026-01-03","refundOf":"pr-o1"}]
            """)).EnsureSuccessStatusCode();

        var html = await PageAsync("/app/customers/pr%201");
        string[] parts = ["Can be reached at pr1@example.com.", "1,000.50", "gold", "yes", "vip", "pr-o1", "refund of pr-o1", "Köln"];
        foreach (var part in parts)
        {
            Assert.Contains(part, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_messages_of_a_customer_lead_to_their_campaigns()
    {
        await AddAsync("""{"id":"me1","name":"Mara","email":"me1@example.com","city":"Messageville"}""");
        var campaign = await SendAsync("Messageville", "Spring sale");
        var html = await PageAsync("/app/customers/me1");
        Assert.Contains($"href=\"/app/campaigns/{campaign}\"", html, StringComparison.Ordinal);
        Assert.Contains("Spring sale", html, StringComparison.Ordinal);
        Assert.Contains("Hi Mara", html, StringComparison.Ordinal);
        Assert.Contains("Hi Mara", await PageAsync("/app/customers/me1/messages"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_marketer_unsubscribes_a_person_and_subscribes_them_again()
    {
        await AddAsync("""{"id":"un1","name":"Una","email":"un1@example.com"}""");
        using var marketer = await server.Api.SignedInAsync("marketer@example.com", "marketer");
        await PostAsync(marketer, "/app/customers/un1/unsubscribe", "/app/customers/un1");
        Assert.Contains("Unsubscribed: no campaign writes", await PageAsync(marketer, "/app/customers/un1"), StringComparison.Ordinal);
        Assert.True((await server.GetAsync("/customers/un1")).GetProperty("unsubscribed").GetBoolean());
        await PostAsync(marketer, "/app/customers/un1/subscribe", "/app/customers/un1");
        Assert.False((await server.GetAsync("/customers/un1")).GetProperty("unsubscribed").GetBoolean());
    }

    [Fact]
    public async Task Nobody_is_made_by_being_unsubscribed()
    {
        using var answer = await server.Client.SubmitAsync("/app/customers/nobody/unsubscribe");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var customer = await server.Client.GetAsync("/customers/nobody", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, customer.StatusCode);
    }

    [Fact]
    public async Task An_admin_is_told_what_is_lost_and_erases_a_person_whose_messages_stay_counted()
    {
        await AddAsync("""{"id":"er1","name":"Erik Erased","email":"er1@example.com","city":"Erasedville"}""");
        await SendAsync("Erasedville", "Before the erasure");
        Assert.Contains("Gone for good", await PageAsync("/app/customers/er1/erase"), StringComparison.Ordinal);
        await PostAsync(server.Client, "/app/customers/er1/erase", "/app/customers?erased=true");

        using var gone = await server.Client.GetAsync("/app/customers/er1", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        var html = await gone.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("This person was erased", html, StringComparison.Ordinal);
        Assert.Contains("Before the erasure", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Erik", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_nobody_knows_is_not_there()
    {
        using var answer = await server.Client.GetAsync("/app/customers/unknown", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such customer", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_sees_and_is_offered_nothing_else()
    {
        await AddAsync("""{"id":"vi1","name":"Vera","email":"vi1@example.com"}""");
        using var viewer = await server.Api.SignedInAsync("viewer@example.com", "viewer");
        Assert.DoesNotContain("/app/imports/new", await PageAsync(viewer, "/app/customers"), StringComparison.Ordinal);
        var html = await PageAsync(viewer, "/app/customers/vi1");
        Assert.Contains("Vera", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", BodyOf(html), StringComparison.Ordinal);
        foreach (var act in new[] { "unsubscribe", "subscribe", "erase" })
        {
            using var answer = await viewer.SubmitAsync($"/app/customers/vi1/{act}");
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_marketer_cannot_erase()
    {
        await AddAsync("""{"id":"vi2","name":"Vera","email":"vi2@example.com"}""");
        using var marketer = await server.Api.SignedInAsync("marketer2@example.com", "marketer");
        Assert.DoesNotContain("/erase", await PageAsync(marketer, "/app/customers/vi2"), StringComparison.Ordinal);
        using var answer = await marketer.SubmitAsync("/app/customers/vi2/erase");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task AddAsync(string json) => (await server.PostAsync("/customers", json)).EnsureSuccessStatusCode();

    private async Task<string> SendAsync(string city, string name)
    {
        using var answer = await server.PostAsync(
            "/segments",
            $$$"""{"name":"{{{name}}}","rule":{"city":"{{{city}}}"},"message":"Hi {{firstName}}","campaignName":"{{{name}}}"}""");
        answer.EnsureSuccessStatusCode();
        return (await answer.JsonAsync()).Text("campaignId")!;
    }

    private Task<string> PageAsync(string path) => PageAsync(server.Client, path);

    private static async Task<string> PageAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        var html = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        return PageClient.Letters(html);
    }

    private static async Task PostAsync(HttpClient client, string path, string to)
    {
        using var answer = await client.SubmitAsync(path);
        Assert.Equal((HttpStatusCode.Redirect, to), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    private static string BodyOf(string html) =>
        html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];

    private static string Link(string html, string rel)
    {
        var end = html.IndexOf($"\" rel=\"{rel}\"", StringComparison.Ordinal);
        Assert.True(end > 0, $"There is no link {rel}.");
        return WebUtility.HtmlDecode(html[(html.LastIndexOf("href=\"", end, StringComparison.Ordinal) + 6)..end]);
    }
}
