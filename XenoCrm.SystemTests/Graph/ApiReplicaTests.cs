using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace XenoCrm.SystemTests.Graph;

/// <summary>Two API processes behind one address, as they are deployed, and two workers.</summary>
public sealed class ApiReplicaTests : IAsyncDisposable
{
    private readonly TwoApis graph = new();

    [Fact]
    public async Task When_one_of_two_APIs_is_killed_in_the_middle_of_a_campaign_the_other_ends_it()
    {
        var services = await graph.ReadyAsync();
        Assert.Equal((2, 2), (graph.Services["api"].Count, graph.Services["worker"].Count));
        await services.CustomersAsync(CampaignGraphTests.Recipients);
        var id = await services.LaunchAsync();
        await services.UntilAsync(id, campaign => campaign.Stats.Sent > 100, "the campaign to be under way");
        graph.Services["api"].Kill(replica: 0);
        await CampaignGraphTests.AssertEndsRightAsync(services, id);

        // Who was killed comes back beside the other.
        await graph.Services["api"].StartAsync();
        await CampaignGraphTests.AssertEndsRightAsync(services, await services.LaunchAsync());
    }

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    private sealed class TwoApis : DistributedGraph
    {
        private protected override string[] Arguments => ["XENOCRM_CONTAINERS=off", "XENOCRM_REDIS=off"];

        private protected override void Change(IDistributedApplicationTestingBuilder builder) => builder
            .CreateResourceBuilder<ProjectResource>("api")
            .WithEndpoint("http", endpoint => endpoint.IsProxied = true)
            .WithReplicas(2);
    }
}
