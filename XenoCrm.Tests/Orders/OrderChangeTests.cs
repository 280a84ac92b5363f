using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Orders;

public sealed class OrderChangeTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_says_whether_an_order_was_created_or_corrected()
    {
        await server.PostAsync("/customers", """{"id":"ch1","name":"C","email":"ch1@example.com"}""");
        const string order = """{"id":"2026/1","customerId":"ch1","amount":10,"placedAt":"2026-03-04","items":[{"sku":"a"}]}""";
        using var created = await server.PostAsync("/orders", order);
        using var same = await server.PostAsync("/orders", order);
        using var corrected = await server.PostAsync("/orders", order.Replace("10", "12.5", StringComparison.Ordinal));

        Assert.Equal((HttpStatusCode.Created, "/orders/2026%2F1"), (created.StatusCode, created.Headers.Location?.ToString()));
        Assert.Equal("""{"id":"2026/1","created":true,"updated":false}""", await created.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(
            (HttpStatusCode.OK, """{"id":"2026/1","created":false,"updated":false}"""),
            (same.StatusCode, await same.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(
            (HttpStatusCode.OK, """{"id":"2026/1","created":false,"updated":true}"""),
            (corrected.StatusCode, await corrected.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal((12.5m, 1), await TotalsAsync("ch1"));
        Assert.Equal(
            """{"id":"2026/1","customerId":"ch1","customerEmail":null,"amount":12.5,"placedAt":"2026-03-04T00:00:00Z","items":[{"sku":"a"}],"refundOf":null}""",
            (await server.GetAsync("/orders/2026%2F1")).GetRawText());
    }

    [Fact]
    public async Task Bulk_tells_how_many_were_corrected_and_names_those_of_two_people()
    {
        await server.PostAsync(
            "/customers/bulk", """[{"id":"ch2","name":"C","email":"ch2@example.com"},{"id":"ch3","name":"D","email":"ch3@example.com"}]""");
        await server.PostAsync("/orders", """{"id":"b1","customerId":"ch2","amount":1,"placedAt":"2026-03-04"}""");

        using var answer = await server.PostAsync("/orders/bulk", """
            [{"id":"b1","customerId":"ch3","amount":5,"placedAt":"2026-03-04"},
             {"id":"b2","customerId":"ch2","customerEmail":"ch3@example.com","amount":5,"placedAt":"2026-03-04"},
             {"id":"b3","customerId":"ch2","customerEmail":"CH2@example.com","amount":7,"placedAt":"2026-03-04"},
             {"id":"b4","customerId":"ch2","amount":-7,"placedAt":"2026-03-04"},
             {"id":"b5","customerId":"ch2","amount":-2,"placedAt":"2026-03-04","refundOf":"b3"},
             {"id":"b6","customerId":"ch3","amount":-2,"placedAt":"2026-03-04","refundOf":"b3"}]
            """);

        var result = await answer.JsonAsync();
        Assert.Equal((3, 3, 1), (result.Int("accepted"), result.Int("rejected"), result.Int("updated")));
        Assert.Equal(
            [(1, "customerEmail"), (3, "amount"), (5, "refundOf")],
            result.GetProperty("errors").EnumerateArray().Select(error => (error.Int("index"), error.Text("field")!)));
        Assert.Equal(((5m, 1), (5m, 1)), (await TotalsAsync("ch2"), await TotalsAsync("ch3")));
    }

    [Theory]
    [InlineData("""{"id":"n1","customerId":"ch4","customerEmail":"ch5@example.com","amount":1,"placedAt":"2026-03-04"}""", "customerEmail")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":-1,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":1,"placedAt":"2026-03-04","refundOf":"o"}""", "amount")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":0,"placedAt":"2026-03-04","refundOf":"o"}""", "amount")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":-1,"placedAt":"2026-03-04","refundOf":"n1"}""", "refundOf")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":-1,"placedAt":"2026-03-04","refundOf":"of ch5"}""", "refundOf")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":-1.00001,"placedAt":"2026-03-04","refundOf":"o"}""", "amount")]
    [InlineData("""{"id":"n1","customerId":"ch4","amount":1.00000000000000000000000000000001,"placedAt":"2026-03-04"}""", "amount")]
    public async Task An_order_that_contradicts_itself_is_refused_and_not_stored(string order, string field)
    {
        await server.PostAsync(
            "/customers/bulk", """[{"id":"ch4","name":"C","email":"ch4@example.com"},{"id":"ch5","name":"D","email":"ch5@example.com"}]""");
        await server.PostAsync("/orders", """{"id":"of ch5","customerId":"ch5","amount":1,"placedAt":"2026-03-04"}""");

        using var answer = await server.PostAsync("/orders", order);

        Assert.NotEmpty(await answer.ErrorAsync(field));
        using var found = await server.Client.GetAsync("/orders/n1", Cancellation);
        await found.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_order_is_deleted_out_of_all_totals()
    {
        await server.PostAsync("/customers", """{"id":"ch6","name":"C"}""");
        await server.PostAsync("/orders/bulk", """
            [{"id":"d1","customerId":"ch6","amount":10,"placedAt":"2026-03-04"},{"id":"d2","customerId":"ch6","amount":20,"placedAt":"2026-03-05"},
             {"id":"d3","customerId":"ch6","amount":-5,"placedAt":"2026-03-06","refundOf":"d1"}]
            """);
        Assert.Equal(
            ["d3", "d2", "d1"], (await server.GetAsync("/customers/ch6/orders")).EnumerateArray().Select(order => order.Text("id")));

        using var deleted = await server.Client.DeleteAsync("/orders/d1", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        Assert.Equal((20m, 1), await TotalsAsync("ch6"));
        using var again = await server.Client.DeleteAsync("/orders/d1", Cancellation);
        await again.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Contains((await server.GetAsync("/audit")).EnumerateArray(), entry => entry.Text("action") == "order.deleted" && entry.Text(
            "subject") == "d1");
        using var nobody = await server.Client.GetAsync("/customers/nobody/orders", Cancellation);
        await nobody.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Refunds_and_corrections_come_from_a_file()
    {
        await server.PostAsync("/customers", """{"id":"ch7","name":"C"}""");
        await server.Client.ImportAsync(
            "/orders/import", "id,customerId,amount,placedAt,refundOf\nf1,ch7,10,2026-03-04,\nf2,ch7,-2.5,2026-03-05,f1\n");
        Assert.Equal((7.5m, 1), await TotalsAsync("ch7"));

        var import = await server.Client.ImportAsync("/orders/import",
            "id,customerId,amount,placedAt,refundOf\nf1,ch7,11,2026-03-04,\nf3,ch7,-2.5,2026-03-05,\nf4,ch8,-1,2026-03-05,f1\n");
        Assert.Equal([(3, "amount"), (4, "refundOf")], import.ErrorPlaces());
        Assert.Equal((8.5m, 1), await TotalsAsync("ch7"));
    }

    [Fact]
    public async Task An_average_is_shown_with_four_decimals_and_compared_exactly()
    {
        await server.PostAsync("/customers", """{"id":"ch9","name":"C"}""");
        await server.PostAsync("/orders/bulk", """
            [{"id":"v1","customerId":"ch9","amount":10,"placedAt":"2026-03-04"},{"id":"v2","customerId":"ch9","amount":5,"placedAt":"2026-03-05"},{"id":"v3","customerId":"ch9","amount":5,"placedAt":"2026-03-05"}]
            """);

        Assert.Equal("6.6667", (await server.GetAsync("/customers/ch9")).GetProperty("averageOrderValue").GetRawText());
        var found = await server.GetAsync(
            "/customers?rule=" + Uri.EscapeDataString("""{"averageOrderValue":{"$lt":6.6667,"$gt":6.6666}}"""));
        Assert.Contains("ch9", found.EnumerateArray().Select(customer => customer.Text("id")));
    }

    private async Task<(decimal Spend, int Count)> TotalsAsync(string id) =>
        await server.GetAsync("/customers/" + id) is var customer ? (
            customer.GetProperty("totalSpend").GetDecimal(), customer.Int("orderCount")) : default;
}
