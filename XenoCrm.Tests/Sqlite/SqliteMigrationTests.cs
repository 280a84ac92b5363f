using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

/// <summary>A file as the program left it before text, numbers and telephone numbers had one form, opened by this one.</summary>
public sealed class SqliteMigrationTests : IAsyncDisposable
{
    private const int OldVersion = 9;

    private readonly TempFolder folder = new();
    private SqliteDatabase? database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_older_store_is_brought_to_the_one_form_in_place()
    {
        const string dots = "\u0308", space = "\u00a0", hidden = "\u200b";
        Old($$$"""
            INSERT INTO customers (id, name, email, phone, city, country, tags, attributes, created_at, unsubscribed, total_spend,
                order_count, first_order_at, last_order_at,
                name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key) VALUES
            ('c1', 'Zoe{{{dots}}}{{{space}}} Lane', 'zo{{{hidden}}}e@example.com', '098765 43210', 'Ko{{{dots}}}ln', 'DE',
                '["Ku{{{dots}}}che","küche","vip"]',
                '{"plan":"Gro{{{dots}}}ße","seats":3.5,"big":9007199254740992,"odd":1E+300}', 1, 0, 100000, 1, 5, 5,
                'zoe{{{dots}}}{{{space}}} lane', 'zo{{{hidden}}}e@example.com', '098765 43210', 'ko{{{dots}}}ln', 'de', '[]', '{}'),
            ('c2', 'Bo', 'late@example.com', '9.87654E+11', NULL, NULL, '[]', '{}', 1, 0, 0, 0, NULL, NULL, 'bo', 'late@example.com',
                '9.87654e+11', NULL, NULL, '[]', '{}'),
            ('c3', 'Twin', 'Twin@example.com', NULL, NULL, NULL, '[]', '{}', 1, 0, 0, 0, NULL, NULL, 'twin', 'twin@example.com', NULL, NULL,
                NULL, '[]', '{}'),
            ('c4', 'Twin', 'twi{{{hidden}}}n@example.com', NULL, NULL, NULL, '[]', '{}', 1, 0, 0, 0, NULL, NULL, 'twin',
                'twi{{{hidden}}}n@example.com', NULL, NULL, NULL, '[]', '{}');
            INSERT INTO orders (id, customer_id, email_key, amount, placed_at) VALUES
            ('o1', 'c1', NULL, 100000, 5), ('o2', NULL, 'la{{{hidden}}}te@example.com', 25000, 7), ('o3', NULL, 'nobody@example.com', 1, 1);
            INSERT INTO people (id, via, email, email_key, name, role, first_sign_in_at, last_sign_in_at) VALUES (
                'p', 'dev', 'STRASSE@example.com', 'x', 'n', 'admin', 1, 1);
            """);

        database = new SqliteDatabase(
            $"Data Source={File}", Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteDatabase>.Instance, "IN");
        var customers = (ICustomerStore)new SqliteCustomerStore(database, TimeProvider.System, Accounts.InUtc);

        var zoe = (await customers.FindAsync("c1", Cancellation))!;
        Assert.Equal(("Zoë Lane", "zoe@example.com", "098765 43210", "+919876543210", "Köln"), (
            zoe.Name, zoe.Email, zoe.Phone, zoe.PhoneE164, zoe.City));
        Assert.Equal(["Küche", "vip"], zoe.Tags);
        Assert.Equal("big 9007199254740992, odd 1E+300, plan Größe, seats 3.5", string.Join(
            ", ", zoe.Attributes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")));
        foreach (
            var rule in new[] { """{"city":"KÖLN"}""", """{"tags":"KÜCHE"}""", """{"attributes.seats":{"$lt":3.6,"$gt":3.4}}""",
                """{"attributes.plan":"grösse"}""", """{"phone":{"$startsWith":"+91"}}""", """{"totalSpend":{"$eq":10}}""" })
        {
            var page = await customers.ListAsync(new CustomerQuery { Rule = RuleJson.Parse(rule) }, new(10, null), Cancellation);
            Assert.Equal("c1", string.Join(' ', page.Items.Select(customer => customer.Id)));
        }

        // Its waiting order has found it; and of two addresses that are one, both stay for people to decide.
        var bo = (await customers.FindAsync("c2", Cancellation))!;
        Assert.Equal((2.5m, 1, null, "9.87654E+11"), (bo.TotalSpend, bo.OrderCount, bo.PhoneE164, bo.Phone));
        Assert.Equal("twi\u200bn@example.com", (await customers.FindAsync("c4", Cancellation))!.Email);
        var twin = (await customers.UpsertAsync([new CustomerChange { Email = "TWIN@example.com", City = "Pune" }], Cancellation)).Single();
        Assert.Equal(new CustomerResult(CustomerOutcome.Updated, "c3"), twin);
        using var connection = database.OpenRead();
        Assert.Equal("strasse@example.com", connection.Scalar<string>("SELECT email_key FROM people"));
        Assert.Equal("nobody@example.com", connection.Scalar<string>("SELECT email_key FROM orders WHERE id = 'o3'"));
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }

        folder.Dispose();
    }

    private string File => folder.File("xenocrm.db");

    private void Old(string rows)
    {
        var assembly = typeof(SqliteDatabase).Assembly;
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Migrations.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Take(OldVersion))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            connection.Execute(reader.ReadToEnd());
        }

        connection.Execute($"PRAGMA user_version = {OldVersion}");
        connection.Execute(rows);
    }
}
