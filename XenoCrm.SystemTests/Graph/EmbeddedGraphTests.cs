namespace XenoCrm.SystemTests.Graph;

/// <summary>SQLite alone: store and stream in one file.</summary>
public sealed class EmbeddedGraphTests(EmbeddedGraph graph) : CampaignGraphTests(graph), IClassFixture<EmbeddedGraph>;

public sealed class EmbeddedGraph : DistributedGraph
{
    private protected override string[] Arguments => ["XENOCRM_CONTAINERS=off", "XENOCRM_REDIS=off"];
}
