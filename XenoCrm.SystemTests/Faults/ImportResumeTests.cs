using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using XenoCrm.Core.Imports;
using XenoCrm.Data.Sqlite;
using XenoCrm.SystemTests.Graph;
using XenoCrm.Tests.Support;

namespace XenoCrm.SystemTests.Faults;

public sealed class ImportResumeTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Spool => folder.File("imports");

    [Theory]
    [InlineData("killed")]
    [InlineData("stopped")]
    public async Task An_import_goes_on_where_its_process_left_it(string end)
    {
        const int rows = 300;
        var csv = new StringBuilder("id,customerId,amount,placedAt\n");
        for (var i = 0; i < rows; i++)
        {
            csv.Append('o').Append(i).Append(i % 5 == 0 ? ",c,bad," : ",c,0.01,").Append("2026-03-04\n");
        }

        // A row a commit, so that there is time to end it in the middle.
        await using var graph = new ServiceGraph(settings: ("Imports__BatchRows", "1"));
        await graph.Api.StartAsync();
        await graph.SignInAsync();
        await graph.Client.PostAsync("/customers", new StringContent("""{"id":"c","name":"C"}""", null, "application/json"), Cancellation);
        using var answer = await graph.Client.UploadAsync("/orders/import", csv.ToString());
        var id = await answer.ImportIdAsync();
        await Poll.UntilAsync(async () => (await FindAsync(graph.Client, id)).Int("rows") > 20, "the first rows");
        if (end == "killed")
        {
            graph.Api.Kill();
        }
        else
        {
            Unix.Require();
            Assert.Equal(0, await graph.Api.StopAsync());
        }

        var left = await WithStoreAsync(graph.DataFolder, imports => imports.FindAsync(id, Cancellation));
        await graph.Api.StartAsync();
        var import = await graph.Client.EndAsync(id);

        Assert.InRange(left!.Tally.Rows, 20, rows - 1);
        Assert.Equal(("completed", rows, rows * 4 / 5, rows / 5), import.Balance());
        Assert.Equal((2, "amount"), import.ErrorPlaces()[0]);
        using var found = await graph.Client.GetAsync("/customers/c", Cancellation);
        Assert.Equal(rows * 4 / 5, (await found.JsonAsync()).Int("orderCount"));
        await Poll.UntilAsync(() => Directory.GetFiles(Path.Combine(graph.DataFolder, "imports")).Length == 0, "the file to be removed");
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
    public async Task An_import_whose_file_another_replica_has_is_left_to_it()
    {
        var other = await AddAsync("api-1");
        var own = await AddAsync("api-0");

        using var api = new ApiServer([new("XENOCRM_DATA", folder.Path), new("Imports:Replica", "api-0")]);
        using var client = await api.SignedInAsync();
        await client.EndAsync(own.Id);
        var id = await (await client.UploadAsync("/customers/import", "id,name\nd1,Mara\n")).ImportIdAsync();
        await client.EndAsync(id);

        Assert.Equal("running", (await FindAsync(client, other.Id)).Text("status"));
        Assert.Equal("api-0", (await WithStoreAsync(folder.Path, imports => imports.FindAsync(id, Cancellation)))!.Replica);
    }

    [Fact]
    public async Task An_import_of_a_store_from_before_replicas_goes_on()
    {
        OldSchema.Create(
            folder.File("xenocrm.db"),
            version: 13,
            """
            INSERT INTO imports (id, kind, status, rows_read, accepted, rejected, errors, created_at)
            VALUES ('before', 'customers', 'running', 0, 0, 0, '[]', 0);
            """);

        Directory.CreateDirectory(Spool);
        await File.WriteAllTextAsync(Path.Combine(Spool, "before.csv"), "id,name\nd1,Mara\n", Cancellation);
        using var api = Start();
        using var client = await api.SignedInAsync();
        Assert.Equal(("completed", 1, 1, 0), (await client.EndAsync("before")).Balance());
    }

    [Fact]
    public async Task One_replica_alone_goes_on_with_every_import()
    {
        var import = await AddAsync("api-1");
        Directory.CreateDirectory(Spool);
        await File.WriteAllTextAsync(Path.Combine(Spool, $"{import.Id}.csv"), "id,name\nd1,Mara\n", Cancellation);

        using var api = Start();
        using var client = await api.SignedInAsync();

        Assert.Equal(("completed", 1, 1, 0), (await client.EndAsync(import.Id)).Balance());
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

    private ApiServer Start() => new([new("XENOCRM_DATA", folder.Path)]);

    private Task<Import> AddAsync(string? replica = null) => WithStoreAsync(folder.Path, async imports =>
    {
        var import = new Import
        {
            Id = Guid.NewGuid().ToString(),
            Kind = ImportKind.Customers,
            Status = ImportStatus.Running,
            Replica = replica,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        await imports.AddAsync(import, Cancellation);
        return import;
    });

    private static async Task<T> WithStoreAsync<T>(string folder, Func<IImportStore, Task<T>> use)
    {
        await using var database = new SqliteDatabase(
            $"Data Source={Path.Combine(folder, "xenocrm.db")}", NullLogger<SqliteDatabase>.Instance);
        return await use(new SqliteImportStore(database, TimeProvider.System));
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"/imports/{id}", Cancellation);
        return await answer.JsonAsync();
    }
}
