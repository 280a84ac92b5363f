using XenoCrm.Core.Customers;
using XenoCrm.Core.Orders;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Customers;

public sealed class SqliteCustomerStoreTests : CustomerStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IOrderStore Orders => stores.Orders;

    protected override DateTimeOffset Now => stores.Clock.GetUtcNow();

    [Fact]
    public async Task Nothing_of_an_erased_person_is_left_in_the_orders()
    {
        await Orders.AddAsync(
            [new Order { Id = "o1", CustomerEmail = "mara@example.com", Amount = 1, PlacedAt = Now, Items = """[{"gift":"for Mara"}]""" }],
            Cancellation);
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });

        await Customers.EraseAsync("c1", Cancellation);

        using var connection = stores.Database.OpenRead();
        Assert.Equal((null, null, 10_000L), connection.Find(
            "SELECT email_key, items, amount FROM orders", row => (row.Text(0), row.Text(1), row.GetInt64(2))));
    }

    [Fact]
    public async Task The_log_rows_of_an_erased_person_stay_without_it_and_what_waits_is_not_sent()
    {
        await UpsertAsync(new CustomerChange { Id = "c1", Name = "Mara", Email = "mara@example.com" });
        await stores.Database.WriteAsync(
            connection =>
            {
                connection.Execute(
                """
                INSERT INTO segments (id, name, rule, created_by, created_at, audience, visible) VALUES ('s', 'S', '{}', 'a', 0, 3, 1);
                INSERT INTO campaigns (id, segment_id, name, message_template, status, tags, created_by, created_at) VALUES
                    ('k1', 's', 'K', 'Hi', 'sending', '[]', 'a', 0), ('k2', 's', 'K', 'Hi', 'sending', '[]', 'a', 0), ('k3', 's', 'K', 'Hi', 'sending', '[]', 'a', 0);
                INSERT INTO log (id, campaign_id, customer_id, recipient, message, status, round, vendor_message_id, failure_reason, attempts, due_at, created_at, updated_at) VALUES
                    ('l1', 'k1', 'c1', 'mara@example.com', 'Hi Mara', 0, 1, NULL, NULL, 0, 5, 0, 0),
                    ('l2', 'k2', 'c1', 'mara@example.com', 'Hi Mara', 1, 1, NULL, 'bounced', 1, NULL, 0, 0),
                    ('l3', 'k3', 'c1', 'mara@example.com', 'Hi Mara', 2, 1, 'v', NULL, 1, NULL, 0, 0),
                    ('l4', 'k1', 'c2', 'bo@example.com', 'Hi Bo', 0, 1, NULL, NULL, 0, 5, 0, 0);
                """);
                LogRows.InBlocks(connection);
            },
            Cancellation);

        await Customers.EraseAsync("c1", Cancellation);

        using var read = stores.Database.OpenRead();
        Assert.Equal(
            [
                ("l1", null, null, 3L, "erased", null),
                ("l2", null, null, 1L, "erased", null),
                ("l3", null, null, 2L, null, null),
                ("l4", "bo@example.com", "Hi Bo", 0L, null, 5L),
            ],
            read.List(
                "SELECT id, recipient, message, status, failure_reason, due_at FROM log ORDER BY id",
                row =>
                    (
                        row.GetString(0),
                        row.Text(1),
                        row.Text(2),
                        row.GetInt64(3),
                        row.Text(4),
                        row.IsDBNull(5) ? (long?)null : row.GetInt64(5))));
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();
}
