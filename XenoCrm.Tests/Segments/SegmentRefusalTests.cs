using System.Net;
using System.Text;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Segments;

public sealed class SegmentRefusalTests(SegmentRefusalTests.Server server) : IClassFixture<SegmentRefusalTests.Server>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"rule":{}}""", "$")]
    [InlineData("""{"rule":[]}""", "$")]
    [InlineData("""{"rule":"everyone"}""", "$")]
    [InlineData("""{"rule":{"$and":[{"city":"Pune"},{"totalSpend":{"$gt":"much"}}]}}""", "$.$and[1].totalSpend.$gt")]
    [InlineData("""{"rule":{"city":{"$regex":".*"}}}""", "$.city.$regex")]
    [InlineData("""{"rule":{"city":"\ud800"}}""", "$.city")]
    [InlineData(
        """{"rule":{"$not":{"$not":{"$not":{"$not":{"$not":{"$not":{"$not":{"$not":{"city":"Pune"}}}}}}}}}}""",
        "$.$not.$not.$not.$not.$not.$not.$not.$not")]
    [InlineData("""{"rule":null}""", "rule")]
    [InlineData("{}", "rule")]
    [InlineData("""{"rule":{"city":"Pune"}""", "$")]
    public async Task What_is_no_rule_is_a_400_with_its_place(string body, string path)
    {
        var answer = await server.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors").EnumerateObject().Single();
        Assert.Equal(path, error.Name);
        Assert.NotEmpty(error.Value[0].GetString()!);
    }

    [Fact]
    public async Task A_rule_nested_without_end_is_a_400()
    {
        var answer = await server.PostAsync("""{"rule":""" + string.Concat(Enumerable.Repeat("""{"$and":[""", 50_000)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("cursor=nonsense", "cursor")]
    public async Task A_page_that_cannot_be_is_a_400_by_field(string query, string field)
    {
        var answer = await server.Client.GetAsync("/segments?" + query, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(field, problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task A_segment_that_is_not_there_is_a_404()
    {
        var answer = await server.Client.GetAsync("/segments/none", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("GET", "/segments")]
    [InlineData("GET", "/segments/none")]
    [InlineData("POST", "/segments/preview")]
    public async Task Strangers_are_sent_away(string verb, string path)
    {
        using var stranger = server.Api.Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(request, Cancellation)).StatusCode);
    }

    public sealed class Server : IAsyncLifetime
    {
        public ApiServer Api { get; } = new();

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Client = await Api.SignedInAsync();

        public Task<HttpResponseMessage> PostAsync(string body) =>
            Client.PostAsync("/segments/preview", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            Api.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
