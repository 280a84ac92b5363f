using System.Globalization;
using Microsoft.Data.Sqlite;
using XenoCrm.Core.Customers;
using XenoCrm.Core.Imports;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class SqliteImportStoreTests : ImportStoreContract, IAsyncDisposable
{
    private readonly SqliteStores stores = new();

    protected override ICustomerStore Customers => stores.Customers;

    protected override IImportStore Imports => stores.Imports;

    protected override DateTimeOffset Now => stores.Clock.GetUtcNow();

    [Fact]
    public async Task An_import_from_before_its_form_was_kept_goes_on_without_one()
    {
        const int before = 9;
        using var folder = new TempFolder();
        var path = folder.File("xenocrm.db");
        await using (var old = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            old.Open();
            foreach (var script in Scripts().Where(script => script.Version <= before))
            {
                old.Execute(script.Sql);
            }

            old.Execute("""
                INSERT INTO imports VALUES ('i1', 'orders', 'running', 7, 6, 1,
                    '[{"row":3,"field":"amount","message":"No."}]', NULL, 0, NULL)
                """);
            old.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {before}"));
        }

        await using var database = SqliteRows.Open(path);
        var imports = new SqliteImportStore(database, stores.Clock);
        var import = Assert.Single(await imports.ListRunningAsync(Cancellation));

        Assert.Equal((null, 7L, 3L), (import.Form, import.Tally.Rows, import.Tally.Errors[0].Row));
        Assert.Empty((await imports.ListRejectedAsync("i1", new Core.PageRequest(10, null), Cancellation)).Items);
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    private static IEnumerable<(int Version, string Sql)> Scripts()
    {
        const string prefix = "XenoCrm.Data.Sqlite.Migrations.";
        var assembly = typeof(SqliteDatabase).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name =>
            name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.AsSpan(prefix.Length, 3), CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
