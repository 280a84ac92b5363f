using Microsoft.Extensions.Options;
using XenoCrm.Core;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Redis;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Receipts;

/// <summary>Redis killed, frozen, full, absent. Each test has a server of its own.</summary>
public sealed class RedisOutageTests : IAsyncDisposable
{
    // Far above the two seconds that a caller may have to wait; only a hang exceeds it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly ReceiptConsumer Worker = new("workers", "ann");

    private readonly RedisServer server = new();
    private readonly RedisStreams streams = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill_of_the_server()
    {
        var stream = Open();
        var appended = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await stream.AppendAsync(Batch($"v-{i}"), Cancellation);
            return $"v-{i}";
        }));
        server.Kill();
        server.EnsureStarted();

        await UntilReadAsync(stream, appended);
    }

    [Fact]
    public async Task A_stopped_server_is_told_at_once_and_used_again_when_it_is_back()
    {
        var stream = Open();
        await stream.AppendAsync(Batch("before"), Cancellation);
        server.Kill();
        await AssertUnavailableAsync(() => stream.AppendAsync(Batch("refused"), Cancellation));
        await AssertUnavailableAsync(() => stream.ReadAsync(Worker, 10, Cancellation));
        await AssertUnavailableAsync(() => stream.InfoAsync(Worker.Group, Cancellation));

        server.EnsureStarted();
        await UntilItWorksAsync(() => stream.AppendAsync(Batch("after"), Cancellation));
        await UntilReadAsync(stream, "before", "after");
    }

    [Fact]
    public async Task A_server_that_comes_later_than_we_do_is_used_when_it_comes()
    {
        var address = server.ConnectionString;
        server.Kill();
        var stream = Open(address);
        await AssertUnavailableAsync(() => stream.AppendAsync(Batch("refused"), Cancellation));
        server.EnsureStarted();
        await UntilItWorksAsync(() => stream.AppendAsync(Batch("after"), Cancellation));
    }

    [Fact]
    public async Task A_server_that_hangs_makes_nobody_wait_for_long()
    {
        Unix.Require();
        var stream = Open();
        await stream.AppendAsync(Batch("before"), Cancellation);
        server.Freeze();
        await AssertUnavailableAsync(() => stream.AppendAsync(Batch("refused"), Cancellation));
        server.Thaw();
        await UntilItWorksAsync(() => stream.AppendAsync(Batch("after"), Cancellation));
    }

    [Fact]
    public async Task A_full_server_refuses_and_goes_on_when_there_is_room()
    {
        var stream = Open();
        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await AssertUnavailableAsync(() => stream.AppendAsync(Batch("refused"), Cancellation));
        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await stream.AppendAsync(Batch("after"), Cancellation);
        Assert.Equal(1, (await stream.InfoAsync(Worker.Group, Cancellation)).Length);
    }

    [Theory]
    [InlineData("appendfsync", "everysec", "appendfsync everysec")]
    [InlineData("appendonly", "no", "no append-only file")]
    [InlineData("maxmemory-policy", "allkeys-lru", "allkeys-lru")]
    public async Task A_server_that_may_lose_receipts_is_warned_of(string setting, string value, string warning)
    {
        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1gb");
        await server.ExecuteAsync("CONFIG", "SET", setting, value);
        var log = await CheckDurabilityAsync();
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_loses_nothing_is_not_warned_of() => Assert.Empty((await CheckDurabilityAsync()).Lines);

    public async ValueTask DisposeAsync()
    {
        await streams.DisposeAsync();
        server.Dispose();
    }

    private RedisReceiptStream Open(string? address = null) =>
        streams.Open(address ?? server.ConnectionString, Options.Create(new ReceiptStreamOptions()));

    private async Task<LogLines<RedisDurability>> CheckDurabilityAsync()
    {
        var log = new LogLines<RedisDurability>();
        using var check = new RedisDurability(Open(), TimeProvider.System, log);
        await check.StartAsync(Cancellation);
        await check.ExecuteTask!.WaitAsync(Poll.Limit, Cancellation);
        return log;
    }

    private static ReceiptBatch Batch(string vendorMessageId) =>
        new([new Receipt(null, vendorMessageId, DeliveryStatus.Sent, null, null)], DateTimeOffset.UnixEpoch, null);

    private static async Task AssertUnavailableAsync(Func<Task> call) =>
        await Assert.ThrowsAsync<StoreUnavailableException>(() => call().WaitAsync(Patience, Cancellation));

    /// <summary>A partition may be reached again before another.</summary>
    private static async Task UntilReadAsync(RedisReceiptStream stream, params string[] expected)
    {
        var read = new List<string>();
        await Poll.UntilAsync(
            async () =>
            {
                await UntilItWorksAsync(
                    async () =>
                        read.AddRange(
                            (await stream.ReadAsync(Worker, 1_000, Cancellation))
                                .SelectMany(entry => entry.Receipts!)
                                .Select(receipt => receipt.VendorMessageId)));
                return read.Count >= expected.Length;
            },
            "all to be read");
        Assert.Equal(expected.Order(), read.Order());
    }

    private static Task UntilItWorksAsync(Func<Task> call) => Poll.UntilItWorksAsync(call, "Redis to be used again");
}
