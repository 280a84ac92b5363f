using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The store in SQLite, the stream in this machine's redis-server, which the application runs too.</summary>
public sealed class RedisGraphTests(RedisGraph graph) : CampaignGraphTests(graph), IClassFixture<RedisGraph>
{
    [Fact]
    public async Task Redis_killed_and_started_again_in_the_middle_of_a_campaign_costs_nothing_but_time()
    {
        await Graph.CustomersAsync(Recipients);
        var id = await Graph.LaunchAsync();
        await Graph.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
        Services["redis"].Kill();
        await Services.UntilLoggedAsync("api", "/vendor/receipt");
        await Services["redis"].StartAsync();
        await AssertEndsRightAsync(id);
    }
}

public class RedisGraph : DistributedGraph
{
    internal override void Require() => Tools.RedisServer();

    private protected override string[] Arguments => ["XENOCRM_CONTAINERS=off"];

    private protected override Task BeforeServicesAsync(DistributedServices running) => running["redis"].StartAsync();
}
