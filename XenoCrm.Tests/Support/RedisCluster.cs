using System.Globalization;

namespace XenoCrm.Tests.Support;

/// <summary>A Redis Cluster of three servers on loopback, a third of the slots each, without replicas.</summary>
internal sealed class RedisCluster : IDisposable
{
    private const int Slots = 16_384;

    private RedisCluster()
    {
    }

    public IReadOnlyList<RedisServer> Nodes { get; } = [.. Enumerable.Range(0, 3).Select(_ => new RedisServer(isOfCluster: true))];

    /// <summary>All three, though a client would find the others from one.</summary>
    public string ConnectionString =>
        string.Join(',', Nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Port}")));

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        foreach (var (index, node) in cluster.Nodes.Index())
        {
            node.EnsureStarted();
            Assert.Equal("+OK", node.Ask(Line($"CLUSTER ADDSLOTSRANGE {Slots * index / 3} {(Slots * (index + 1) / 3) - 1}")));
            Assert.Equal("+OK", node.Ask(Line($"CLUSTER SET-CONFIG-EPOCH {index + 1}")));
        }

        foreach (var node in cluster.Nodes.Skip(1))
        {
            Assert.Equal("+OK", node.Ask(Line($"CLUSTER MEET 127.0.0.1 {cluster.Nodes[0].Port} {cluster.Nodes[0].ClusterPort}")));
        }

        await cluster.UntilWholeAsync();
        return cluster;
    }

    /// <summary>Waits until every node says that all slots are served by nodes that it can reach.</summary>
    public Task UntilWholeAsync() => Poll.UntilAsync(
        () => Nodes.All(node => node.Ask("CLUSTER INFO") is var info
            && info.Contains("cluster_state:ok", StringComparison.Ordinal)
                && info.Contains(Line($"cluster_slots_ok:{Slots}\r"), StringComparison.Ordinal)),
        "the cluster to be whole");

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }

    private static string Line(FormattableString command) => command.ToString(CultureInfo.InvariantCulture);
}
