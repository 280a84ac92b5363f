using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Graph;

/// <summary>The application is stopped in the middle of a campaign, and started again.</summary>
public sealed class OrderlyStopTests : IDisposable
{
    private static readonly string[] WithRedis = ["XENOCRM_CONTAINERS=off"];

    private readonly TempFolder folder = new();

    [Fact]
    public async Task It_stops_one_service_after_the_other_leaves_nothing_behind_and_goes_on_where_it_was()
    {
        Tools.RedisServer();
        string id;
        await using (var services = await DistributedServices.StartAsync(folder.Path, WithRedis, null, ("Campaigns__BatchSize", "100")))
        {
            await using var graph = new ServiceGraph(services["api"], services["vendor"], services["worker"]);
            await graph.StartAsync();
            await graph.CustomersAsync(CampaignGraphTests.Recipients);
            id = await graph.LaunchAsync();
            await graph.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
            await services.StopAsync();
            Assert.Equal(["api", "vendor", "worker", "worker", "redis"], services.Ends);
        }

        await using (var services = await DistributedServices.StartAsync(folder.Path, WithRedis))
        {
            await using var graph = new ServiceGraph(services["api"], services["vendor"], services["worker"]);
            await graph.StartAsync();
            await CampaignGraphTests.AssertEndsRightAsync(graph, id);
        }
    }

    public void Dispose() => folder.Dispose();
}
