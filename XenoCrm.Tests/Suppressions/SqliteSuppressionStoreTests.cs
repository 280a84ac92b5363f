using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core.Campaigns;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Core.Segments;
using XenoCrm.Core.Suppressions;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Suppressions;

public sealed class SqliteSuppressionStoreTests : SuppressionStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    private protected override ISuppressionStore Suppressions => new SqliteSuppressionStore(stores.Database);

    private protected override ICustomerStore Customers => stores.Customers;

    private protected override ISegmentStore Segments => new SqliteSegmentStore(stores.Database, Accounts.InUtc);

    private protected override ICampaignStore Campaigns => new SqliteCampaignStore(stores.Database);

    private protected override IOutbox Outbox => new SqliteOutbox(stores.Database);

    private protected override IImportStore Imports => stores.Imports;

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    [Fact]
    public async Task No_address_is_in_the_file()
    {
        await AddAsync("very.secret.person@example.com");
        await stores.Database.DisposeAsync();
        var bytes = await File.ReadAllTextAsync(stores.Path, System.Text.Encoding.Latin1, Cancellation);
        Assert.DoesNotContain("very.secret", bytes, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_store_from_before_gets_a_key_of_its_own_and_an_empty_list_and_a_copy_of_it_has_the_same()
    {
        using var folder = new TempFolder();
        OldSchema.Create(
            folder.File("old.db"),
            version: 17,
            """
            INSERT INTO customers (
                id, name, email, tags, attributes, created_at, unsubscribed, name_key, email_key, tags_key, attributes_key)
                VALUES ('c1', 'Bo', 'bo@example.com', '[]', '{}', 0, 0, 'bo', 'bo@example.com', '[]', '{}');
            INSERT INTO imports (id, kind, status, rows_read, accepted, rejected, errors, created_at)
                VALUES ('i1', 'customers', 'running', 0, 0, 0, '[]', 0);
            """);
        var store = $"Data Source={folder.File("old.db")}";
        var entry = await ListAsync(store);
        Assert.Null((await Imports.FindAsync("i1", Cancellation))?.By);

        SqliteBackup.Write(store, folder.File("copy.db"));
        Assert.Equal(entry, await ListAsync($"Data Source={folder.File("copy.db")}"));
        var other = await AddAsync("bo@example.com");
        Assert.NotEqual(entry.Hash, other.Entry.Hash);
    }

    /// <summary>Puts the customer's address on the list, where it is not there yet, and looks that it holds.</summary>
    private static async Task<Suppression> ListAsync(string store)
    {
        await using var database = new SqliteDatabase(store, NullLogger<SqliteDatabase>.Instance);
        var suppression = new NewSuppression(
            ContactAddress.OfEmail("bo@example.com"), SuppressionReason.Manual, DateTimeOffset.UnixEpoch, "mara@example.com");
        var (entry, _) = await new SqliteSuppressionStore(database).AddAsync(suppression, Cancellation);
        var count = await new SqliteSegmentStore(database, Accounts.InUtc).CountAudienceAsync(
            new Core.Rules.Everyone(), DateTimeOffset.UnixEpoch, Cancellation);
        Assert.Equal(new AudienceCount(1, 0, Suppressed: 1, 0), count);
        return entry;
    }
}
