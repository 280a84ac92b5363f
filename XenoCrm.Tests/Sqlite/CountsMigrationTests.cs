using XenoCrm.Core.Customers;
using XenoCrm.Core.Rules;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Sqlite;

public sealed class CountsMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_from_before_counts_those_without_an_address_and_follows_a_change_of_it()
    {
        using var folder = new TempFolder();
        OldSchema.Create(
            folder.File("old.db"),
            version: 23,
            """
            INSERT INTO customers (
                id, name, email, phone, tags, attributes, created_at, unsubscribed, name_key, email_key, tags_key, attributes_key)
                VALUES ('c1', 'Bo', 'bo@example.com', NULL, '[]', '{}', 0, 0, 'bo', 'bo@example.com', '[]', '{}'),
                ('c2', 'Al', NULL, '+1 555 0100', '[]', '{}', 0, 0, 'al', NULL, '[]', '{}'),
                ('c3', 'Di', NULL, NULL, '[]', '{}', 0, 0, 'di', NULL, '[]', '{}');
            """);
        await using var database = SqliteRows.Open(folder.File("old.db"));
        Assert.Equal((1, 2, 2), await WithoutAsync(database));

        var customers = new SqliteCustomerStore(database, TimeProvider.System, Accounts.InUtc);
        await customers.UpsertAsync([new CustomerChange { Id = "c1", Email = "" }], Cancellation);
        Assert.Equal((2, 3, 2), await WithoutAsync(database));

        await customers.UpsertAsync([new CustomerChange { Id = "c3", Email = "di@example.com", Phone = "+1 555 0101" }], Cancellation);
        Assert.Equal((1, 2, 1), await WithoutAsync(database));
    }

    private static async Task<(long Any, long Email, long Phone)> WithoutAsync(SqliteDatabase database)
    {
        var segments = new SqliteSegmentStore(database, Accounts.InUtc);
        async Task<long> CountAsync(AddressKind? channel) =>
            (await segments.CountAudienceAsync(new Everyone(), channel, DateTimeOffset.UnixEpoch, Cancellation)).NoAddress;
        return (await CountAsync(null), await CountAsync(AddressKind.Email), await CountAsync(AddressKind.Phone));
    }
}
