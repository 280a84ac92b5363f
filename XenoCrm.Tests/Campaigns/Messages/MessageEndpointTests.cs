using System.Net;
using System.Text.Json;
using XenoCrm.Core.Campaigns;
using XenoCrm.Tests.Language.Model;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Campaigns.Messages;

public sealed class MessageEndpointTests(ModelServer host) : IClassFixture<ModelServer>, IAsyncLifetime
{
    private const string Good = """
        {"first":"Hi {{firstName|there}}, we have missed you! Sneakers are 20% off for you.",
         "second":"Long time no see, {{name}}. How about new sneakers at 20% off?",
         "third":"Greetings to {{city|your city}}! Take 20% off any sneakers you like."}
        """;

    private HttpClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FakeModel Model => host.Model;

    public async ValueTask InitializeAsync() => client = await host.NewUserAsync();

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_models_texts_come_from_one_question_that_has_sums_and_no_customer()
    {
        await StoreAsync("Gotham", 25);
        Model.Say(Good);
        var answer = await SuggestAsync(
            new { objective = "win back with 20% off sneakers", rule = new { city = "Gotham" }, tone = "Playful" });
        Assert.Equal("openai", answer.Text("source"));
        Assert.Equal(3, answer.GetProperty("messages").GetArrayLength());

        var request = Assert.Single(Model.Requests);
        StrictSchema.AssertIsTaken(request.Schema);
        Assert.True(StrictSchema.Allows(request.Schema, JsonDocument.Parse(Good).RootElement));
        Assert.Equal(
            """{"objective":"win back with 20% off sneakers","tone":"playful","audience":{"customers":25,"orderedShare":0,"orderedMoreThanOnceShare":0,"orderedInLast90DaysShare":0,"averageSpend":0,"averageOrders":0}}""",
            request.Messages[1].Text);
        Assert.DoesNotContain("Zebulon", request.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_of_a_small_audience()
    {
        await StoreAsync("Smallville", 19);
        Model.Say(Good);
        await SuggestAsync(new { objective = "lure back with 20% off sneakers", rule = new { city = "Smallville" } });
        Assert.EndsWith("\"audience\":null}", Assert.Single(Model.Requests).Messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20% off", "50% off")]
    [InlineData("Long time no see, {{name}}.", "Visit http://evil.example, {{name}}.")]
    [InlineData("{{city|your city}}", "{{email}}")]
    [InlineData(
        "Greetings to {{city|your city}}! Take 20% off any sneakers you like.",
        "Hi {{firstName|there}}, we have missed you! Sneakers are 20% off for you!")]
    public async Task Texts_that_are_not_fit_to_be_sent_are_repaired_once_and_then_replaced_by_ours(string part, string by)
    {
        Model.Say(Good.Replace(part, by, StringComparison.Ordinal), Good);
        Assert.Equal(
            "openai", (await SuggestAsync(new { objective = $"win back with 20% off sneakers, attempt {part.Length}" })).Text("source"));
        Assert.Equal(2, Model.Requests.Count);

        Model.Say(Good.Replace(part, by, StringComparison.Ordinal));
        var answer = await SuggestAsync(new { objective = $"come back: 20% off sneakers, attempt {part.Length}" });
        Assert.Equal("grammar", answer.Text("source"));
        Assert.Contains("wrote nothing that can be sent", answer.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(3, answer.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task A_model_that_is_down_is_stood_in_for_and_the_answer_says_so()
    {
        Model.Fail("", retryAfter: null, 500);
        var answer = await SuggestAsync(new { objective = "say thanks", tone = "formal" });
        Assert.Equal("grammar", answer.Text("source"));
        Assert.Equal("The language model cannot be reached; the built-in engine did this.", answer.GetProperty("warnings")[0].GetString());
        Assert.All(answer.GetProperty("messages").EnumerateArray(), text => MessageTemplate.Parse(text.GetString()!));
    }

    [Fact]
    public async Task A_stored_segment_can_be_the_audience()
    {
        using var created = await client.PostAsJsonAsync(
            "/segments", new { name = "Gothamites", rule = new { city = "Gotham" }, message = "Hi" }, Cancellation);
        var segmentId = (await created.JsonAsync()).Text("segmentId");
        Model.Say(Good);
        Assert.Equal("openai", (await SuggestAsync(new { objective = "tempt back with 20% off sneakers", segmentId })).Text("source"));
    }

    [Theory]
    [InlineData("""{"objective":""}""", "objective", "Say what the campaign should achieve")]
    [InlineData("""{}""", "objective", "")]
    [InlineData("""{"objective":"x"}""", "objective", "3 to 300 characters")]
    [InlineData("""{"objective":"say thanks","tone":"sarcastic"}""", "tone", "friendly, formal, playful, urgent, plain")]
    [InlineData("""{"objective":"say thanks","segmentId":"nobody"}""", "segmentId", "no such segment")]
    [InlineData("""{"objective":"say thanks","segmentId":"s","rule":{"$everyone":true}}""", "rule", "not both")]
    [InlineData("""{"objective":"say thanks","rule":{"age":5}}""", "$.age", "no such field")]
    public async Task A_bad_request_names_the_place_and_the_remedy(string body, string field, string told)
    {
        using var answer = await client.PostAsync(
            "/campaigns/messages", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        Assert.Contains(told, await answer.ErrorAsync(field), StringComparison.Ordinal);
    }

    private async Task<JsonElement> SuggestAsync(object request)
    {
        using var answer = await client.PostAsJsonAsync("/campaigns/messages", request, Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.JsonAsync();
    }

    private async Task StoreAsync(string city, int count)
    {
        var customers = Enumerable.Range(0, count)
            .Select(i => new { id = $"{city}-{i}", name = $"Zebulon {i}", email = $"{city}{i}@example.com", city });
        using var stored = await client.PostAsJsonAsync("/customers/bulk", customers, Cancellation);
        stored.EnsureSuccessStatusCode();
    }
}
