using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Data.Imports;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

public sealed class ImportResumeTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Spool => folder.File("imports");

    [Fact]
    public async Task An_import_goes_on_where_the_last_process_left_it()
    {
        const int rows = 1500;
        var csv = new StringBuilder("id,customerId,amount,placedAt\n");
        for (var i = 0; i < rows; i++)
        {
            csv.Append('o').Append(i).Append(i % 5 == 0 ? ",c,bad," : ",c,0.01,").Append("2026-03-04\n");
        }

        // A row a commit, so that there is time to stop it in the middle.
        string id;
        using (var first = Start(("Imports:BatchRows", "1")))
        {
            using var client = await first.SignedInAsync();
            await client.PostAsync("/customers", new StringContent("""{"id":"c","name":"C"}""", null, "application/json"), Cancellation);
            using var answer = await client.UploadAsync("/orders/import", csv.ToString());
            id = await answer.ImportIdAsync();
            await Poll.UntilAsync(async () => (await FindAsync(client, id)).Int("rows") > 20, "the first rows");
        }

        var stopped = await WithStoreAsync(imports => imports.FindAsync(id, Cancellation));
        using var second = Start();
        using var again = await second.SignedInAsync();
        var import = await again.EndAsync(id);

        Assert.InRange(stopped!.Tally.Rows, 20, rows - 1);
        Assert.Equal(("completed", rows, rows * 4 / 5, rows / 5), import.Balance());
        Assert.Equal((2, "amount"), import.ErrorPlaces()[0]);
        using var found = await again.GetAsync("/customers/c", Cancellation);
        Assert.Equal(rows * 4 / 5, (await found.JsonAsync()).Int("orderCount"));
        await Poll.UntilAsync(() => Directory.GetFiles(Spool).Length == 0, "the file to be removed");
    }

    [Fact]
    public async Task What_a_killed_process_left_of_an_upload_is_removed()
    {
        Directory.CreateDirectory(Spool);
        await File.WriteAllTextAsync(Path.Combine(Spool, $"{Guid.NewGuid()}.csv"), "id,na", Cancellation);

        using var api = Start();
        await Poll.UntilAsync(() => Directory.GetFiles(Spool).Length == 0, "the file to be removed");
    }

    [Fact]
    public async Task An_import_whose_file_is_gone_fails_and_says_so()
    {
        var import = await AddAsync();

        using var api = Start();
        using var client = await api.SignedInAsync();
        var ended = await client.EndAsync(import.Id);

        Assert.Equal("failed", ended.Text("status"));
        Assert.Contains("Upload it again", ended.Text("message"));
    }

    [Fact]
    public async Task An_import_whose_file_has_changed_fails_with_the_line()
    {
        var import = await AddAsync();
        Directory.CreateDirectory(Spool);
        await File.WriteAllTextAsync(Path.Combine(Spool, $"{import.Id}.csv"), "id,name\nd1,Mara\nd2,\"Bo\n", Cancellation);

        using var api = Start();
        using var client = await api.SignedInAsync();
        var ended = await client.EndAsync(import.Id);

        Assert.Equal("failed", ended.Text("status"));
        Assert.StartsWith("Line 3: ", ended.Text("message"), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private ApiServer Start(params (string Key, string Value)[] settings) =>
        new([new("XENOCRM_DATA", folder.Path), .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]);

    private Task<Import> AddAsync() => WithStoreAsync(async imports =>
    {
        var import = new Import { Id = Guid.NewGuid().ToString(), Kind = ImportKind.Customers, Status = ImportStatus.Running, CreatedAt = DateTimeOffset.UnixEpoch };
        await imports.AddAsync(import, Cancellation);
        return import;
    });

    private async Task<T> WithStoreAsync<T>(Func<IImportStore, Task<T>> use)
    {
        await using var database = new SqliteDatabase($"Data Source={folder.File("xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        return await use(new SqliteImportStore(database, TimeProvider.System));
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"/imports/{id}", Cancellation);
        return await answer.JsonAsync();
    }
}
