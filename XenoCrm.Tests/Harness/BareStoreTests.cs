using XenoCrm.Benchmarks.Limits;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Harness;

/// <summary>A limit is one only if the bare loop does all that the application did.</summary>
public sealed class BareStoreTests : IAsyncDisposable
{
    private const int Rows = 250;
    private const int Transaction = 100;

    private readonly SqliteStores stores = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    [Fact]
    public async Task The_insert_loop_writes_the_rows_that_the_launch_wrote()
    {
        await using var bare = BareStore.CopyOf(stores.Path);
        await LaunchAsync();

        Assert.Equal(Rows, LogLoops.Insert(bare, stores.Path, Transaction).Rows);
        Assert.Equal(Log(stores.Path), Log(bare.File));
    }

    [Fact]
    public async Task The_update_loop_makes_the_log_as_the_receipts_made_it()
    {
        var ids = await LaunchAsync();
        await using var bare = BareStore.CopyOf(stores.Path);
        stores.Clock.Advance(TimeSpan.FromSeconds(1));
        await new SqliteReceiptStore(stores.Database, stores.Clock).ApplyAsync(
            [.. ids.Select((id, i) => new Receipt(id, "vm" + id, i % 10 == 0 ? DeliveryStatus.Failed : DeliveryStatus.Sent, "full", null))],
            Cancellation);

        Assert.NotEqual(Log(stores.Path), Log(bare.File));
        Assert.Equal(Rows, LogLoops.Update(bare, stores.Path, Transaction).Rows);
        Assert.Equal(Log(stores.Path), Log(bare.File));
    }

    [Fact]
    public async Task Without_a_change_there_is_no_limit_to_measure()
    {
        await LaunchAsync();
        await using var bare = BareStore.CopyOf(stores.Path);
        Assert.Throws<InvalidOperationException>(() => LogLoops.Update(bare, stores.Path, Transaction));
    }

    [Fact]
    public async Task The_order_loop_keeps_the_totals_that_the_application_keeps()
    {
        await stores.Database.AddAsync([Customer("c1"), Customer("c2")]);
        await using var bare = BareStore.CopyOf(stores.Path);
        await stores.Orders.AddAsync(
            [.. Enumerable.Range(0, Rows).Select(i => new Order
            {
                Id = $"o{i}", CustomerId = i % 3 == 0 ? "c1" : "c2", Amount = i + 0.5m, PlacedAt = stores.Clock.GetUtcNow().AddDays(-i),
            })],
            Cancellation);

        Assert.Equal(Rows, OrderLoop.Insert(bare, stores.Path, Transaction).Rows);
        Assert.Equal((Rows, OrderLoop.Totals(stores.Path).Spend), OrderLoop.Totals(bare.File));
        Assert.Equal(Everything(stores.Path, "orders"), Everything(bare.File, "orders"));
        Assert.Equal(Everything(stores.Path, "customers"), Everything(bare.File, "customers"));
    }

    private static Core.Customers.Customer Customer(string id) => new() { Id = id, Name = id, CreatedAt = DateTimeOffset.UnixEpoch };

    private static IEnumerable<string> Log(string store) => Everything(store, "log");

    private static List<string> Everything(string store, string table)
    {
        using var connection = LogLoops.OpenRead(store);
        return [.. LogLoops.Rows(connection, $"SELECT * FROM {table} ORDER BY id").Select(row => string.Join('|', row))];
    }

    private async Task<IReadOnlyList<string>> LaunchAsync()
    {
        var (campaigns, now) = (new SqliteCampaignStore(stores.Database), stores.Clock.GetUtcNow());
        await campaigns.BeginAsync(NewCampaigns.Of("k1", now, TimeSpan.FromMinutes(1)), Cancellation);
        string[] ids = [.. Enumerable.Range(0, Rows).Select(_ => Guid.CreateVersion7(now).ToString())];
        var entries = ids.Select((id, i) => new NewLogEntry(id, $"c{i}", $"c{i}@example.com", "Hi", now));
        await campaigns.AppendLogBatchAsync(new("k1"), [.. entries], now.AddMinutes(1), Cancellation);
        await campaigns.StartAsync(new("k1"), now, [], Cancellation);
        return ids;
    }
}
