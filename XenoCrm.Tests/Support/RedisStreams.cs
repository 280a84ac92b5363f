using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;

namespace XenoCrm.Tests.Support;

/// <summary>Receipt streams as the services open them, with their clients, which are closed with this.</summary>
internal sealed class RedisStreams : IAsyncDisposable
{
    private readonly List<IConnectionMultiplexer> clients = [];

    public RedisReceiptStream Open(string connectionString, IOptions<ReceiptStreamOptions> options, TimeProvider? clock = null) => new(
        Connect(connectionString, RedisClients.Ingest),
        Connect(connectionString, RedisClients.Work),
        clock ?? TimeProvider.System,
        options,
        NullLogger<RedisReceiptStream>.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private ConnectionMultiplexer Connect(string connectionString, string purpose)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        RedisClients.Configure(options, purpose);
        var client = ConnectionMultiplexer.Connect(options);
        lock (clients)
        {
            clients.Add(client);
        }

        return client;
    }
}
