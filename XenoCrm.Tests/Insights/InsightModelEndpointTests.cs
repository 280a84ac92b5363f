using System.Net;
using System.Text.Json;
using XenoCrm.Tests.Language.Model;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Insights;

/// <summary>A campaign's insight over the API where a model is configured: with a fake one on a real socket.</summary>
public sealed class InsightModelEndpointTests : IAsyncLifetime
{
    private readonly ModelServer host = new();
    private MadeCampaigns made = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        made = new MadeCampaigns(host.Services);
        await made.CustomersAsync(120);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Whoever_may_read_gets_the_models_text_and_it_is_paid_for_once()
    {
        var id = await made.RunAsync(100, i => i % 4 != 0);
        host.Model.Say(Answer("In total 75 of the 100 recipients received the message, or 75.0%."));
        using var viewer = await host.NewUserAsync("viewer");
        var insight = await InsightAsync(viewer, id);
        Assert.Equal(("openai", "[]"), (insight.Text("source"), insight.GetProperty("warnings").GetRawText()));
        Assert.Equal(
            "In total 75 of the 100 recipients received the message, or 75.0%. “mailbox full” was the reason for 100.0% of the failures. "
            + "It was completed 90 seconds later. No group by spend, recency, number of orders or city differs from the others by more "
                + "than chance would explain.",
            insight.Text("text"));
        Assert.Equal(75, insight.GetProperty("numbers").Int("sent"));

        using var somebodyElse = await host.NewUserAsync();
        Assert.Equal(insight.Text("text"), (await InsightAsync(somebodyElse, id)).Text("text"));
        Assert.Empty(host.Model.Requests);
    }

    [Fact]
    public async Task A_model_that_is_down_is_stood_in_for_and_the_answer_says_so()
    {
        var id = await made.RunAsync(80, i => i % 4 != 0);
        host.Model.Fail("", retryAfter: null, 500);
        using var client = await host.NewUserAsync();
        var insight = await InsightAsync(client, id);
        Assert.StartsWith(
            "The campaign reached 60 of its 80 recipients, a delivery rate of 75.0%.", insight.Text("text"), StringComparison.Ordinal);
        Assert.Equal(
            ("grammar", """["The language model cannot be reached; the built-in engine did this."]"""),
            (insight.Text("source"), insight.GetProperty("warnings").GetRawText()));
    }

    [Fact]
    public async Task A_user_over_the_limit_is_answered_by_the_built_in_engine()
    {
        host.Model.OnComplete = (http, request) => FakeModel.AnswerAsync(http, Answer(Says(request)));
        using var viewer = await host.NewUserAsync("viewer");
        var sources = new List<string?>();
        foreach (var recipients in new[] { 40, 60, 120 })
        {
            sources.Add((await InsightAsync(viewer, await made.RunAsync(recipients, i => i % 4 != 0))).Text("source"));
        }

        Assert.Equal(["openai", "openai", "grammar"], sources);
        Assert.Equal(2, host.Model.Requests.Count);
    }

    [Fact]
    public async Task A_campaign_that_runs_costs_nothing_to_look_at()
    {
        using var client = await host.NewUserAsync();
        var insight = await InsightAsync(client, await made.RunAsync(100, i => i < 50 ? true : null));
        Assert.Equal("grammar", insight.Text("source"));
        Assert.Empty(host.Model.Requests);
    }

    private static string Answer(string delivery) => Reviewed.AnswerOf(new Dictionary<string, string>
    {
        ["delivery"] = delivery,
        ["reason-1"] = "{reason} was the reason for 100.0% of the failures.",
        ["duration"] = "It was completed 90 seconds later.",
    });

    /// <summary>The built-in sentence on the delivery, as the question has it.</summary>
    private static string Says(FakeModel.Request request) =>
        JsonDocument.Parse(request.Messages[1].Text).RootElement.GetProperty("findings")[0].Text("says")!;

    private static async Task<JsonElement> InsightAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"/campaigns/{id}/insight", Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.JsonAsync();
    }
}
