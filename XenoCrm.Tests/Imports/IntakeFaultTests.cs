using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using XenoCrm.Data.Sqlite;
using XenoCrm.Tests.Support;

namespace XenoCrm.Tests.Imports;

/// <summary>Uploads beyond the limit, a store that is locked, a disk that is full.</summary>
public sealed class IntakeFaultTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Store => folder.File("xenocrm.db");

    private string[] SpooledFiles => Directory.Exists(folder.File("imports")) ? Directory.GetFiles(folder.File("imports")) : [];

    [Theory]
    [InlineData(1000, HttpStatusCode.Accepted)]
    [InlineData(1001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_file_has_the_largest_size_that_is_configured(int size, HttpStatusCode status)
    {
        using var api = Start(("Imports:MaxFileBytes", "1000"));
        using var client = await api.SignedInAsync();

        using var answer = await client.UploadAsync("/customers/import", Encoding.UTF8.GetBytes("id,name\n".PadRight(size, '\n')));

        Assert.Equal(status, answer.StatusCode);
        if (status != HttpStatusCode.Accepted)
        {
            Assert.Contains("1000 bytes", (await answer.ProblemAsync(status)).Text("detail"));
            Assert.Empty(SpooledFiles);
        }
    }

    [Fact]
    public async Task A_file_may_be_larger_than_any_other_body()
    {
        using var api = Start();
        using var client = await api.SignedInAsync();

        using var answer = await client.UploadAsync(
            "/customers/import", Encoding.UTF8.GetBytes("id,name\n".PadRight(40 * 1024 * 1024, '\n') + "last,Last\n"));

        Assert.Equal(("completed", 1, 1, 0), (await client.EndAsync(await answer.ImportIdAsync())).Balance());
    }

    [Fact]
    public async Task An_import_waits_for_a_locked_store_and_goes_on_without_a_restart()
    {
        const int rows = 1000;
        using var api = Start(("ConnectionStrings:xenocrm", $"Data Source={Store};Default Timeout=1"), ("Imports:BatchRows", "1"));
        using var client = await api.SignedInAsync();
        var csv = "id,customerId,amount,placedAt\n" + string.Concat(
            Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"w{i},waits,1,2026-03-04\n")));
        using var answer = await client.UploadAsync("/orders/import", csv);
        var id = await answer.ImportIdAsync();

        using (var intruder = Lock())
        {
            // Writes go in their order: when the second of these was refused, so was the import's.
            for (var i = 0; i < 2; i++)
            {
                using var refused = await client.PostAsync(
                    "/customers", new StringContent("""{"id":"waits","name":"W"}""", null, "application/json"), Cancellation);
                await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            }

            using var waiting = await client.GetAsync($"/imports/{id}", Cancellation);
            Assert.Equal("running", (await waiting.JsonAsync()).Text("status"));
            intruder.Execute("ROLLBACK");
        }

        Assert.Equal(("completed", rows, rows, 0), (await client.EndAsync(id)).Balance());
        using var created = await client.PostAsync(
            "/customers", new StringContent("""{"id":"waits","name":"W"}""", null, "application/json"), Cancellation);
        Assert.Equal(rows, (await created.JsonAsync()).Int("orderCount"));
    }

    [Fact]
    public async Task An_upload_that_cannot_be_noted_leaves_nothing()
    {
        using var api = Start(("ConnectionStrings:xenocrm", $"Data Source={Store};Default Timeout=1"));
        using var client = await api.SignedInAsync();
        using var intruder = Lock();

        using var answer = await client.UploadAsync("/orders/import", "id,customerId,amount,placedAt\n");

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Empty(SpooledFiles);
    }

    [Fact]
    public async Task A_bulk_request_that_the_store_cuts_short_says_so_and_can_be_sent_again()
    {
        const int rows = 20_000;
        using var api = Start();
        using var client = await api.SignedInAsync();
        await client.PostAsync("/customers", new StringContent("""{"id":"bulk","name":"B"}""", null, "application/json"), Cancellation);
        var body = string.Join(
            '\n',
            Enumerable.Range(0, rows)
                .Select(
                    i =>
                        string.Create(
                            CultureInfo.InvariantCulture, $$"""{"id":"b{{i}}","customerId":"bulk","amount":1,"placedAt":"2026-03-04"}""")));

        // Room for the first batch, not for all of them.
        await api.Services.GetRequiredService<SqliteDatabase>().WriteAsync(
            connection => connection.Execute("PRAGMA max_page_count = 200"), Cancellation);
        using var cut = await client.PostAsync("/orders/bulk", new StringContent(body, null, "application/x-ndjson"), Cancellation);
        using var again = await client.PostAsync("/orders/bulk", new StringContent(body, null, "application/x-ndjson"), Cancellation);

        var problem = await cut.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.InRange(problem.Int("accepted"), 1, rows - 1);
        Assert.NotNull(cut.Headers.RetryAfter);
        Assert.Equal(rows, (await again.JsonAsync()).Int("accepted"));
        using var customer = await client.GetAsync("/customers/bulk", Cancellation);
        Assert.Equal(rows, (await customer.JsonAsync()).Int("orderCount"));
    }

    public void Dispose() => folder.Dispose();

    private SqliteConnection Lock()
    {
        var intruder = new SqliteConnection($"Data Source={Store};Pooling=false");
        intruder.Open();

        // Asked for without a pause: the provider's own wait sleeps 150 ms between its tries, and a whole import may fit in there.
        while (raw.sqlite3_exec(intruder.Handle, "BEGIN IMMEDIATE") == raw.SQLITE_BUSY)
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        return intruder;
    }

    private ApiServer Start(params (string Key, string Value)[] settings) =>
        new([new("XENOCRM_DATA", folder.Path),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]);
}
