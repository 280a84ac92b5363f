using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Segments;

public sealed class SegmentCustomersTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customers_are_listed_by_a_rule_and_sorted_page_by_page()
    {
        await ShopAsync("lst");
        var rule = Uri.EscapeDataString("""{"city":"LST"}""");
        var ids = new List<string?>();
        var next = "";
        do
        {
            using var answer = await server.Client.GetAsync($"/customers?rule={rule}&sort=-totalSpend&limit=2{next}", Cancellation);
            ids.AddRange((await answer.JsonAsync()).EnumerateArray().Select(customer => customer.Text("id")));
            next = answer.Headers.TryGetValues("X-Next-Cursor", out var cursor) ? "&cursor=" + cursor.Single() : null;
        }
        while (next is not null);

        Assert.Equal(["lst3", "lst2", "lst1"], ids);
    }

    [Theory]
    [InlineData("rule=%7B%7D", "$")]
    [InlineData("rule=", "$")]
    [InlineData("rule=%7B%22age%22%3A3%7D", "$.age")]
    [InlineData("rule=%7B%22city%22%3A%7B%22%24regex%22%3A%22a%22%7D%7D", "$.city.$regex")]
    [InlineData("sort=shoeSize", "sort")]
    [InlineData("sort=--name", "sort")]
    public async Task A_bad_rule_or_order_is_refused_with_its_place(string query, string field)
    {
        foreach (var path in new[] { "/customers", "/customers.csv" })
        {
            using var answer = await server.Client.GetAsync($"{path}?{query}", Cancellation);
            Assert.NotEmpty(await answer.ErrorAsync(field));
        }
    }

    [Fact]
    public async Task A_segments_customers_are_listed_and_come_as_a_file()
    {
        await ShopAsync("seg");
        using var created = await server.PostAsync(
            "/segments", """{"name":"Seg","rule":{"city":"seg","totalSpend":{"$gte":20}},"message":"Hi {{name}}"}""");
        var id = (await created.JsonAsync()).Text("segmentId");

        var listed = await server.GetAsync($"/segments/{id}/customers?sort=-name");
        Assert.Equal(["seg3", "seg2"], listed.EnumerateArray().Select(customer => customer.Text("id")));

        using var file = await server.Client.GetAsync($"/segments/{id}/customers.csv", Cancellation);
        Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
        var lines = (await file.Content.ReadAsStringAsync(Cancellation)).TrimStart('\ufeff').Split(
            "\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,name,email,phone,city,country,tags,createdAt,unsubscribed", lines[0], StringComparison.Ordinal);
        Assert.Equal(["seg2,'=N2", "seg3,'=N3"], lines[1..].Select(line => string.Join(',', line.Split(',')[..2])));
        Assert.Contains((await server.GetAsync("/audit")).EnumerateArray(), entry => entry.Text("action") == "customers.exported"
            && entry.Text("subject") == id);
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("customers.csv")]
    public async Task A_segment_that_is_not_there_is_404(string what)
    {
        using var answer = await server.Client.GetAsync($"/segments/none/{what}", Cancellation);
        await answer.ProblemAsync(HttpStatusCode.NotFound);
    }

    private async Task ShopAsync(string city)
    {
        for (var i = 1; i <= 3; i++)
        {
            await server.PostAsync(
                "/customers", $$"""{"id":"{{city}}{{i}}","name":"=N{{i}}","email":"{{city}}{{i}}@example.com","city":"{{city}}"}""");
            await server.PostAsync(
                "/orders", $$"""{"id":"{{city}}{{i}}","customerId":"{{city}}{{i}}","amount":{{i}}0,"placedAt":"2026-01-01"}""");
        }
    }
}
