using Microsoft.Extensions.Options;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>The contract on a real Redis, with so many partitions.</summary>
public abstract class RedisStreamContract(
    RedisServer server, int partitions) : ReceiptStreamContract, IClassFixture<RedisServer>, IAsyncDisposable
{
    // The tests share a server and keep out of each other's way by their keys.
    private readonly string prefix = $"test-{Guid.NewGuid():N}";
    private readonly RedisStreams streams = new();

    protected RedisServer Server => server;

    /// <summary>The key of a partition's <c>stream</c> or <c>dead</c>.</summary>
    protected string Key(int partition, string name = "stream") =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{prefix}:{{receipts{(partition == 0 ? "" : $"-{partition}")}}}:{name}");

    private protected override IReceiptStream Open(TimeSpan visibility) => Open(visibility, partitions);

    private protected RedisReceiptStream Open(TimeSpan visibility, int count, TimeProvider? clock = null)
    {
        var options = Options.Create(new ReceiptStreamOptions { Visibility = visibility, KeyPrefix = prefix, Partitions = count });
        return streams.Open(server.ConnectionString, options, clock);
    }

    protected override Task AppendRawAsync(byte[] body) => server.ExecuteAsync("XADD", Key(0), "*", "body", body);

    protected override Task LoseGroupAsync(string group) =>
        Task.WhenAll(Enumerable.Range(0, partitions).Select(partition => server.ExecuteAsync("XGROUP", "DESTROY", Key(partition), group)));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return streams.DisposeAsync();
    }
}
