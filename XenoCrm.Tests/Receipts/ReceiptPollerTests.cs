using Microsoft.Extensions.Options;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

public sealed class ReceiptPollerOnSqliteTests : ReceiptPollerContract
{
    public ReceiptPollerOnSqliteTests() => Stream = new SqliteReceiptStream(Database, TimeProvider.System, Options.Create(StreamSettings));

    private protected override IReceiptStream Stream { get; }

    protected override Task AppendRawAsync(byte[] body) => Database.WriteAsync(
        connection =>
        {
            connection.Execute("INSERT INTO receipt_entries (arrived_at, receipts, body) VALUES (0, 1, ?1)", body);
        },
        Cancellation);
}

public sealed class ReceiptPollerOnRedisTests(RedisServer server) : ReceiptPollerOnRedis(server, partitions: 1);

public sealed class ReceiptPollerOnPartitionsTests(RedisServer server) : ReceiptPollerOnRedis(server, partitions: 4);

public abstract class ReceiptPollerOnRedis(RedisServer server, int partitions) : ReceiptPollerContract, IClassFixture<RedisServer>
{
    private readonly string prefix = $"test-{Guid.NewGuid():N}";
    private readonly RedisStreams streams = new();
    private RedisReceiptStream? stream;

    // Made when a test has changed the settings that it is made with.
    private protected override IReceiptStream Stream
    {
        get
        {
            (StreamSettings.KeyPrefix, StreamSettings.Partitions) = (prefix, partitions);
            return stream ??= streams.Open(server.ConnectionString, Options.Create(StreamSettings));
        }
    }

    protected override Task AppendRawAsync(byte[] body) => server.ExecuteAsync("XADD", prefix + ":{receipts}:stream", "*", "body", body);

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await streams.DisposeAsync();
        await base.DisposeAsync();
    }
}
