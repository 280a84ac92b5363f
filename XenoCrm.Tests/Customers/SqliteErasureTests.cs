using System.Text;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Core.Receipts;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

public sealed class SqliteErasureTests : ErasureContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    public SqliteErasureTests()
    {
        Campaigns = new SqliteCampaignStore(stores.Database);
        Outbox = new SqliteOutbox(stores.Database);
        Receipts = new SqliteReceiptStore(stores.Database, stores.Clock);
    }

    protected override DateTimeOffset Now => stores.Clock.GetUtcNow();

    protected override ICustomerStore Customers => stores.Customers;

    private protected override ICampaignStore Campaigns { get; }

    private protected override IOutbox Outbox { get; }

    private protected override IReceiptStore Receipts { get; }

    /// <summary>Not in a row, not in an index, not in the gaps that earlier values left, not in the write-ahead log.</summary>
    [Fact]
    public async Task Not_a_byte_of_an_erased_person_is_left_in_the_files()
    {
        const string planted = "planted";
        await Customers.UpsertAsync(
            [
                .. Enumerable.Range(0, 500)
                    .Select(i => new CustomerChange { Id = $"other{i}", Name = "Bo Other", Email = $"bo{i}@example.com" })
            ],
            Cancellation);
        await stores.Orders.AddAsync(
            [new Order { Id = "o1", CustomerEmail = "first-planted@example.com", Amount = 1, PlacedAt = Now, Items = "[\"for planted\"]" }],
            Cancellation);
        await Customers.UpsertAsync(
            [new CustomerChange { Id = "c1", Name = "Planted Person", Email = "first-planted@example.com", Phone = "+49 planted 30123456",
                City = "Plantedville", Tags = ["planted"] }],
            Cancellation);
        await Customers.UpsertAsync(
            [new CustomerChange { Id = "c1", Name = "Planted Person with a longer name", Email = "second-planted@example.com" }],
            Cancellation);
        await stores.Database.WriteAsync(
            connection =>
            {
                connection.Execute(
                """
                INSERT INTO segments (id, name, rule, created_by, created_at, audience, visible) VALUES ('s', 'S', '{}', 'a', 0, 3, 1);
                INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at) VALUES ('k1', 's', 'K', 'Hi', 'sending', '[]', 'a', 0);
                INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, round, failure_reason, attempts, due_at, created_at, updated_at)
                    VALUES ('l1', 'k1', 'c1', 'second-planted@example.com', 'Hi Planted', 1, 1, 'no planted here', 1, NULL, 0, 0);
                """);
                LogRows.InBlocks(connection);
            },
            Cancellation);
        Assert.Contains(planted, Files(), StringComparison.OrdinalIgnoreCase);

        Assert.True(await Customers.EraseAsync("c1", Cancellation));

        Assert.DoesNotContain(planted, Files(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bo499@example.com", Files(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    // The file, its -wal and its -shm.
    private string Files() => string.Concat(Directory.EnumerateFiles(Path.GetDirectoryName(stores.Path)!).Select(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }));
}
