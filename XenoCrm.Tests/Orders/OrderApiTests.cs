using System.Net;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Orders;

public sealed class OrderApiTests(SignedInServer server) : IClassFixture<SignedInServer>
{
    [Fact]
    public async Task An_order_is_created_once_and_counts_once()
    {
        const string order =
            """{"id":"once","customerEmail":"Once@example.com","amount":12.3456,"placedAt":"2026-03-04T05:06:07Z","items":[{"sku":"a"}]}""";
        using var first = await server.PostAsync("/orders", order);
        await server.PostAsync("/customers", """{"id":"once","name":"Once","email":"once@example.com"}""");
        using var second = await server.PostAsync("/orders", order);
        using var other = await server.PostAsync("/orders", """{"id":"other","customerId":"once","amount":1,"placedAt":"2026-03-01"}""");

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created), (first.StatusCode, second.StatusCode, other.StatusCode));
        Assert.True((await first.JsonAsync()).GetProperty("created").GetBoolean());
        Assert.False((await second.JsonAsync()).GetProperty("created").GetBoolean());
        var customer = await server.GetAsync("/customers/once");
        Assert.Equal(
            (13.3456m, 2, 6.6728m),
            (
                customer.GetProperty("totalSpend").GetDecimal(),
                customer.Int("orderCount"),
                customer.GetProperty("averageOrderValue").GetDecimal()));
        Assert.Equal(("2026-03-01T00:00:00Z", "2026-03-04T05:06:07Z"), (customer.Text("firstOrderAt"), customer.Text("lastOrderAt")));
    }

    [Theory]
    [InlineData("""{"customerId":"c","amount":1,"placedAt":"2026-03-04"}""", "id")]
    [InlineData("""{"id":" ","customerId":"c","amount":1,"placedAt":"2026-03-04"}""", "id")]
    [InlineData("""{"id":5,"customerId":"c","amount":1,"placedAt":"2026-03-04"}""", "id")]
    [InlineData("""{"id":"bad","amount":1,"placedAt":"2026-03-04"}""", "customerId")]
    [InlineData("""{"id":"bad","customerId":"","customerEmail":null,"amount":1,"placedAt":"2026-03-04"}""", "customerId")]
    [InlineData("""{"id":"bad","customerId":"a/b","amount":1,"placedAt":"2026-03-04"}""", "customerId")]
    [InlineData("""{"id":"bad","customerId":"c","customerEmail":"nobody","amount":1,"placedAt":"2026-03-04"}""", "customerEmail")]
    [InlineData("""{"id":"bad","customerId":"c","placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":null,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":"12","placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":-0.01,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1.00001,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1000000000.01,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1e400,"placedAt":"2026-03-04"}""", "amount")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1}""", "placedAt")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1,"placedAt":"04.03.2026"}""", "placedAt")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1,"placedAt":"2026-02-30"}""", "placedAt")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1,"placedAt":"2026-03-04","items":{"sku":"a"}}""", "items")]
    [InlineData("""{"id":"bad","customerId":"c","amount":1,"placedAt":"2026-03-04" """, "$")]
    [InlineData("""["bad"]""", "$")]
    public async Task A_bad_order_is_refused_by_field_and_not_stored(string body, string field)
    {
        var id = Guid.NewGuid().ToString();
        using var answer = await server.PostAsync("/orders", body.Replace("bad", id, StringComparison.Ordinal));
        Assert.NotEmpty(await answer.ErrorAsync(field));

        using var good = await server.PostAsync("/orders", $$"""{"id":"{{id}}","customerId":"c","amount":1,"placedAt":"2026-03-04"}""");
        Assert.Equal(HttpStatusCode.Created, good.StatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.0001")]
    [InlineData("1000000000")]
    [InlineData("12.50000")]
    public async Task Every_amount_within_the_limits_is_kept_exactly(string amount)
    {
        var id = "amount " + amount;
        await server.PostAsync("/customers", $$"""{"id":"{{id}}","name":"X"}""");
        using var answer = await server.PostAsync(
            "/orders", $$"""{"id":"{{id}}","customerId":"{{id}}","amount":{{amount}},"placedAt":"2026-03-04"}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var spend = (await server.GetAsync($"/customers/{Uri.EscapeDataString(id)}")).GetProperty("totalSpend").GetDecimal();
        Assert.Equal(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), spend);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        using var answer = await server.PostAsync(
            "/orders",
            $$"""{"id":"big","customerId":"c","amount":1,"placedAt":"2026-03-04","items":["{{new string('x', 1024 * 1024)}}"]}""");
        await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }
}
