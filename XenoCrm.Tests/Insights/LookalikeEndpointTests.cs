using System.Net;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

public sealed class LookalikeEndpointTests(SignedInServer server) : IClassFixture<SignedInServer>, IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if ((await (await server.PostAsync("/segments/preview", """{"rule":{"$everyone":true}}""")).JsonAsync()).Int("count") == 0)
        {
            var shop = LookalikeShop.Customers(
                1500,
                seed: 12,
                (random, customer) =>
                    customer.OrderCount >= 8 && !random.OneIn(8) ? customer with { Tags = ["vip"] } : customer with { Tags = [] });
            await server.Api.Services.GetRequiredService<SqliteDatabase>().AddAsync(shop);
        }
    }

    [Fact]
    public async Task A_rule_that_describes_the_members_comes_with_what_it_is_worth()
    {
        var answer = await server.PostAsync("/segments/lookalike", """{"rule":{"tags":"vip"}}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var found = await answer.JsonAsync();

        Assert.Equal("""{"orderCount":{"$gte":8}}""", found.GetProperty("rule").GetRawText());
        Assert.Equal("Customers with at least 8 orders.", found.Text("explanation"));
        Assert.Equal(["tags"], found.GetProperty("leftOut").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal(1, found.GetProperty("recall").GetDouble());
        Assert.Equal(found.Int("selected"), found.Int("members") + found.Int("lookalikes"));
        Assert.Equal((double)found.Int("members") / found.Int("selected"), found.GetProperty("precision").GetDouble());
        Assert.InRange(found.Int("lookalikesReachable"), 1, found.Int("lookalikes") - 1);
        Assert.Contains("customers without looking at tags, and checked on", found.Text("text"), StringComparison.Ordinal);

        // What it says is what a preview of the rule counts.
        var preview = await (
            await server.PostAsync("/segments/preview", $$$"""{"rule":{{{found.GetProperty("rule").GetRawText()}}}}""")).JsonAsync();
        Assert.Equal(preview.Int("count"), found.Int("selected"));
    }

    [Fact]
    public async Task Where_there_is_nothing_to_describe_a_422_says_why()
    {
        var problem = await (await server.PostAsync("/segments/lookalike", """{"rule":{"city":"Atlantis"}}"""))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("The segment has 0 customers; at least 50 are needed to see what they have in common.", problem.Text("detail"));
    }

    [Theory]
    [InlineData("{}", "rule")]
    [InlineData("""{"rule":{"tags":"vip"},"segmentId":"x"}""", "rule")]
    [InlineData("""{"segmentId":"nobody"}""", "segmentId")]
    [InlineData("""{"rule":{"tags":"vip"},"size":0}""", "size")]
    public async Task What_cannot_be_asked_is_a_400_that_names_the_field(string body, string field) =>
        Assert.NotEmpty(await (await server.PostAsync("/segments/lookalike", body)).ErrorAsync(field));

    [Fact]
    public async Task Strangers_are_sent_away()
    {
        using var stranger = server.Api.Anonymous();
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await stranger.PostAsJsonAsync("/segments/lookalike", new { segmentId = "x" }, Cancellation)).StatusCode);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
