using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class OrderItemsMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"orders":{"item":"red MUG"}}""", "c1")]
    [InlineData("""{"orders":{"item":"m-1","amount":10}}""", "c1")]
    [InlineData("""{"orders":{"item":{"$exists":false}}}""", "c2")]
    [InlineData("""{"orders":{"item":"cup"}}""", "")]
    public async Task In_a_store_from_before_rules_find_who_ordered_an_item(string rule, string expected)
    {
        using var folder = new TempFolder();
        OldSchema.Create(
            folder.File("old.db"),
            version: 17,
            """
            INSERT INTO customers (
                id, name, email, tags, attributes, created_at, unsubscribed, name_key, email_key, tags_key, attributes_key)
                VALUES ('c1', 'Bo', NULL, '[]', '{}', 0, 0, 'bo', NULL, '[]', '{}'),
                ('c2', 'Al', NULL, '[]', '{}', 0, 0, 'al', NULL, '[]', '{}');
            INSERT INTO orders (id, customer_id, email_key, amount, placed_at, items) VALUES
                ('o1', 'c1', NULL, 100000, 5, '[{"name":"Red  Mug","sku":"M-1"}]'),
                ('o2', 'c2', NULL, 25000, 7, NULL),
                ('o3', NULL, 'late@example.com', 1, 1, '["Cup"]');
            """);
        await using var database = SqliteRows.Open(folder.File("old.db"));
        var customers = (ICustomerStore)new SqliteCustomerStore(database, TimeProvider.System, Accounts.InUtc);

        var page = await customers.ListAsync(new CustomerQuery { Rule = RuleJson.Parse(rule) }, new(10, null), Cancellation);
        Assert.Equal(expected, string.Join(' ', page.Items.Select(customer => customer.Id)));

        await customers.UpsertAsync([new CustomerChange { Id = "c3", Name = "Di", Email = "late@example.com" }], Cancellation);
        page = await customers.ListAsync(
            new CustomerQuery { Rule = RuleJson.Parse("""{"orders":{"item":"cup"}}""") }, new(10, null), Cancellation);
        Assert.Equal("c3", Assert.Single(page.Items).Id);
    }
}
