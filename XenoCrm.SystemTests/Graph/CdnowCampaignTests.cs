using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>Real purchases, from the file to the receipts, over real processes.</summary>
public sealed class CdnowCampaignTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly ServiceGraph graph = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_spent_at_least_200_in_3_orders_or_more_is_counted_reached_and_accounted_for()
    {
        await SampleFiles.RunAsync("cdnow-to-csv.cs", SampleFiles.Cdnow(), folder.Path);
        var expected = SampleFiles.CdnowSpends()
            .Where(customer => customer.Value is { Spend: >= 200, Count: >= 3 })
            .Select(customer => customer.Key)
            .ToHashSet();
        await graph.StartAsync();

        // The orders first: they wait for their customers.
        await ImportAsync("orders");
        await ImportAsync("customers");

        var answer = await graph.Client.PostAsync(
            "/segments",
            new StringContent(
                """{"name":"Good customers","rule":{"totalSpend":{"$gte":200},"orderCount":{"$gte":3}},"message":"Thank you, {{firstName}}"}""",
                new MediaTypeHeaderValue("application/json")),
            Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(expected.Count, created.GetProperty("audience").GetInt32());

        var id = created.GetProperty("campaignId").GetString()!;
        await graph.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        var log = await graph.LogAsync(id);
        Assert.Equal(expected, log.Select(row => row.CustomerId).ToHashSet());
        Assert.Equal(expected.Count, log.Count);
        Assert.All(log, row => Assert.True(row.Status is "SENT" or "FAILED", row.Status));

        var stats = (await graph.CampaignAsync(id)).Stats;
        Assert.Equal(new StatsView(log.Count, 0, log.Count(row => row.Status == "SENT"), log.Count(row => row.Status == "FAILED")), stats);
        Assert.InRange((double)stats.Sent / stats.Audience, 0.88, 0.92);
        TestContext.Current.SendDiagnosticMessage(
            string.Create(CultureInfo.InvariantCulture, $"audience {stats.Audience}, sent {stats.Sent}, failed {stats.Failed}"));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await graph.DisposeAsync();
        folder.Dispose();
    }

    private async Task ImportAsync(string noun)
    {
        await using var file = File.OpenRead(folder.File(noun + ".csv"));
        using var body = new StreamContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var answer = await graph.Client.PostAsync($"/{noun}/import", body, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("importId").GetString();
        var import = default(JsonElement);
        await Poll.UntilAsync(
            async () =>
                (import = await graph.Client.GetFromJsonAsync<JsonElement>($"/imports/{id}", Cancellation))
                    .GetProperty("status")
                    .GetString() != "running", $"the import of {noun}");
        Assert.Equal("completed", import.GetProperty("status").GetString());
        Assert.Equal(0, import.GetProperty("rejected").GetInt32());
    }
}
