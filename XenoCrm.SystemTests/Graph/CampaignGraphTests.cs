using System.Net;
using System.Text;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The whole loop over real processes and sockets, run by Aspire: the same for every infrastructure.</summary>
public abstract class CampaignGraphTests(DistributedGraph running) : IAsyncLifetime
{
    internal const int Recipients = 3_000;

    // Not there where the tests are skipped.
    private ServiceGraph graph = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected ServiceGraph Graph => graph;

    private protected DistributedServices Services => running.Services;

    public async ValueTask InitializeAsync() => graph = await running.ReadyAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_campaign_reaches_everybody_once_and_its_counts_are_the_logs()
    {
        await graph.CustomersAsync(Recipients);
        var id = await graph.LaunchAsync();
        await AssertEndsRightAsync(id);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("vendor")]
    [InlineData("worker")]
    public async Task A_service_that_is_killed_in_the_middle_of_a_campaign_loses_and_doubles_nothing(string victim)
    {
        await graph.CustomersAsync(Recipients);
        var id = await graph.LaunchAsync();
        await graph.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
        graph[victim].Kill();
        await graph[victim].StartAsync();
        await graph.SignInAsync();
        await AssertEndsRightAsync(id);
    }

    [Fact]
    public async Task Duplicated_contradicting_reordered_late_and_lost_receipts_come_to_the_same_end()
    {
        await graph.SetFaultsAsync(new
        {
            duplicates = new { rate = 0.3, copies = 3 },
            contradictions = new { rate = 0.3 },
            reordering = new { rate = 0.5 },
            late = new { rate = 0.1, by = "00:00:03" },
            lost = new { rate = 0.05 },
        });
        await graph.CustomersAsync(Recipients);
        var id = await graph.LaunchAsync();
        await AssertEndsRightAsync(id);
    }

    [Fact]
    public async Task A_forged_receipt_is_refused_and_changes_nothing()
    {
        await graph.CustomersAsync(10);
        var id = await graph.LaunchAsync();
        await AssertEndsRightAsync(id);
        var before = await graph.LogAsync(id);
        var failed = before.Select(
            row => new { id = row.Id, vendorMessageId = row.VendorMessageId, status = row.Status == "SENT" ? "FAILED" : "SENT" });

        using var forged = new HttpRequestMessage(HttpMethod.Post, "/vendor/receipt") { Content = JsonContent.Create(failed) };
        forged.Headers.Add("webhook-id", "forged");
        forged.Headers.Add(
            "webhook-timestamp",
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        forged.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(Encoding.UTF8.GetBytes("no key made this signature, alas")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await graph.Client.SendAsync(forged, Cancellation)).StatusCode);
        Assert.Equal(before, await graph.LogAsync(id));
    }

    [Fact]
    public async Task Every_service_stops_when_it_is_asked_to_and_the_campaign_goes_on_after()
    {
        await graph.CustomersAsync(Recipients);
        var id = await graph.LaunchAsync();
        await graph.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
        foreach (var name in (string[])["api", "vendor", "worker"])
        {
            Assert.True(await graph[name].StopAsync() is null or 0, $"The {name} did not end well.");
        }

        await graph.StartAsync();
        await AssertEndsRightAsync(id);
    }

    private protected Task AssertEndsRightAsync(string id) => AssertEndsRightAsync(graph, id);

    /// <summary>Every row final, none twice, our log equal to the vendor's own ledger, and the counts adding up.</summary>
    internal static async Task AssertEndsRightAsync(ServiceGraph graph, string id)
    {
        await graph.UntilAsync(id, campaign => campaign.Status == "completed", "the campaign to complete");
        var log = await graph.LogAsync(id);
        Assert.Equal(log.Count, log.Select(row => row.CustomerId).Distinct().Count());
        Assert.Equal(log.Count, log.Select(row => row.VendorMessageId).Distinct().Count());

        // A late receipt may still raise a row of a completed campaign.
        var ledger = await graph.LedgerAsync(log);
        await Poll.UntilAsync(
            async () =>
                (log = await graph.LogAsync(id))
                    .All(row => ledger[row.Id] == (row.VendorMessageId, row.Status)), "the log to say what the vendor's ledger says");

        var stats = (await graph.CampaignAsync(id)).Stats;
        var sent = log.Count(row => row.Status == "SENT");
        Assert.Equal(new StatsView(Audience: log.Count, Pending: 0, Sent: sent, Failed: log.Count - sent), stats);
        if (log.Count >= 1_000)
        {
            // Five standard deviations of 3,000 draws at 0.9 are 2.7 points.
            Assert.InRange((double)sent / log.Count, 0.87, 0.93);
        }
    }
}
