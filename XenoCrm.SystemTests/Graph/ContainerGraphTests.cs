using XenoCrm.AppHost.Running;

namespace XenoCrm.SystemTests.Graph;

/// <summary>MongoDB and Redis in containers.</summary>
public sealed class ContainerGraphTests(ContainerGraph graph) : CampaignGraphTests(graph), IClassFixture<ContainerGraph>;

public sealed class ContainerGraph : DistributedGraph
{
    internal override void Require()
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        Assert.SkipUnless(ContainerRuntime.Answers(environment), "No container engine answers here.");
    }

    private protected override string[] Arguments => ["XENOCRM_CONTAINERS=on"];
}
